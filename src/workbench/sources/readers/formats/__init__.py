"""One module per export format; `detection.py` finds them by their `FORMAT`."""
