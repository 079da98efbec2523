"""Define the form of an explanation."""

from __future__ import annotations

from typing import NamedTuple


class Explanation(NamedTuple):
    """State what a figure is, what is good, and what to do about it: a short paragraph each."""

    is_: str
    good: str
    do: str
