from .baseline import train_baseline as train_baseline
from .models import load_model as load_model
from .models import save_model as save_model
from .models import score_speech as score_speech

__all__ = [
    "load_model",
    "save_model",
    "score_speech",
    "train_baseline",
]
