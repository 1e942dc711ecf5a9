from .chart import Chart as Chart
from .network import plot_network as plot_network
from .peaks import plot_peaks as plot_peaks
from .topics import plot_topic_change as plot_topic_change
from .topics import plot_topic_slope as plot_topic_slope
from .topics import plot_topics as plot_topics
from .volume import plot_platforms as plot_platforms
from .volume import plot_volume as plot_volume

__all__ = [
    "Chart",
    "plot_network",
    "plot_peaks",
    "plot_platforms",
    "plot_topic_change",
    "plot_topic_slope",
    "plot_topics",
    "plot_volume",
]
