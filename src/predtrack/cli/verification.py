"""Compare the scores in a Metaculus download with those computed from its forecasts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from predtrack.cli.session import Session
from predtrack.errors import Problem, UnreadableError
from predtrack.views.text import counted, visible

if TYPE_CHECKING:
    from predtrack.importers import Settings, Source
    from predtrack.reports.platform import Compared

MOST_SHOWN = 5

Official = dict[str, list[tuple[str, str, float]]]  # by record: the forecaster, the rule, the score


def verified(session: Session, sources: Sequence[Source], settings: Settings) -> int:
    """Say how many scores of each rule agree; return 0 if all of the platform's do, else 1."""
    official = _official(sources)
    if not official:
        names = ", ".join(each.name for each in sources)
        raise UnreadableError(f"{names} holds no scores of the platform; download them with it")
    rows = list(_compared(session, sources, settings, official))
    session.screen.lines(_table(rows))
    missed = [each for each in rows if each.result == "missed"]
    for each in missed[:MOST_SHOWN]:
        sentence = f"{each.rule} of {each.by} is {each.computed!r} here and {each.given!r} there"
        session.screen.say(visible(f"{each.id}: {sentence}"))
    return int(any(each.result != "met" for each in rows))


def _official(sources: Sequence[Source]) -> Official:
    from predtrack.importers import metaculus

    official: Official = defaultdict(list)
    for each in metaculus.official(sources):
        official[each.id].append((each.by, each.rule, each.score))
    return official


def _compared(
    session: Session, sources: Sequence[Source], settings: Settings, official: Official
) -> Iterator[Compared]:
    """Yield each official score beside the one computed; name what cannot be read."""
    from predtrack.importers import FORMATS, Unread
    from predtrack.reports import platform, sampling
    from predtrack.store.incoming import incoming

    sampling_settings = sampling.sampling(session.day)
    for source in sources:
        source.stream.seek(0)
    problems: list[Problem] = []
    for record in FORMATS["metaculus"](sources, settings):
        if isinstance(record, Unread):
            problems.append(Problem(record.place, 1, 1, "import", record.why, "see the export"))
            continue
        reading = incoming(record.id, record.record)
        problems += reading.problems
        if reading.prediction is not None:
            yield from platform.compared(
                reading.prediction, official.pop(record.id, ()), sampling_settings
            )
    session.name_problems(problems)
    for identity, left in official.items():
        for by, rule, score in left:
            yield platform.Compared(identity, by, rule, score, None, "absent")


def _table(rows: Sequence[Compared]) -> Iterator[str]:
    """Yield a line a rule: how many agree, the largest difference, what was not computed."""
    from predtrack.reports.platform import UNCOMPARED, WITHIN
    from predtrack.reports.scores import PLATFORM

    for rule in PLATFORM:
        mine = [each for each in rows if each.rule == rule]
        if not mine:
            continue
        counts = Counter(each.result for each in mine)
        largest = max(each.difference for each in mine)
        parts = [f"{counts['met']} of {counted(len(mine), 'score')} agree within {WITHIN:g}"]
        parts.append(f"the largest difference is {largest:.2g}")
        parts += [
            f"{counts[why]} not computed ({UNCOMPARED[why]})" for why in UNCOMPARED if counts[why]
        ]
        yield f"{rule}: {'; '.join(parts)}"
