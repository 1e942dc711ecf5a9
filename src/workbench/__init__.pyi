from . import actors as actors
from . import alerting as alerting
from . import charts as charts
from . import city as city
from . import deciding as deciding
from . import findings as findings
from . import handbook as handbook
from . import reading as reading
from . import reports as reports
from . import sources as sources
from . import speech as speech
from . import topics as topics
from . import training as training
from . import watching as watching
from . import week11 as week11
from .study import Study as Study
from .study import open_study as open_study

__all__ = [
    "Study", "actors", "alerting", "charts", "city", "deciding", "findings", "handbook", "open_study", "reading",
    "reports", "sources", "speech", "topics", "training", "watching", "week11",
]
