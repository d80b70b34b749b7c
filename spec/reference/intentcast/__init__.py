"""Intentcast, version 1, in Python: a second implementation, written from the pages of the specification."""
