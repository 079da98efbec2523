"""How often each sentence of a report is false of simulated forecasters: the whole table.

    python tests/simulate.py [--runs N] [--only NAME ...] [--others] [-j PROCESSES]

A row for each setting, number of families and forecaster: in what share of the reports each
sentence stands and is false; of those who are off also how often one is right, and how often
one is wrong. Below it a line for each promise, with the worst share; the exit code is 1 where
one is not met. A share above what is promised is drawn again ten times as often, and then
counts as it is: of a thousand shares some are high by luck. A quarter of an hour on one core;
`--others` adds the settings that no promise names.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from random import Random
from typing import NamedTuple

from forecasters import (
    ALONE,
    AVERAGE,
    BETTER,
    BOUND,
    FORECASTERS,
    LESS,
    MORE,
    OF_ALL,
    OF_TESTS,
    OTHERS,
    SETTINGS,
    SEVERAL,
    WORDS,
    WORSE,
    beside_overconfident,
    report_on,
)
from predtrack.reports.verdicts import EXTREME, TIMID

NAMED = ALONE | SEVERAL | BOUND
FAMILIES = (5, 10, 20, 30, 100, 300)
AHEAD, BEHIND = "ahead", "behind"
ANY, RIGHT, WRONG, SILENT, CONTRARY = "any false", "right", "wrong", "silent", "contrary"
COLUMNS = {
    **{MORE: "more", LESS: "less", EXTREME: "extreme", TIMID: "timid", AVERAGE: "average"},
    **{BETTER: "better", WORSE: "worse", BEHIND: "behind", ANY: "any"},
    **{RIGHT: "right", WRONG: "wrong", AHEAD: "ahead"},
}
"""Each share of the table with its short name: the sentences that are false, and what is said
truly: of the chances (right), and of two forecasters (ahead)."""
OF_CALIBRATED = {BETTER, WORSE, BEHIND, AHEAD}  # others are not asked for them
AGAIN = 10  # times as many runs for a share above what is promised


class Cell(NamedTuple):
    """One row of the table: what is stated, in how many families, and by whom."""

    setting: str
    families: int
    side: str

    @property
    def name(self) -> str:
        """The row's first columns."""
        return f"{self.setting:18}{self.families:>4}  {self.side or 'calibrated':12}"


Counts = Counter[str]


def counted(cell: Cell, runs: int) -> Counts:
    """Count what the reports on so many forecasters say, and how much of it is false."""
    random, counts = Random(f"{cell.setting} {cell.families} {cell.side}"), Counter(runs=runs)
    setting, bias = SETTINGS[cell.setting], FORECASTERS[cell.side]
    gates = OF_TESTS if cell.side else OF_ALL
    for _ in range(runs):
        rows = setting.draw(random, cell.families, bias)
        report = report_on(rows, cell.side, gates)
        false = [word for word, is_false in report.false.items() if is_false]
        if not cell.side:
            pair = beside_overconfident(rows)
            false += [BEHIND] * (pair.is_shown and pair.diff < 0)
            counts[AHEAD] += pair.is_shown and pair.diff > 0
        counts.update(false)
        counts[ANY] += bool(false)
        four = [report.words[word] and not report.false[word] for word in WORDS[:4]]
        counts[RIGHT] += any(four)
        counts[WRONG] += any(word in false for word in WORDS[:4])
        counts[SILENT] += report.is_silent
        counts[CONTRARY] += report.is_contrary
    return counts


class Promise(NamedTuple):
    """A share that is promised to be so great at most, in some rows of the table."""

    text: str
    most: float
    columns: tuple[str, ...]
    sides: tuple[str, ...] = ("",)
    settings: tuple[str, ...] = tuple(SETTINGS)

    def shares(self, table: dict[Cell, Counts]) -> Iterator[tuple[float, str, Cell]]:
        """Give each share that the promise is about, with its column and its row."""
        for cell, counts in table.items():
            if cell.side in self.sides and cell.setting in self.settings:
                for column in self.columns:
                    yield counts[column] / counts["runs"], column, cell


EVERY = tuple(FORECASTERS)
PROMISES = (
    Promise("each sentence is false of a calibrated forecaster in .06", 0.06, (*WORDS, BEHIND)),
    Promise("any sentence is false of a calibrated forecaster in .12", 0.12, (ANY,)),
    Promise(
        "twice too extreme at 90-99% is called the opposite in .02",
        *(0.02, (TIMID, MORE), (EXTREME,), ("90-99%",)),
    ),
    Promise("calibrated is behind 1.5 points overconfident in .05", 0.05, (BEHIND,)),
    Promise("right on average is false of anybody in .06", 0.06, (AVERAGE,), EVERY),
    Promise("a test refuses whoever is off without its word in .01", 0.01, (SILENT,), EVERY[1:]),
    Promise("tests, intervals and ranges disagree never", 0.0, (CONTRARY,), EVERY),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 1 where a promise is not met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=400, help="reports a row (400)")
    parser.add_argument("--only", nargs="+", choices=SETTINGS, default=[*NAMED], metavar="NAME")
    parser.add_argument("--others", action="store_true", help="the settings no promise names, too")
    parser.add_argument("--families", nargs="+", type=int, default=[*FAMILIES], metavar="N")
    parser.add_argument("-j", "--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    settings = dict.fromkeys([*options.only, *(OTHERS if options.others else ())])
    cells = [Cell(*each) for each in product(settings, options.families, FORECASTERS)]
    if options.processes == 1:
        table = _table(cells, options.runs, map)
    else:
        with ProcessPoolExecutor(max_workers=options.processes) as pool:
            table = _table(cells, options.runs, pool.map)
    return 0 if min([_judged(promise, table) for promise in PROMISES]) else 1


def _table(
    cells: Sequence[Cell], runs: int, each: Callable[..., Iterable[Counts]]
) -> dict[Cell, Counts]:
    """Return the table, of which each row is printed once it is there; some are drawn again."""
    table: dict[Cell, Counts] = {}

    def draw(some: Sequence[Cell], times: int) -> None:
        for cell, counts in zip(some, each(counted, some, [times] * len(some)), strict=True):
            table[cell] = counts
            _say(_line(cell, counts))

    _say(" " * 36 + "".join(f"{head:>8}" for head in COLUMNS.values()))
    draw(cells, runs)
    if above := _above(table):
        _say(f"\nabove what is promised, drawn {AGAIN * runs} times:")
        draw(above, AGAIN * runs)
    _say("")
    return table


def _line(cell: Cell, counts: Counts) -> str:
    """Return a row of the table: a dot where there was none, a dash where nobody looked."""
    texts = []
    for column in COLUMNS:
        share = counts[column] / counts["runs"]
        none = "-" if cell.side and column in OF_CALIBRATED else "."
        texts.append(f"{share:8.4f}" if share else f"{none:>8}")
    return cell.name + "".join(texts)


def _above(table: dict[Cell, Counts]) -> Sequence[Cell]:
    """Return the rows with a share that is above what is promised and may be so by luck."""
    return list(
        dict.fromkeys(
            cell
            for promise in PROMISES
            if promise.most
            for share, _, cell in promise.shares(table)
            if share > promise.most
        )
    )


def _judged(promise: Promise, table: dict[Cell, Counts]) -> bool:
    """Return whether a promise is met, and print it with the worst share."""
    worst, column, cell = max(promise.shares(table), default=(0.0, "", None))
    is_met = worst <= promise.most
    where = f" ({column}: {' '.join(cell.name.split())})" if cell and worst else ""
    _say(f"{'met    ' if is_met else 'NOT MET'}  {promise.text} at most: {worst:.4f}{where}")
    return is_met


def _say(line: str) -> None:
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
