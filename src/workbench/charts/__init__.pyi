from .bridges import plot_bridges as plot_bridges
from .change import plot_network_change as plot_network_change
from .chart import Chart as Chart
from .coded import plot_harms as plot_harms
from .coded import plot_mentions as plot_mentions
from .coded import plot_targets as plot_targets
from .composition import plot_composition as plot_composition
from .concentration import plot_attack_concentration as plot_attack_concentration
from .concentration import plot_concentration as plot_concentration
from .coordination import plot_coordination as plot_coordination
from .domains import plot_domains as plot_domains
from .flows import plot_link_flows as plot_link_flows
from .for_children import plot_for_children as plot_for_children
from .lift import plot_lift as plot_lift
from .network import plot_network as plot_network
from .peaks import plot_peaks as plot_peaks
from .recent import plot_recent_weeks as plot_recent_weeks
from .recognition import plot_recognition as plot_recognition
from .selection import plot_selection as plot_selection
from .sparks import plot_sparks as plot_sparks
from .speech import plot_speech as plot_speech
from .speech import plot_speech_parts as plot_speech_parts
from .speech_peaks import plot_speech_peaks as plot_speech_peaks
from .speech_weeks import plot_speech_weeks as plot_speech_weeks
from .spread import plot_spread as plot_spread
from .survival import plot_survival as plot_survival
from .topic_weeks import plot_topic_weeks as plot_topic_weeks
from .topics import plot_topic_change as plot_topic_change
from .topics import plot_topic_slope as plot_topic_slope
from .topics import plot_topics as plot_topics
from .volume import plot_platforms as plot_platforms
from .volume import plot_volume as plot_volume

__all__ = [
    "Chart",
    "plot_attack_concentration",
    "plot_bridges",
    "plot_composition",
    "plot_concentration",
    "plot_coordination",
    "plot_domains",
    "plot_for_children",
    "plot_harms",
    "plot_lift",
    "plot_link_flows",
    "plot_mentions",
    "plot_network",
    "plot_network_change",
    "plot_peaks",
    "plot_platforms",
    "plot_recent_weeks",
    "plot_recognition",
    "plot_selection",
    "plot_sparks",
    "plot_speech",
    "plot_speech_parts",
    "plot_speech_peaks",
    "plot_speech_weeks",
    "plot_spread",
    "plot_survival",
    "plot_targets",
    "plot_topic_change",
    "plot_topic_slope",
    "plot_topic_weeks",
    "plot_topics",
    "plot_volume",
]
