"""Breaks in the code that tests must notice: the list, and what runs it."""
