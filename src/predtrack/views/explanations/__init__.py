"""Explain each figure in plain words, by its JSON key or by what the page calls it.

One plain name explains a key wherever it stands: `rows` is that of a group, of a bin and of a
coverage. Where one of them is a thing apart it has its dotted name too, as `bounds.brier`.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from predtrack.views.explanations.figures import FIGURES
from predtrack.views.explanations.form import Explanation
from predtrack.views.explanations.frame import FRAME
from predtrack.views.explanations.parts import PARTS

EXPLANATIONS: dict[str, Explanation] = {**FIGURES, **PARTS, **FRAME}
"""Every name that is explained, and how."""

_OF_SKILL = ("reference", "rows", "families", "diff", "low", "high", "ratio")
_OF_HITS = ("rows", "families", "hits", "low", "high", "share")
_OF_SURPRISES = ("name", "p", "y", "loss", "id")

INSIDE: dict[str, tuple[str, ...]] = {
    "settings": (
        *("at", "by", "tag", "kind", "family", "origin", "verbal", "seed", "include_early"),
        *("made", "due", "decided"),
    ),
    "counts": ("predictions", "open", "due", "resolved", "void", "early"),
    "void": ("ambiguous", "annulled", "condition_false", "too_vague", "no_evidence"),
    "left_out": ("origin", "no_deadline", "option_later", "out_of_range", "no_logarithm"),
    "coming": ("day", "id"),
    "direction": (*("slope", "low", "high", "shift", "p_extreme", "at_90", "confidence", "comes"),),
    "skill": _OF_SKILL,
    "skills": _OF_SKILL,
    "bins": (
        *("low", "high", "rows", "families", "mean_p", "happened", "hits", "ci_low", "ci_high"),
    ),
    "levels": ("p", "rows", "happened"),
    "curve": ("p", "r", "low", "high"),
    "bounds": ("missing", "came", "brier"),
    "coverage": (
        *("confidence", "rows", "families", "hits", "ci_low", "ci_high", "p_value", "share"),
        *("below", "above", "ties", "apart", "apart_p"),
    ),
    "misses": ("below", "above"),
    "scores": (
        *("unit", "rule", "rows", "families", "mean", "median", "scale", "reference"),
        "parts",
    ),
    "reference": ("rows", "families", "diff", "low", "high", "ratio"),
    "words": _OF_HITS,
    "ranges": _OF_HITS,
    "undated": _OF_HITS,
    "readings": ("rule", "unit", "rows", "strict", "generous", "scale"),
    "agreement": ("judged", "agreed", "ac1", "disputed"),
    "best": _OF_SURPRISES,
    "worst": _OF_SURPRISES,
    "sensitivity": ("low", "high", "nearer", "further"),
    "comparisons": (
        *("a", "b", "rule", "unit", "rows", "families", "diff", "low", "high", "origin", "lead"),
        *("questions", "scale"),
    ),
    "early_points": ("id", "by", "target", "stated", "happened", "scheduled"),
    "early_scores": (
        *("id", "by", "made", "kind", "rule", "score", "counts", "reason", "points", "points_due"),
        *("scheduled", "unit", "origin", "family", "parts", "terms", "scale"),
    ),
    "parts": ("total", "width", "below", "above"),
    "terms": ("target", "stated", "came", "loss"),
}
"""The keys inside the objects and lists of a report, by which dotted names are read."""

ALIASES = {
    **dict.fromkeys(INSIDE["void"], "void"),
    **dict.fromkeys(("no_deadline", "option_later", "out_of_range", "no_logarithm"), "left_out"),
    **dict.fromkeys(("brier score", "mean brier", "per option"), "brier"),
    **dict.fromkeys(("log", "nats"), "log_score"),
    **dict.fromkeys(("corp", "miscalibration"), "mcb"),
    **dict.fromkeys(("discrimination",), "dsc"),
    **dict.fromkeys(("uncertainty",), "unc"),
    **dict.fromkeys(("mcb of a calibrated forecaster",), "mcb_null_mean"),
    **dict.fromkeys(("expected",), "sum_p"),
    **dict.fromkeys(("sum test",), "sum_p_value"),
    **dict.fromkeys(("exact",), "sum_p_exact"),
    **dict.fromkeys(("z", "spiegelhalter"), "spiegelhalter_z"),
    **dict.fromkeys(("wilson", "95%", "interval of a share"), "ci_low"),
    **dict.fromkeys(("interval of what came", "came minus stated"), "diff_low"),
    **dict.fromkeys(("interval of the score",), "brier_low"),
    **dict.fromkeys(
        ("range of a calibrated forecaster", "a calibrated forecaster", "calibrated"),
        "calibrated_range",
    ),
    **dict.fromkeys(("in short", "not shown", "cannot tell", "right on average"), "verdict"),
    **dict.fromkeys(
        ("size", "too extreme", "too timid", "cox", "recalibration", "recalibrated"), "direction"
    ),
    **dict.fromkeys(("e", "evidence"), "e_value"),
    **dict.fromkeys(("picture", "reliability picture"), "bins"),
    **dict.fromkeys(("reliability curve", "curve with its band", "band"), "curve"),
    **dict.fromkeys(("stated on average",), "mean_p"),
    **dict.fromkeys(("mean score",), "scores"),
    **dict.fromkeys(("no day named",), "undated"),
    **dict.fromkeys(("bold, right", "bold and right"), "best"),
    **dict.fromkeys(("phrases", "mapped by"), "sensitivity"),
    **dict.fromkeys(("chances",), "kind"),
    **dict.fromkeys(("manski", "due without an outcome"), "bounds"),
    **dict.fromkeys(("ahead", "on what both forecast"), "comparisons"),
    **dict.fromkeys(("judges", "gwet"), "agreement"),
    **dict.fromkeys(("strict readings", "generous readings"), "readings"),
    **dict.fromkeys(("decided early",), "early"),
    **dict.fromkeys(("next to come due",), "coming"),
    **dict.fromkeys(("ranked probability score",), "rps"),
    **dict.fromkeys(("brier score over all options",), "brier2"),
    **dict.fromkeys(("interval score",), "interval"),
    **dict.fromkeys(
        ("mean of twice the pinball loss", "pinball loss", "wis", "weighted interval score"),
        "pinball",
    ),
    **dict.fromkeys(("mean squared error over the points due",), "cdf"),
    **dict.fromkeys(("absolute error",), "abs_error"),
}
"""What the page calls a figure, and what people call it, by the name that explains it."""

MOST_NEAR = 3


def name_of(word: str) -> str | None:
    """Return the name that explains a word, whatever its case, blanks and dashes; None for none.

    >>> name_of("CORP"), name_of("Brier score"), name_of("direction.at_90"), name_of("needs:30")
    ('mcb', 'brier', 'at_90', 'needs')
    >>> name_of("bounds.brier"), name_of("skill.at_90")
    ('bounds.brier', None)
    """
    key = _plain(word.partition(":")[0])
    if key in _NAMES:
        return _NAMES[key]
    outer, _, inner = key.rpartition(".")
    return _NAMES[inner] if inner in INSIDE.get(outer.rpartition(".")[2], ()) else None


def nearest(word: str) -> list[str]:
    """Return the names that are most like a word that is none, nearest first.

    >>> nearest("brierr")[0], nearest("spiegel halter")[0]
    ('brier', 'spiegelhalter_z')
    """
    from difflib import get_close_matches

    key = _plain(word.rpartition(".")[2])
    close = get_close_matches(key, EXPLANATIONS, MOST_NEAR, cutoff=0.7)
    close += [] if close else get_close_matches(key, _NAMES, MOST_NEAR, cutoff=0.7)
    holding = [each for each in _NAMES if len(key) > MOST_NEAR and key in each]
    return list(dict.fromkeys(_NAMES[each] for each in (*close, *holding)))[:MOST_NEAR]


def lines(name: str, width: int) -> Iterator[str]:
    """Yield the lines of an explanation: its name, and a paragraph for each thing it says."""
    yield name
    for paragraph in EXPLANATIONS[name]:
        yield ""
        yield from wrap(paragraph, width, break_on_hyphens=False)


def _plain(word: str) -> str:
    """Return a word in small letters, with one underscore for what stands between its parts."""
    signs = [sign if sign.isalnum() or sign in ".%" else " " for sign in word.casefold()]
    return "_".join("".join(signs).split())


_NAMES = {_plain(alias): name for alias, name in ALIASES.items()} | {
    name: name for name in EXPLANATIONS
}
