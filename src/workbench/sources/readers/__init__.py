"""One module per export format; `formats.py` finds them by their `FORMAT`."""
