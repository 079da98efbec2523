"""Every command that writes, under every fault at every call: what is tried, and what was found."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from faults.program import (
    Ended,
    Fault,
    Files,
    Scenario,
    Server,
    contents,
    is_kill,
    leftovers,
    run,
    untrue,
)
from predtrack.store import starter

RAIN = """\
# kept by hand
claim: It rains on the first of April
kind: binary
deadline: 2027-04-01
tags: [weather]   # and a comment
# what was said
forecasts:
  - {by: Ada Example, made: 2027-01-10, probability: 70%}
"""
NO = "outcome:\n  answer: no\n  decided: 2027-03-01\n  recorded: 2027-03-01\n  judge: Bo\n"
YES = NO.replace("no", "yes", 1).replace("Bo", "Cleo Example")
HAIL = """\
claim: It hails on the first of April
kind: binary
deadline: 2027-04-01   # or later
forecasts:
  - by: Ada Example
    made: 2027-01-10
    probability: 70%
"""
REVISED = "  - by: Cleo Example\n    made: 2027-03-01\n    probability: 80%\n"
WITHDRAWN = "    withdrawn: 2027-03-01\n"
TILL = "deadline: 2027-12-31\n"
SNOW = f"claim: It snows\nkind: binary\ncriteria: A centimetre.\n{TILL}forecasts:\n{REVISED}"
ABOVE = "# what was said\n"

PLACE = "records"


def _with(block: str) -> str:
    return RAIN.replace(ABOVE, block + ABOVE)


def _put(text: str, name: str = "rain.yaml") -> Callable[[Path], object]:
    def put(cwd: Path) -> None:
        path = cwd / PLACE / name
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")

    return put


def _linked(cwd: Path) -> None:
    _put(RAIN, ".kept.text")(cwd)
    (cwd / PLACE / "rain.yaml").symlink_to(".kept.text")


def _exported(cwd: Path) -> None:
    _put(RAIN)(cwd)
    (cwd / "out.csv").write_text("mine\n", "utf-8")


def _branched(cwd: Path) -> None:
    _put(HAIL + WITHDRAWN)(cwd)
    (cwd / "base.txt").write_text(HAIL, "utf-8")
    (cwd / "theirs.txt").write_text(HAIL + REVISED, "utf-8")


def _exported_json(cwd: Path) -> None:
    _put(RAIN)(cwd)
    forecast = {"by": "Cleo Example", "made": "2027-03-01", "probability": 0.8}
    record = {"claim": "It snows", "kind": "binary", "criteria": "A centimetre."}
    record |= {"deadline": "2027-12-31", "forecasts": [forecast]}
    found = {"id": "snow", "record": record}
    whole = {"schema": "predtrack/export/1", "as_of": "2027-03-01", "predictions": [found]}
    (cwd / "from.json").write_text(json.dumps(whole), "utf-8")


def _becomes(text: str, name: str = "records/rain.yaml") -> Callable[[Files], Files]:
    return lambda old: old | {name: text.encode()}


@cache
def _started() -> Files:
    """What a new folder holds, by the store itself."""
    with tempfile.TemporaryDirectory() as held:
        starter.start(f"{held}/deep/records", date(2027, 3, 1), "Cleo Example")
        return contents(Path(held))


AT = ("--folder", PLACE)
AGAIN = (*AT, "resolve", "rain", "yes", "--force")
NAMED = ("--id", "snow", "--criteria", "A centimetre.")
READ = ((*AT, "list", "--status", "all"), (*AT, "check"))
EXPORT = (*AT, "export", "csv", "--table", "predictions", "-o", "out.csv")
HEAD = "id,claim,kind,status,deadline,answer,decided,family,tags,forecasts,path,review\n"
ROW = "rain,It rains on the first of April,binary,open,2027-04-01,,,,weather,1,rain.yaml,\n"

SCENARIOS: dict[str, Scenario] = {
    "resolve": Scenario(
        (*AT, "resolve", "rain", "yes"), _put(RAIN), _becomes(_with(YES)), (*READ, AGAIN)
    ),
    "replace": Scenario(AGAIN, _put(_with(NO)), _becomes(_with(YES)), (*READ, AGAIN)),
    "reopen": Scenario(
        (*AT, "reopen", "rain"),
        _put(_with(YES), "below/rain.yaml"),
        _becomes(RAIN, "records/below/rain.yaml"),
        (*READ, AGAIN),
    ),
    "linked": Scenario(
        (*AT, "resolve", "rain", "yes"),
        _linked,
        _becomes(_with(YES), "records/.kept.text"),
        (*READ, AGAIN),
    ),
    "update": Scenario(
        (*AT, "update", "rain", "80%"), _put(HAIL), _becomes(HAIL + REVISED), (*READ, AGAIN)
    ),
    "withdraw": Scenario(
        (*AT, "withdraw", "rain"), _put(HAIL), _becomes(HAIL + WITHDRAWN), (*READ, AGAIN)
    ),
    "add": Scenario(
        (*AT, "add", "It snows", "--value", "80%", "--deadline", "2027-12-31", *NAMED),
        _put(RAIN),
        _becomes(SNOW, "records/snow.yaml"),
        (*READ, AGAIN),
    ),
    "import": Scenario(
        (*AT, "import", "json", "from.json", "--write"),
        _exported_json,
        _becomes(SNOW, "records/snow.yaml"),
        (*READ, AGAIN),
    ),
    "merge": Scenario(
        ("merge", "base.txt", f"{PLACE}/rain.yaml", "theirs.txt"),
        _branched,
        _becomes(HAIL + WITHDRAWN + REVISED),
        (*READ, AGAIN),
    ),
    "no-op": Scenario(
        (*AT, "resolve", "rain", "no", "--judge", "Bo"), _put(_with(NO)), dict, (*READ, AGAIN)
    ),
    "export": Scenario(
        EXPORT, _put(RAIN), _becomes(HEAD + ROW, "out.csv"), (*READ, (*EXPORT, "--force"))
    ),
    "overwrite": Scenario(
        (*EXPORT, "--force"),
        _exported,
        _becomes(HEAD + ROW, "out.csv"),
        (*READ, (*EXPORT, "--force")),
    ),
    "init": Scenario(
        ("init", "deep/records"),
        lambda _: None,
        lambda old: old | _started(),
        (("init", "again"), ("--folder", "again", "check")),
    ),
}
NEW = ("add", "import", "export", "init")
"""The commands that make a new file."""

Seen = set[tuple[str, tuple[bytes, ...], tuple[tuple[str, bytes], ...]]]
"""The states after which the next runs were tried already."""


def tried(to: Server, name: str, fault: Fault, seen: Seen | None = None) -> tuple[Ended, str]:
    """How a scenario ended under a fault, and what was wrong about it (nothing, it is hoped)."""
    scenario = SCENARIOS[name]
    _empty(to.cwd)
    scenario.before(to.cwd)
    old = contents(to.cwd)
    new = scenario.after(old)
    ended = run(to, *scenario.words, fault=fault)
    found = contents(to.cwd)
    if not is_kill(fault):
        return ended, untrue(ended, fault, old, new, found)
    if ended.code >= 0:
        return ended, "" if found == new else "not killed, and not new"
    left = leftovers(found)
    whole = {name: data for name, data in found.items() if name not in left}
    if not _whole(old, new, whole):
        return ended, f"neither old nor new: {sorted(whole)}"
    state = (name, tuple(found[each] for each in left), tuple(whole.items()))
    if seen is not None and state in seen:
        return ended, ""
    if seen is not None:
        seen.add(state)
    return ended, _next(to, scenario, left)


def _whole(old: Files, new: Files, found: Files) -> bool:
    """Whether each file is the old one or the new one, and none is lost or unknown."""
    known = all(data in (old.get(name), new.get(name)) for name, data in found.items())
    return known and set(old) <= set(found) <= set(new)


def _next(to: Server, scenario: Scenario, left: set[str]) -> str:
    """What is wrong about the runs that follow a kill."""
    before = {name: contents(to.cwd)[name] for name in left}
    for words in scenario.next:
        ended = run(to, *words)
        if ended.code != 0 or not _named(ended, words, left):
            return f"next: {words} {ended}"
    after = contents(to.cwd)
    return "" if {name: after.get(name) for name in left} == before else "a leftover was touched"


def _named(ended: Ended, words: tuple[str, ...], leftover: set[str]) -> bool:
    """Whether `check` names each leftover in the folder that it looks at, and nothing else does."""
    named = {name for name in leftover if Path(name).name in ended.out}
    below = f"{words[words.index('--folder') + 1]}/" if "check" in words else "/"
    return (
        named == {name for name in leftover if name.startswith(below)} and ".tmp" not in ended.err
    )


def _empty(cwd: Path) -> None:
    for path in cwd.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def until_missed(
    to: Server, name: str, kinds: tuple[str, ...], seen: Seen | None = None
) -> Iterator[tuple[Ended, str]]:
    """A scenario under a fault at the first call, the second, ... until a run does not reach it.

    With several kinds each call meets one of them, in turn. With `seen`, the runs that follow a
    kill are tried once for each state of the folder.
    """
    for nth in range(1, 1000):
        kind = kinds[nth % len(kinds)]
        ended, wrong = tried(to, name, (kind, nth), seen)
        met = ended.trail[nth - 1] if len(ended.trail) >= nth else "no call"
        yield ended, f"{name}: {kind} at {nth} ({met}): {wrong}" if wrong else ""
        if len(ended.trail) < nth:
            return
    raise AssertionError("the fault was always reached")
