"""Paths (page 5): categories and places."""

import re

PATH = re.compile(r"[a-z][a-z0-9]*(/[A-Za-z0-9-]+){0,15}")
PATH_BYTES = 120


def is_path(value) -> bool:
    return isinstance(value, str) and len(value) <= PATH_BYTES and PATH.fullmatch(value) is not None


def contains(outer: str, inner: str) -> bool:
    return outer == inner or inner.startswith(outer + "/")
