"""A reliability picture in text: what happened beside what was stated, with its uncertainty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from predtrack.reports.calibration import Figures, Point
from predtrack.scoring.bins import Bin
from predtrack.views.text import share

WIDTH = 41  # cells of the axis: one each 2.5 points

STATED, CAME, BAR, BAND, BOTH = "│", "●", "─", "░", "◉"


def picture(figures: Figures) -> Iterator[Text]:
    """The bins, one a line: the stated mean, what happened, and its Wilson interval as a bar."""
    yield Text(f"{'stated':>9}  0%{'50%':^{WIDTH - 6}}100%  happened", "dim")
    for each in figures.bins:
        yield _line(each, figures.curve)
    yield Text(f"{'':11}{STATED} stated on average   {CAME} happened   {BAR} 95%", "dim")
    if figures.curve:
        yield Text(f"{'':11}{BAND} where a calibrated forecaster's curve lies", "dim")


def _line(each: Bin, curve: Sequence[Point]) -> Text:
    spread = _span(each)
    text = Text(f"{spread:>9}  ")
    for sign, style in _axis(each, curve):
        text.append(sign, style)
    span = f"{share(each.low).removesuffix('%')}–{share(each.high)}"
    return text.append(f"  {share(each.share)} of {each.families}, {span}")


def _span(each: Bin) -> str:
    low, high = share(each.lowest), share(each.highest)
    return low if low == high else f"{low.removesuffix('%')}–{high}"


def _axis(each: Bin, curve: Sequence[Point]) -> Iterator[tuple[str, str]]:
    low, high, came, stated = map(_cell, (each.low, each.high, each.share, each.stated))
    band = _band(each, curve)
    for cell in range(WIDTH):
        if cell == came:
            yield (BOTH if came == stated else CAME), "bold"
        elif cell == stated:
            yield STATED, ""
        elif low <= cell <= high:
            yield BAR, ""
        elif band and band[0] <= cell <= band[1]:
            yield BAND, "dim"
        else:
            yield " ", ""


def _band(each: Bin, curve: Sequence[Point]) -> tuple[int, int] | None:
    """Where the curve of a calibrated forecaster would lie in a bin."""
    inside = [point for point in curve if each.lowest <= point.p <= each.highest]
    if not inside:
        return None
    return _cell(min(point.low for point in inside)), _cell(max(point.high for point in inside))


def _cell(share_of: float) -> int:
    return round(share_of * (WIDTH - 1))
