"""Show the calibration report to a person: denominators first, and no figure alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from predtrack.records.numerals import number
from predtrack.reports.bounds import Bounds
from predtrack.reports.calibration import (
    ALIKE,
    CHOICE_SHARES,
    INFINITE,
    MOST_POOLED,
    NEEDS,
    NOTHING_LEFT,
    PARTIAL_ANSWERS,
    POOLED,
    SEVERAL_ROWS,
    TOO_MANY,
    UNDEFINED,
    Figures,
)
from predtrack.reports.comparisons import AHEAD_FROM, Comparison
from predtrack.reports.coverage import Coverage, Hits
from predtrack.reports.groups import Group, MeanScore, Surprise
from predtrack.reports.judges import Reading
from predtrack.reports.report import Report
from predtrack.reports.verdicts import extremity
from predtrack.scoring.sums import ALIKE as ALIKE_BY
from predtrack.views import reliability
from predtrack.views.arithmetic import LOWER, rule_name
from predtrack.views.denominators import heading
from predtrack.views.differences import beside_reference, span
from predtrack.views.differences import skill as told_skill
from predtrack.views.tables import score_text
from predtrack.views.text import (
    counted,
    days_left,
    figure,
    p_value,
    quantity,
    share,
    stated,
    target,
)
from predtrack.views.wording import safe, unit

Pairs = Iterator[tuple[str, str]]


def report(results: Report, *, in_full: bool = False) -> RenderableType:
    """Return the whole report, `in_full` with the figures that only experts ask for."""
    parts: list[RenderableType] = [*heading(results)]
    shown = [each for each in results.groups if not _repeats(each, results.groups)]
    for group in shown:
        parts += [Text(), section(group, in_full=in_full)]
    parts += _looks(shown)
    if results.comparisons:
        parts += [Text(), *_comparisons(results.comparisons, in_full=in_full)]
    if results.early or results.early_points:
        parts += [Text(), *_early(results)]
    return Stack(*parts, *_coming(results), *(_hint("report") if shown else ()))


def _looks(groups: Sequence[Group]) -> Iterator[Text]:
    """Say how many tests the page holds, and how many of them would look odd by luck alone."""
    tests = 0
    for group in groups:
        p_values = [group.figures.sum_p_value, group.figures.spiegelhalter_p]
        p_values += [each.p_value for each in group.coverage]
        tests += sum(p is not None for p in p_values)
    if tests >= MANY_TESTS:
        yield Text()
        odd = counted(max(1, round(tests / 20)), "such test")
        sentence = f"{tests} tests stand on this page: of calibrated forecasters, about {odd}"
        yield Text(f"{sentence} would fall below .05 by luck alone.", "dim")


MANY_TESTS = 10


def calibration(
    path: str,
    groups: Sequence[Group],
    comparisons: Sequence[Comparison],
    *,
    in_full: bool = False,
) -> RenderableType:
    """Return the report on a table: a section a column, and the columns compared."""
    parts: list[RenderableType] = [Text(f"Calibration of {safe(path)}", "bold")]
    for group in groups:
        parts += [Text(), section(group, in_full=in_full)]
    if comparisons:
        parts += [Text(), *_comparisons(comparisons, in_full=in_full)]
    return Stack(*parts, *_hint("calibrate"))


def _hint(command: str) -> Iterator[Text]:
    """Yield the line that says where the figures of the page are explained."""
    yield Text()
    asks = f"predtrack {command} --explain NAME"
    yield Text(f"What a figure means: {asks}, e.g. brier, direction.", "dim")


def _repeats(group: Group, groups: Sequence[Group]) -> bool:
    """Tell whether the chances of a forecaster are those of one kind, which the page shows."""
    sample = (group.by, group.origin, group.rows, group.figures.sum_p, group.figures.levels)
    return group.kind == "chances" and any(
        each.kind in {"binary", "date"}
        and (each.by, each.origin, each.rows, each.figures.sum_p, each.figures.levels) == sample
        for each in groups
    )


def section(group: Group, *, in_full: bool = False) -> RenderableType:
    """Return one group: what it counts, its figures, its picture, and what is withheld."""
    parts: list[RenderableType] = [_pairs(_figures(group))]
    if in_full:
        parts += [_pairs(_in_full(group))]
    parts += [Text(f"{safe(score.id)}: {score_text(score)}") for score in group.shown]
    if group.figures.bins:
        parts += [Text(), *reliability.picture(group.figures)]
    if (group.best or group.worst) and not group.shown:
        parts += [Text(), _pairs(_surprises(group))]
    parts += [Text(line, "dim") for line in _withheld(group)]
    return Stack(_title(group), Padding(Stack(*parts), (0, 0, 0, 2)))


def _title(group: Group) -> Text:
    title = Text(safe(" · ".join(p for p in (group.by, group.kind, group.origin) if p)), "bold")
    noun = "chance" if group.figures.base_rate is not None else "forecast"
    many = counted(group.families, "family", "families")
    title.append(f"   {counted(group.rows, noun)} from {many}", "none")
    if group.dropped:
        cells = counted(group.dropped, "row")
        title.append(f"; {cells} with an empty cell dropped", "none")
    return title


def _pairs(pairs: Pairs) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", min_width=14, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in pairs:
        grid.add_row(Text(name), Text(text))
    return grid


def _figures(group: Group) -> Pairs:
    figures = group.figures
    if group.verdict:
        shared = (
            "\nall from one source: they may stand or fall together" if group.one_source else ""
        )
        yield "in short", group.verdict + shared
    if group.table:
        yield "phrases", _phrases(group)
    yield from _means(group)
    if figures.brier is not None:
        yield ("per option" if group.kind == "choice" else "Brier score"), _brier(group)
        yield "log score", _log(group)
    if figures.sum_p is not None:
        yield "came", _sum(group)
    yield from _could_be(group)
    yield from _calibration(group)
    for name, skill in zip(("skill", "", ""), figures.skills, strict=False):
        yield name, told_skill(skill)
    for coverage in group.coverage:
        yield "coverage", _coverage(coverage)
    for name, hits in (("words", group.words), ("ranges", group.ranges)):
        if hits is not None:
            yield name, _hits(hits, name)
    if group.undated is not None:
        yield "no day named", _hits(group.undated, "undated")


def _could_be(group: Group) -> Pairs:
    """Yield what is missing, read differently by judges, or withdrawn: what else could be true."""
    if group.bounds is not None:
        yield "missing", _bounds(group.bounds)
    for reading in group.readings:
        yield "disputed", _reading(reading)
    if group.withdrawn:
        many = counted(group.withdrawn, "forecast")
        yield "withdrawn", f"{many} withdrawn since: a forecast counts by what was said first"


def _means(group: Group) -> Pairs:
    for mean in group.scores:
        brier = group.figures.brier if mean.rule in {"brier", "cdf"} else None
        is_told_below = brier is not None and abs(mean.mean - brier) < 5e-4
        if not is_told_below:
            yield "mean score", _mean(mean)
            if mean.reference is not None:
                yield "skill", beside_reference(mean, mean.reference)


def _phrases(group: Group) -> str:
    lost = f"; {group.unmapped} not in it" if group.unmapped else ""
    if group.sensitivity is None:
        return f"table {group.table}{lost}: nothing to score"
    nearer, further = figure(group.sensitivity.nearer), figure(group.sensitivity.further)
    sentence = (
        f"mapped by {group.table}{lost}, ranges taken at their middle; no one number was said"
    )
    return f"{sentence}. Brier {nearer} with all of them nearer to 50%, {further} further from it"


def _mean(mean: MeanScore) -> str:
    of, say = unit(mean.unit, mean.scale), quantity if mean.scale else figure
    value, middle = say(mean.mean), say(mean.median)
    n = f"n = {mean.families}" + ("" if mean.rows == mean.families else f", {mean.rows} rows")
    beside = f", median {middle}{of}" if mean.families > 1 else ""
    text = f"{value}{of}{beside} ({n}; {rule_name(mean.rule, mean.scale)})"
    if mean.parts is None:
        return text
    width, below, above = map(say, mean.parts[1:])
    return f"{text}\n= {width} for the width + {below} for misses below + {above} above"


def _brier(group: Group) -> str:
    figures = group.figures
    half = _of_equal_shares(figures) if group.kind == "choice" else "; always 50% scores .250"
    text = f"{figure(figures.brier)}  (0 to 1, {LOWER}{half})"
    if group.rows != group.families:
        text += "\neach family counts once; the plain mean of the rows is "
        text += figure(figures.rows_mean_brier)
    if figures.brier_low is not None:
        text += f"\n95% {figure(figures.brier_low)} to {figure(figures.brier_high)}"
    if figures.calibrated_range is not None:
        low, high = figures.calibrated_range
        span = f"{figure(low)} to {figure(high)}"
        often = f"{span} in 95 of 100 such samples" if figure(low) != figure(high) else figure(low)
        text += f"\na calibrated forecaster with these chances scores {often}"
        text += f": {_where(figures.brier or 0, low, high)}"
    return text


def _of_equal_shares(figures: Figures) -> str:
    """Say what equal shares for all options would score, where that is known."""
    for each in figures.skills:
        if each.reference == "equal shares" and figures.brier is not None:
            return f"; equal shares score {figure(figures.brier + each.diff)}"
    return ""


def _where(score: float, low: float, high: float) -> str:
    """Say where a score lies, beside what a calibrated forecaster would have."""
    if score > high + ALIKE_BY:
        return "this is higher: too extreme"
    return "this is lower: too timid" if score < low - ALIKE_BY else "this is one of them"


def _log(group: Group) -> str:
    figures = group.figures
    if not figures.log_infinite:
        half = "" if group.kind == "choice" else "; always 50% scores .693"
        return f"{figure(figures.log_score)} nats  ({LOWER}{half})"
    names = ", ".join(safe(name) for name in figures.log_infinite[:3])
    more = f" and {len(figures.log_infinite) - 3} more" if len(figures.log_infinite) > 3 else ""
    failed = counted(len(figures.log_infinite), "forecast")
    text = f"infinite: {failed} at 0% or 100% failed ({names}{more})"
    if figures.log_score_rest is None:
        return text
    n = number(float(f"{figures.log_rest_n:.6g}"))
    return f"{text}\n{figure(figures.log_score_rest)} nats over the other {n}"


def _sum(group: Group) -> str:
    """Return the plain counts, then what was expected, and whether luck gives such a gap."""
    figures = group.figures
    expected, observed = _count(figures.sum_p or 0), _count(figures.sum_y or 0)
    text = f"{_count(figures.hits or 0)} of {group.rows}"
    if group.rows != group.families:
        text += f"; each family counts once: {observed} of {group.families}"
    text += f", {expected} expected"
    if figures.base_rate in {0, 1} and group.families >= 5:
        text += "; all happened" if figures.base_rate else "; none happened"
    if figures.sum_p_value is not None:
        how = "common" if figures.sum_p_value >= 0.05 else "rare"
        text += (
            f"\na gap this large is {how} by luck ({_p(figures.sum_p_value, figures.sum_p_exact)})"
        )
    if group.ties:
        text += f"\n{_TIED.format(counted(group.ties, 'chance'))}"
    return text


_TIED = "{} where the number that came is the stated one: half a hit each; no test hangs on it"


def _count(value: float) -> str:
    return number(round(value, 2))


def _p(p: float, is_exact: bool | None) -> str:
    return f"{p_value(p)}{', exact' if is_exact else ''}"


def _reading(reading: Reading) -> str:
    """Say what the mean score would be, were every disputed outcome read one way."""
    of, say = unit(reading.unit, reading.scale), quantity if reading.scale else figure
    strict, generous = say(reading.strict), say(reading.generous)
    is_hit = reading.rule == "hit"
    rule = "share that came true" if is_hit else rule_name(reading.rule, reading.scale)
    many = counted(reading.rows, "forecast")
    ends = f"{strict}{of} by the strict readings, {generous}{of} by the generous"
    return f"judges read the outcome of {many} differently: {ends}  ({rule})"


def _bounds(bounds: Bounds) -> str:
    """Say how far what is due without an outcome could move the figures."""
    none, every = bounds.came
    text = f"{counted(bounds.missing, 'chance')} due without an outcome: {share(none)} came if none"
    text += f" of them did, {share(every)} if all"
    if bounds.brier is None:
        return text
    low, high = map(figure, bounds.brier)
    return f"{text}; Brier {low} either way" if low == high else f"{text}; Brier {low} to {high}"


def _calibration(group: Group) -> Pairs:
    figures = group.figures
    if figures.spiegelhalter_z is not None:
        z = f"z = {figure(figures.spiegelhalter_z, 2)}"
        if figures.spiegelhalter_p is None:
            yield "confidence", f"{z}; no p, since what was stated to be impossible happened"
        else:
            z += f", {_p(figures.spiegelhalter_p, figures.spiegelhalter_exact)}"
            yield "confidence", f"{extremity(figures) or _UNTOLD}  ({z})"
    if figures.mcb is not None:
        yield "CORP", f"{_corp(group)}\n{_null(group)}"


def _corp(group: Group) -> str:
    """Return the split of the Brier score, and what its difficulty is measured by."""
    figures, rate = group.figures, group.figures.base_rate or 0
    mcb, dsc, unc = map(figure, (figures.mcb, figures.dsc, figures.unc))
    happened = f"{_count(rate * group.families)} of {group.families}"
    return (
        f"Brier {figure(figures.brier)} = UNC {unc} (how hard it was) - DSC {dsc} (told cases"
        f" apart) + MCB {mcb} (too far from what came)\n"
        f"UNC: for somebody who knew that {happened} would come and said {share(rate)} each time"
    )


def _in_full(group: Group) -> Pairs:
    """Yield how much is too extreme or too timid, and the evidence against all chances."""
    direction, e = group.figures.direction, group.figures.e_value
    if direction is not None:
        sizes = {share(direction.confidence): share(direction.comes)}
        if direction.at_90 is not None:
            sizes[share(0.9)] = share(direction.at_90)
        rates = ", ".join(f"{stated} comes about {comes}" for stated, comes in sizes.items())
        ends = f"95% {figure(direction.low, 2)} to {figure(direction.high, 2)}"
        yield (
            "recalibrated",
            (
                f"what is called {rates}\nslope {figure(direction.slope, 2)}, {ends}: below 1 is"
                f" too extreme ({share(direction.p_extreme)} likely), above 1 too timid"
            ),
        )
    if e is not None:
        size = "over 1,000,000" if e > 1e6 else quantity(e) if e >= 1 else figure(e)
        shows = "evidence" if e >= 20 else "no evidence"
        often = "20 or more is, however often one looks"
        yield "e-value", f"{size}: {shows} that the chances are wrong  ({often})"


_UNTOLD = "neither too extreme nor too timid is shown"


def _null(group: Group) -> str:
    figures = group.figures
    if figures.mcb_null_mean is None or figures.mcb_null_95 is None:
        return (
            "what MCB a calibrated forecaster would show is not known: families have several rows"
        )
    pooled = abs((figures.mcb_pooled or 0) - (figures.mcb or 0)) > 1e-12
    digits = 5 if pooled or figures.mcb_null_95 < 0.001 else 3
    mean, high = figure(figures.mcb_null_mean, digits), figure(figures.mcb_null_95, digits)
    text = f"a calibrated forecaster would show MCB {mean} on average, up to {high} in 95%"
    is_more = (figures.mcb_pooled or 0) > figures.mcb_null_95
    text += ": this is more" if is_more else ": this is no more"
    if not pooled:
        return text
    own = figure(figures.mcb_pooled, digits)
    return f"{text}; with neighbouring chances pooled to {MOST_POOLED}, where it is {own} here"


def _coverage(coverage: Coverage) -> str:
    span = f"95% {share(coverage.ci_low)} to {share(coverage.ci_high)}"
    test = f"; {p_value(coverage.p_value)}" if coverage.p_value is not None else ""
    n = "" if coverage.rows == coverage.families else f" from {coverage.families} families"
    counts = f"{number(coverage.hits)} of {coverage.rows} intervals{n}"
    if coverage.ties:
        inside = coverage.hits - coverage.ties / 2
        counts += f" ({number(inside)} inside, {coverage.ties} on an end: half each)"
    if coverage.rows != coverage.families:
        counts += f", {share(coverage.share)} by family"
    missed = ", ".join(
        f"{many} came {where}"
        for many, where in ((coverage.above, "above"), (coverage.below, "below"))
        if many
    )
    more = f"; {missed}" if missed else ""
    return f"stated {stated(coverage.confidence)}: held {counts} ({span}{test}){more}"


def _hits(hits: Hits, name: str) -> str:
    counts = f"{number(hits.hits)} of {hits.rows} {_HITS[name]}"
    interval = f"95% {share(hits.low)} to {share(hits.high)}"
    if hits.rows == hits.families:
        return f"{counts} came true ({interval})"
    by_family = f"{share(hits.share)} by family, {interval}"
    return f"{counts} from {hits.families} families came true ({by_family})"


_HITS = {
    "words": "claims without a number",
    "ranges": "ranges without a confidence",
    "undated": "claims and ranges that were judged",
}


def _surprises(group: Group) -> Pairs:
    how = "stated" if group.table is None else "by its middle"  # nobody said one number
    for name, surprises in (("worst", group.worst), ("bold, right", group.best)):
        if surprises:
            yield name, "\n".join(_surprise(each, how) for each in surprises)


def _surprise(surprise: Surprise, how: str) -> str:
    outcome = _OUTCOMES.get(surprise.y, "in part")
    of = surprise.name.removeprefix(surprise.id).strip()
    name = " ".join(part for part in (surprise.id, target(of)) if part)
    return f"{safe(name)}: {stated(surprise.p)} {how}, {outcome}"


_OUTCOMES: dict[float, str] = {1: "happened", 0: "did not happen"}

_REASONS = {
    POOLED: "kinds are pooled here",
    SEVERAL_ROWS: "families have several rows",
    PARTIAL_ANSWERS: "some answers are partial",
    ALIKE: "nothing in it could vary",
    INFINITE: "what was stated to be impossible happened",
    TOO_MANY: "too many different chances",
    UNDEFINED: "every chance is 0%, 50% or 100%",
    NOTHING_LEFT: "nothing is left",
    CHOICE_SHARES: "the shares of a choice always sum to 1",
}

_WORDS = {
    "calibrated_range": "range of a calibrated forecaster",
    "diff_low": "interval of what came",
    "sum_p_value": "sum test",
    "skill": "skill",
    "brier_low": "interval of the score",
    "spiegelhalter_z": "confidence",
    "direction": "size",
    "bins": "bins",
    "mcb": "CORP",
    "mcb_null_mean": "MCB of a calibrated forecaster",
    "curve": "curve with its band",
}
"""What figures that belong together are called, by the first of them."""


def _withheld(group: Group) -> Iterator[str]:
    """Yield what is withheld: by the families it needs, else by its reason."""
    waiting: defaultdict[int, list[str]] = defaultdict(list)
    others: defaultdict[str, list[str]] = defaultdict(list)
    for name, reason in group.withheld.items():
        if name in _WORDS and reason != POOLED:
            code, _, number_of = reason.partition(":")
            if code == NEEDS:
                waiting[int(number_of)].append(_WORDS[name])
            else:
                others[_REASONS[code]].append(_WORDS[name])
    for reason, names in others.items():
        yield f"Withheld: {', '.join(names)} ({reason})."
    if waiting:
        parts = [f"{n} families for {', '.join(names)}" for n, names in sorted(waiting.items())]
        yield f"Withheld until there are {'; '.join(parts)}."


def _comparisons(comparisons: Sequence[Comparison], *, in_full: bool) -> Iterator[RenderableType]:
    """Yield a block for each two forecasters, a line for each form of what both forecast.

    `in_full` it names the questions that they share.
    """
    pairs: defaultdict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for each in comparisons:
        pairs[each.a, each.b].append(each)
    for (a, b), some in pairs.items():
        yield Text(f"{safe(a)} and {safe(b)}, on what both forecast", "bold")
        for each in some:
            yield Padding(Text(_compared(each)), (0, 0, 0, 2))
            if in_full and each.questions:
                names = ", ".join(map(safe, each.questions))
                yield Padding(Text(f"shared: {names}", "dim"), (0, 0, 0, 4))


def _compared(each: Comparison) -> str:
    """Say who is ahead by how much, whether that is more than luck gives, and what it rests on."""
    say = quantity if each.scale else figure
    gap = f"{say(abs(each.diff))}{unit(each.unit, each.scale)}"
    better = each.a if each.diff >= 0 else each.b
    n = counted(each.families, "family", "families")
    many = counted(each.rows, "shared question")
    rests = f"{many} from {n}" if each.rows != each.families else many
    lead = "" if each.lead is None else f", {counted(each.lead, 'day')} before the scheduled one"
    name = rule_name(each.rule, each.scale) + (f", {each.origin}" if each.origin else "")
    interval = span(each.diff, each.low, each.high, say)
    if not each.diff:
        result = "alike"
    elif each.is_shown:
        result = f"{safe(better)} is ahead by {gap}{interval}"
    else:
        result = f"{safe(better)} lost less by {gap}{interval}: cannot tell who is better"
        if each.families < AHEAD_FROM:
            result += f" from {each.families}; ten show a first pattern"
    return f"{name}: {result}; {rests}{lead}"


def _early(results: Report) -> Iterator[Text]:
    yield Text("Decided early, in no mean above", "bold")
    for score in results.early:
        line = f"{safe(score.id)}: {score_text(score)}, {safe(score.by)}"
        yield Text(f"  {line}; {_counts_from(score.scheduled)}")
    for prediction, forecast, parts, _ in results.early_points:
        chance = parts.stated if isinstance(parts.stated, str) else stated(parts.stated)
        outcome = "happened" if parts.happened else "did not happen"
        line = f"{safe(prediction.id)} {parts.target}: {safe(chance)} stated, {outcome}"
        yield Text(f"  {line}, {safe(forecast.by)}; {_counts_from(parts.scheduled)}")


def _counts_from(scheduled: date | None) -> str:
    return f"counts from {scheduled + timedelta(1) if scheduled else None}"


def _coming(results: Report) -> Iterator[RenderableType]:
    if not results.groups:
        yield Text()
        yield Text(
            "Nothing that counts has come due and been decided yet: there is no score to show."
        )
    if not results.coming:
        return
    yield Text()
    yield Text("Next to come due", "bold")
    grid = Table.grid(padding=(0, 2, 0, 0))
    for column in range(4):
        grid.add_column(no_wrap=column < 2, overflow="fold")
    for when, row in results.coming[:MOST_COMING]:
        far = days_left((when - results.asked.day).days)
        values = "; ".join(each.value for each in row.details.standing[:2])
        grid.add_row(Text(f"  {when}"), Text(far, "dim"), Text(safe(row.id)), Text(safe(values)))
    yield grid
    if len(results.coming) > MOST_COMING:
        yield Text(f"  and {len(results.coming) - MOST_COMING} later", "dim")


MOST_COMING = 5
