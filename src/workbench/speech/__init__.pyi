from .agreement import measure_agreement as measure_agreement
from .answering import code_post as code_post
from .answering import code_posts as code_posts
from .answering import list_uncoded as list_uncoded
from .answering import load_codes as load_codes
from .answering import load_notes as load_notes
from .answering import measure_progress as measure_progress
from .baseline import train_baseline as train_baseline
from .codebook import load_codebook as load_codebook
from .codebook import read_codebook as read_codebook
from .desk import open_desk as open_desk
from .exchange import read_answers as read_answers
from .exchange import write_tasks as write_tasks
from .extending import add_code as add_code
from .learning import train_on_codes as train_on_codes
from .lexicons import open_lexicon as open_lexicon
from .listing import list_codes as list_codes
from .loading import load_speech as load_speech
from .mistakes import find_mistakes as find_mistakes
from .models import find_model as find_model
from .models import list_thresholds as list_thresholds
from .models import load_model as load_model
from .models import save_model as save_model
from .models import score_speech as score_speech
from .pretrained import list_known_models as list_known_models
from .pretrained import open_transformer as open_transformer
from .pretrained import train_encoder as train_encoder
from .sampling import check_outside_sample as check_outside_sample
from .sampling import draw_learning_sample as draw_learning_sample
from .sampling import draw_more as draw_more
from .sampling import draw_sample as draw_sample
from .settling import list_disputed as list_disputed
from .settling import settle_codes as settle_codes
from .storing import load_learning_sample as load_learning_sample
from .storing import load_sample as load_sample
from .storing import load_samples as load_samples
from .storing import load_scores as load_scores
from .storing import save_learning_sample as save_learning_sample
from .storing import save_sample as save_sample
from .storing import save_scores as save_scores
from .themes import score_themes as score_themes

__all__ = [
    "add_code",
    "check_outside_sample",
    "code_post",
    "code_posts",
    "draw_learning_sample",
    "draw_more",
    "draw_sample",
    "find_mistakes",
    "find_model",
    "list_codes",
    "list_disputed",
    "list_known_models",
    "list_thresholds",
    "list_uncoded",
    "load_codebook",
    "load_codes",
    "load_learning_sample",
    "load_model",
    "load_notes",
    "load_sample",
    "load_samples",
    "load_scores",
    "load_speech",
    "measure_agreement",
    "measure_progress",
    "open_desk",
    "open_lexicon",
    "open_transformer",
    "read_answers",
    "read_codebook",
    "save_learning_sample",
    "save_model",
    "save_sample",
    "save_scores",
    "score_speech",
    "score_themes",
    "settle_codes",
    "train_baseline",
    "train_encoder",
    "train_on_codes",
    "write_tasks",
]
