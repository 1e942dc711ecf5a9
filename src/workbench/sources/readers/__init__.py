"""Bytes into records: one module per export format, and what they are read with."""
