"""What the tests try a little of, tried to the end; prints what was counted.

    python tests/soak.py [--records N] [--rounds N] [--merges N] [--minutes N] [--seed N]
        [--only-fuzz]

100,000 generated records and as many files after a mishap, through reading, splicing and showing;
sixteen processes that record outcomes at once, fifty times in many files and fifty in one; every
fault at every call of every command that writes, on a disk without hard links too; 2,000 random
pairs of edits on two branches that git merges; an interrupt at every event of a list and an import,
and at every fifth of a report; and for as many minutes as are asked for, an hour if you like,
command lines at random, exports to odd places and Ctrl-C at odd moments. About half an hour on two
cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from random import Random

import repository
from faults import checks, crowd, fuzz, generated, interrupts
from faults.calls import FAULTS
from faults.program import Server, server
from faults.scenarios import NEW, SCENARIOS, until_missed

DAY = date(2027, 3, 1)
RECORDS, ROUNDS, MERGES, MINUTES = 100_000, 50, 2_000, 5
SHARE, MERGED_AT_ONCE = 1_000, 50
MOST_SHOWN = 20
"""Failures that are printed whole; the others are counted."""

Failures = list[str]


def main() -> int:
    """The exit code: 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--merges", type=int, default=MERGES)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-fuzz", action="store_true")
    asked = parser.parse_args()
    failures = []
    if not asked.only_fuzz:
        failures += [*_records(asked.records), *merges(range(asked.merges))]
        with tempfile.TemporaryDirectory() as held, server(Path(held)) as to:
            failures += [*_crowds(to, asked.rounds), *_faults(to)]
        failures += _interrupts()
    failures += _fuzz(asked.minutes, asked.seed)
    for failure in failures[:MOST_SHOWN]:
        sys.stderr.write(f"{failure}\n")
    _say("failures", str(len(failures)), "")
    return 1 if failures else 0


def _say(what: str, count: str, rest: str) -> None:
    sys.stdout.write(f"{what:44} {count:>9}  {rest}".rstrip() + "\n")
    sys.stdout.flush()


def _records(count: int) -> Iterator[str]:
    """What failed of the generated records."""
    began = time.monotonic()
    found: Counter[str] = Counter()
    starts = range(0, count, SHARE)
    with ProcessPoolExecutor(max_workers=2) as pool:
        for counts, failures in pool.map(_share, starts, [min(SHARE, count)] * len(starts)):
            found += counts
            yield from failures
    for what in sorted(found):
        _say(what, f"{found[what]:,}", "")
    _say("seconds for the records", f"{time.monotonic() - began:.0f}", "")


def _share(start: int, count: int) -> tuple[Counter[str], Failures]:
    """What came of some records, by their seeds, and what failed."""
    found: Counter[str] = Counter()
    failures = []
    for seed in range(start, start + count):
        try:
            found.update(_tried(Random(seed)))
        except Exception:  # noqa: BLE001  # whatever it is, it is a failure and counted
            failures.append(f"record {seed}: {traceback.format_exc(limit=-2)}")
    return found, failures


def _tried(random: Random) -> Iterator[str]:
    """What was counted of one record, and of what a mishap made of it."""
    made = generated.made(random)
    yield "records: outcome in and out: " + checks.restored(made)
    yield from ["records: outputs shown"] * checks.well_shown(checks.well_read(made.data), DAY)
    torn = checks.well_read(generated.torn(random, made.data))
    yield "files after a mishap: " + ("read all the same" if torn.prediction else "refused")
    yield from ["files after a mishap: outputs shown"] * checks.well_shown(torn, DAY)


def merges(seeds: range) -> Iterator[str]:
    """What failed of the pairs of edits on two branches, by real merges of git."""
    began = time.monotonic()
    ended: Counter[str] = Counter()
    shares = [seeds[at : at + MERGED_AT_ONCE] for at in range(0, len(seeds), MERGED_AT_ONCE)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        for how, failures in pool.map(_merged, shares):
            ended += how
            yield from failures
    for how in sorted(ended):
        _say(f"pairs of edits merged by git: {how}", f"{ended[how]:,}", "")
    _say("seconds for the merges", f"{time.monotonic() - began:.0f}", "")


def _merged(seeds: range) -> tuple[Counter[str], Failures]:
    """How some pairs of edits ended in one merge of git, and what failed."""
    with tempfile.TemporaryDirectory() as root:
        try:
            ended = [*repository.wrong_of(Path(root), seeds)]
        except Exception:  # noqa: BLE001  # whatever it is, it is a failure and counted
            return Counter(), [f"merges {seeds}: {traceback.format_exc(limit=-2)}"]
    return Counter(how for how, _ in ended), [fault for _, fault in ended if fault]


def _crowds(to: Server, rounds: int) -> Iterator[str]:
    """What failed of the processes that record outcomes at once."""
    expected = {
        crowd.many_records: {"recorded": crowd.CROWD, "lost": 0, "refused": 0, "left over": 0},
        crowd.one_record: {"recorded": 1, "lost": 0, "refused": crowd.CROWD - 1, "left over": 0},
    }
    for each, wanted in expected.items():
        total: Counter[str] = Counter()
        for number in range(rounds):
            found = each(to)
            total.update(found)
            if found != wanted:
                yield f"{each.__name__}, round {number}: {found}"
        name = f"{crowd.CROWD} processes, {rounds} rounds, {each.__name__.replace('_', ' ')}"
        _say(name, f"{total['recorded']:,}", ", ".join(f"{n} {what}" for what, n in total.items()))


def _faults(to: Server) -> Iterator[str]:
    """What failed of the commands that write, under every fault at every call."""
    for kind in FAULTS:
        ended = [each for name in SCENARIOS for each in until_missed(to, name, (kind,))]
        wrong = [fault for _, fault in ended if fault]
        yield from wrong
        codes = Counter(process.code for process, _ in ended)
        told = ", ".join(f"{count} ended with {code}" for code, count in sorted(codes.items()))
        _say(f"faults: {kind}", f"{len(ended):,}", f"{len(wrong)} wrong; {told}")
        bare = to._replace(without=("links",))
        ended = [each for name in NEW for each in until_missed(bare, name, (kind,))]
        wrong = [sentence for _, sentence in ended if sentence]
        yield from wrong
        _say(f"faults without hard links: {kind}", f"{len(ended):,}", f"{len(wrong)} wrong")


def _interrupts() -> Iterator[str]:
    """What failed of runs that were interrupted at every event, or at every fifth."""
    with tempfile.TemporaryDirectory() as held, ProcessPoolExecutor(max_workers=2) as pool:
        place = Path(held)
        runs = list(pool.map(interrupts.every, *zip(*interrupts.cases(place), strict=True)))
    for words, found in runs:
        wrong = [said for said in map(interrupts.untrue, found) if said]
        codes = Counter(each["code"] for each in found)
        told = ", ".join(f"{count} ended with {code}" for code, count in sorted(codes.items()))
        _say(f"interrupts: {words[0]}", f"{len(found):,}", f"{len(wrong)} wrong; {told}")
        yield from wrong


def _fuzz(minutes: float, seed: int) -> Iterator[str]:
    """What failed of command lines at random, for so many minutes on two cores."""
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        seeds = [2 * seed, 2 * seed + 1]
        for found, failures in pool.map(_fuzzed, [60 * minutes] * 2, seeds):
            counts += found
            yield from failures
    for what in sorted(counts):
        _say(f"fuzz: {what}", f"{counts[what]:,}", "")


def _fuzzed(seconds: float, seed: int) -> tuple[Counter[str], Failures]:
    *failures, counts = fuzz.fuzzed(seconds, seed)
    return counts, failures  # type: ignore[return-value]  # the last is what was counted


if __name__ == "__main__":
    sys.exit(main())
