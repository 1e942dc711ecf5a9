from .bridges import describe_bridges as describe_bridges
from .change import adjust_p as adjust_p
from .change import compare_shares as compare_shares
from .claims import describe_claims as describe_claims
from .composition import measure_composition as measure_composition
from .concentration import measure_concentration as measure_concentration
from .coordination import describe_coordination as describe_coordination
from .coverage import measure_coverage as measure_coverage
from .domains import measure_domains as measure_domains
from .domains import measure_link_platforms as measure_link_platforms
from .flows import measure_link_flows as measure_link_flows
from .hours import flag_hours as flag_hours
from .hours import measure_hours as measure_hours
from .local_relevance import measure_local_relevance as measure_local_relevance
from .network import describe_communities as describe_communities
from .network import describe_knit as describe_knit
from .network import describe_network as describe_network
from .new_words import describe_new_words as describe_new_words
from .outlook import describe_outlook as describe_outlook
from .peaks import flag_peaks as flag_peaks
from .peaks import measure_peaks as measure_peaks
from .preview import list_counts as list_counts
from .preview import list_releases as list_releases
from .reach import measure_reach as measure_reach
from .register import describe_topic_changes as describe_topic_changes
from .release import release_findings as release_findings
from .selection import measure_selection as measure_selection
from .signals import flag_claims as flag_claims
from .signals import list_signals as list_signals
from .signals import measure_event as measure_event
from .spans import choose_span as choose_span
from .specs import list_specs as list_specs
from .speech_arenas import measure_recognition_arenas as measure_recognition_arenas
from .speech_change import compare_speech as compare_speech
from .speech_checks import describe_agreement as describe_agreement
from .speech_checks import describe_audit as describe_audit
from .speech_checks import measure_speech_model as measure_speech_model
from .speech_concentration import measure_attack_concentration as measure_attack_concentration
from .speech_harms import measure_harm_platforms as measure_harm_platforms
from .speech_harms import measure_harms as measure_harms
from .speech_harms import measure_themes as measure_themes
from .speech_lift import measure_attack_lift as measure_attack_lift
from .speech_parts import measure_speech_parts as measure_speech_parts
from .speech_peaks import measure_speech_peaks as measure_speech_peaks
from .speech_shares import measure_recognition_ratio as measure_recognition_ratio
from .speech_shares import measure_speech as measure_speech
from .speech_targets import measure_grounds as measure_grounds
from .speech_targets import measure_targets as measure_targets
from .speech_weeks import measure_speech_weeks as measure_speech_weeks
from .spread import describe_network_change as describe_network_change
from .spread import describe_spread as describe_spread
from .survival import measure_survival as measure_survival
from .topic_change import compare_topics as compare_topics
from .topic_weeks import measure_topic_weeks as measure_topic_weeks
from .topics import measure_topics as measure_topics
from .volume import measure_platforms as measure_platforms
from .volume import measure_volume as measure_volume

__all__ = [
    "adjust_p",
    "choose_span",
    "compare_shares",
    "compare_speech",
    "compare_topics",
    "describe_agreement",
    "describe_audit",
    "describe_bridges",
    "describe_claims",
    "describe_communities",
    "describe_coordination",
    "describe_knit",
    "describe_network",
    "describe_network_change",
    "describe_new_words",
    "describe_outlook",
    "describe_spread",
    "describe_topic_changes",
    "flag_claims",
    "flag_hours",
    "flag_peaks",
    "list_counts",
    "list_releases",
    "list_signals",
    "list_specs",
    "measure_attack_concentration",
    "measure_attack_lift",
    "measure_composition",
    "measure_concentration",
    "measure_coverage",
    "measure_domains",
    "measure_event",
    "measure_grounds",
    "measure_harm_platforms",
    "measure_harms",
    "measure_hours",
    "measure_link_flows",
    "measure_link_platforms",
    "measure_local_relevance",
    "measure_peaks",
    "measure_platforms",
    "measure_reach",
    "measure_recognition_arenas",
    "measure_recognition_ratio",
    "measure_selection",
    "measure_speech",
    "measure_speech_model",
    "measure_speech_parts",
    "measure_speech_peaks",
    "measure_speech_weeks",
    "measure_survival",
    "measure_targets",
    "measure_themes",
    "measure_topic_weeks",
    "measure_topics",
    "measure_volume",
    "release_findings",
]
