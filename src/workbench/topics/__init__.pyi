from .modelling import model_topics as model_topics
from .stability import measure_stability as measure_stability
from .store import load_topics as load_topics
from .store import save_topics as save_topics

__all__ = ["load_topics", "measure_stability", "model_topics", "save_topics"]
