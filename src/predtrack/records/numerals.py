"""Numbers as people write them, with no digit that nobody stated."""

from __future__ import annotations


def number(value: float) -> str:
    """Return a number as people write it, without separators, with at most ten digits.

    >>> number(10), number(12.40), number(0.1 + 0.2), number(1e15)
    ('10', '12.4', '0.3', '1e+15')
    """
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.10g}"


def percent(p: float) -> str:
    """Return a stated probability in percent, with the digits that were stated.

    >>> percent(0.29), percent(0.125), percent(0.0004), percent(0.9999999)
    ('29%', '12.5%', '0.04%', '99.99999%')
    """
    return f"{float(f'{p * 100:.12g}'):.12g}%"
