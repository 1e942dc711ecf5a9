from .confirming import confirm_alert as confirm_alert
from .confirming import enrol_role as enrol_role
from .confirming import withdraw_role as withdraw_role
from .describing import describe_alerts as describe_alerts
from .following import change_alert as change_alert
from .following import close_alert as close_alert
from .following import decline_alert as decline_alert
from .following import find_hold as find_hold
from .following import note_action as note_action
from .following import note_export as note_export
from .raising import raise_alert as raise_alert
from .raising import raise_signals as raise_signals
from .states import find_alert as find_alert
from .states import list_alerts as list_alerts
from .states import read_alert as read_alert

__all__ = [
    "change_alert",
    "close_alert",
    "confirm_alert",
    "decline_alert",
    "describe_alerts",
    "enrol_role",
    "find_alert",
    "find_hold",
    "list_alerts",
    "note_action",
    "note_export",
    "raise_alert",
    "raise_signals",
    "read_alert",
    "withdraw_role",
]
