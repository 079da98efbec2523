"""Draw in text what happened beside what was stated, with its uncertainty."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from rich.text import Text

from predtrack.records.numerals import number
from predtrack.reports.calibration import Figures, Point
from predtrack.scoring.bins import Bin
from predtrack.views.text import share

WIDTH = 37  # cells of the axis: with 80 columns there is room for what happened
HEIGHT = 11  # lines of the curve: one each 10 points

STATED, CAME, BAR, BAND, BOTH, EVEN = "│", "●", "─", "░", "◉", "·"


def picture(figures: Figures) -> Iterator[Text]:
    """Yield the bins, one a line: the stated mean, what happened, its Wilson interval as a bar.

    Below them the reliability curve, where there are enough families for one.
    """
    yield Text(f"{'stated':>7}  {_AXIS}  happened", "dim")
    for each in figures.bins:
        yield _line(each)
    yield Text(f"{'':9}{STATED} stated on average   {CAME} happened   {BAR} 95%", "dim")
    if any(each.families != each.rows for each in figures.bins):
        yield Text(f"{'':9}chances counted; then each family once", "dim")
    if figures.curve:
        yield Text()
        yield from _curve(figures.curve)


_AXIS = f"0%{'50%':^{WIDTH - 6}}100%"


def _line(each: Bin) -> Text:
    spread = _span(each)
    text = Text(f"{spread:>7}  ")
    for sign, style in _axis(each):
        text.append(sign, style)
    return text.append(f"  {_happened(each)}")


def _happened(each: Bin) -> str:
    """Return the plain counts, then the share and its interval, which count families once."""
    counts = f"{number(round(each.hits, 2))} of {each.rows}"
    between = f"{share(each.low).removesuffix('%')}–{share(each.high)}"
    if each.families == each.rows:
        return f"{counts}: {share(each.share)}, {between}"
    return f"{counts}; {share(each.share)} of {each.families}, {between}"


def _span(each: Bin) -> str:
    low, high = _stated(each.lowest), _stated(each.highest)
    return low if low == high else f"{low.removesuffix('%')}–{high}"


def _stated(p: float) -> str:
    """Return a stated chance in whole percent, 0% and 100% for certainty alone."""
    whole = share(p)
    if p not in {0, 1} and whole in {"0%", "100%"}:
        return "<1%" if p < 0.5 else ">99%"
    return whole


def _axis(each: Bin) -> Iterator[tuple[str, str]]:
    low, high, happened, stated = map(_cell, (each.low, each.high, each.share, each.stated))
    for cell in range(WIDTH):
        if cell == happened:
            is_both = happened == stated and each.low <= each.stated <= each.high
            yield (BOTH if is_both else CAME), "bold"
        elif cell == stated:
            yield STATED, ""
        else:
            yield (BAR if low <= cell <= high else " "), ""


def _cell(share_of: float) -> int:
    return round(share_of * (WIDTH - 1))


def _curve(points: Sequence[Point]) -> Iterator[Text]:
    """Yield the reliability curve: what came by what was stated, with a calibrated band."""
    first, last = _cell(points[0].p), _cell(points[-1].p)
    columns = {cell: _between(points, cell / (WIDTH - 1)) for cell in range(first, last + 1)}
    yield Text(f"{'happened':>7}", "dim")
    for line in reversed(range(HEIGHT)):
        label = share(line / (HEIGHT - 1)) if line % 5 == 0 else ""
        text = Text(f"{label:>7}  ")
        for cell in range(WIDTH):
            text.append(*_of_curve(columns.get(cell), cell, line))
        text.rstrip()
        yield text
    yield Text(f"{'':9}{_AXIS}  stated", "dim")
    yield Text(f"{'':9}{CAME} happened   {EVEN} as stated   {BAND} calibrated, 95%", "dim")


def _between(points: Sequence[Point], p: float) -> Point:
    """Return the point of the curve at a stated chance, on the line between its neighbours."""
    at = bisect_left(points, p, key=lambda point: point.p)
    if at == 0 or at == len(points):
        return points[min(at, len(points) - 1)]
    before, after = points[at - 1], points[at]
    part = (p - before.p) / (after.p - before.p)
    return Point(*(low + part * (high - low) for low, high in zip(before, after, strict=True)))


def _of_curve(point: Point | None, cell: int, line: int) -> tuple[str, str]:
    """Return the sign at one place of the curve, with its style."""
    if point is not None and _height(point.r) == line:
        return CAME, "bold"
    if _height(cell / (WIDTH - 1)) == line and cell % 4 == 0:
        return EVEN, ""
    if point is not None and _height(point.low) <= line <= _height(point.high):
        return BAND, "dim"
    return " ", ""


def _height(share_of: float) -> int:
    return round(share_of * (HEIGHT - 1))
