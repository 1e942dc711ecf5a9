from .baseline import train_baseline as train_baseline
from .codebook import load_codebook as load_codebook
from .codebook import read_codebook as read_codebook
from .lexicons import open_lexicon as open_lexicon
from .models import list_thresholds as list_thresholds
from .models import load_model as load_model
from .models import save_model as save_model
from .models import score_speech as score_speech
from .pretrained import list_known_models as list_known_models
from .pretrained import open_transformer as open_transformer
from .pretrained import train_encoder as train_encoder
from .themes import score_themes as score_themes

__all__ = [
    "list_known_models",
    "list_thresholds",
    "load_codebook",
    "load_model",
    "open_lexicon",
    "open_transformer",
    "read_codebook",
    "save_model",
    "score_speech",
    "score_themes",
    "train_baseline",
    "train_encoder",
]
