"""Records on two branches: a base, random edits on either side, and what their merge must be.

What must come of a merge is said here once more, by plain YAML and sets, without the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

import yaml

from predtrack.store.reading import read

Plain = dict[str, Any]
"""A record as YAML has it: keys, texts, lists."""

VALUES = ("probability", "probabilities", "interval", "quantiles", "cdf", "point")
NAMES = ("Ada", "Bo", "Cleo")
WORDS = (
    "rain",
    "it's wet",
    "Köln #1",
    "a: b",
    "yes",
    "long " * 29 + "text",
    "two\nlines",
    "- dash",
)
OPTIONS = ("red", "green", "blue")


class Style(NamedTuple):
    """How a file is written: its line breaks, its BOM, how far entries are set in, and comments."""

    line_break: str = "\n"
    mark: str = ""
    indent: str = "  "
    has_comments: bool = False
    in_braces: bool = False
    in_brackets: bool = False
    comments: tuple[tuple[str, str], ...] = ()
    """Comments of a branch's own, each above a key."""


class Branches(NamedTuple):
    """A record before two branches and on each of them; None where there was none before."""

    base: Plain | None
    ours: Plain
    theirs: Plain
    styles: tuple[Style, Style, Style]

    @property
    def has_one_style(self) -> bool:
        """Whether both branches write as the base does, but for comments."""
        return len({style._replace(comments=()) for style in self.styles}) == 1

    def files(self) -> tuple[bytes, bytes, bytes]:
        """The bytes of the three states."""
        base, ours, theirs = self.styles
        before = b"" if self.base is None else written(self.base, base)
        return before, written(self.ours, ours), written(self.theirs, theirs)


def drawn(seed: int) -> Branches:
    """A record and up to three edits on each of two branches."""
    random = Random(seed)
    kind = random.choice(("binary", "binary", "choice", "numeric", "date"))
    base = _base(random, kind)
    count = (random.randint(1, 3), random.randint(1, 3))
    ours, theirs = (_edited(random, base, many) for many in count)
    style = _style(random)
    sides = [_of_side(random, style, name) for name in ("mine", "other")]
    return Branches(None if random.random() < 0.05 else base, ours, theirs, (style, *sides))


def _style(random: Random) -> Style:
    return Style(
        random.choice(("\n", "\n", "\n", "\r\n")),
        random.choice(("", "", "", "\ufeff")),
        random.choice(("  ", "  ", "", "    ")),
        random.random() < 0.5,
        random.random() < 0.15,
        random.random() < 0.05,
    )


def _of_side(random: Random, style: Style, name: str) -> Style:
    """The style of a branch: that of the base but for a comment, and at times another."""
    if random.random() < 0.1:
        style = _style(random)
    keys = random.sample(("criteria", "deadline", "tags", "outcome", "note"), 1)
    comments = tuple((key, f"# {name}: see {key}") for key in keys if random.random() < 0.3)
    return style._replace(comments=comments)


def _base(random: Random, kind: str) -> Plain:
    record: Plain = {"claim": random.choice(WORDS[:4]), "kind": kind}
    if kind == "choice":
        record["options"] = list(OPTIONS)
    more = {
        "criteria": lambda: random.choice(WORDS),
        "deadline": lambda: "2028-02-29",
        "tags": lambda: random.sample(["a", "b", "c d", "e"], random.randint(1, 3)),
        "family": lambda: "wet",
        "source": lambda: {"title": random.choice(WORDS[:4]), "reading": "primary"},
        "note": lambda: random.choice(WORDS),
        "x-own": lambda: random.choice(WORDS[:4]),
    }
    record |= {key: make() for key, make in more.items() if random.random() < 0.5}
    if random.random() < 0.2:
        record["outcome"] = _outcome(random, kind)
    days = random.sample(range(60), random.randint(0, 3))
    record["forecasts"] = [_forecast(random, kind, day) for day in sorted(days)]
    return record


def _day(number: int) -> str:
    return (date(2026, 1, 1) + timedelta(number)).isoformat()


def _forecast(random: Random, kind: str, day: int) -> Plain:
    entry: Plain = {"by": random.choice(NAMES), "made": _day(day), **_value(random, kind)}
    if random.random() < 0.3:
        entry["rationale"] = random.choice(WORDS)
    return entry


def _value(random: Random, kind: str) -> Plain:
    percent = random.choice((10, 20, 30, 70))
    return {
        "binary": {"probability": f"{percent}%"},
        "choice": {
            "probabilities": {"red": f"{percent}%", "green": f"{100 - percent}%", "blue": "0%"}
        },
        "numeric": random.choice(
            (
                {"interval": {"low": "10", "high": f"{percent}", "confidence": "80%"}},
                {"point": f"{percent}"},
            )
        ),
        "date": {"cdf": {"2027-01-01": f"{percent}%", "2028-01-01": "90%"}},
    }[kind]


def _outcome(random: Random, kind: str) -> Plain:
    answers = {"binary": ["yes", "no"], "choice": list(OPTIONS), "numeric": ["12", "13"]}
    answer = random.choice(answers.get(kind, ["no", "2027-05-05"]))
    ended: Plain = {"answer": answer, "decided": random.choice(("2027-06-01", "2027-06-02"))}
    if random.random() < 0.5:
        ended["note"] = random.choice(WORDS)
    if random.random() < 0.3:
        ended["judgements"] = [{"answer": answer, "judge": random.choice(NAMES)}]
    return ended


def _edited(random: Random, base: Plain, count: int) -> Plain:
    record = json.loads(json.dumps(base))
    for edit in random.choices(EDITS, k=count):
        edit(random, record)
    return record  # type: ignore[no-any-return]


def _add_forecast(random: Random, record: Plain) -> None:
    entry = _forecast(random, record["kind"], random.randrange(50, 80))
    names = [*record.get("options", [])]
    names = [each["name"] if isinstance(each, dict) else each for each in names]
    if names:
        entry["probabilities"] = {name: f"{100 if name == 'red' else 0}%" for name in names}
    if all(identity(entry)[:2] != identity(each)[:2] for each in record["forecasts"]):
        record["forecasts"].append(entry)


def _mend_forecast(random: Random, record: Plain) -> None:
    for entry in record["forecasts"][:1] if random.random() < 0.5 else record["forecasts"][-1:]:
        entry[random.choice(("rationale", "words", "x-own"))] = random.choice(WORDS[:5])


def _withdraw(random: Random, record: Plain) -> None:
    for entry in random.sample(record["forecasts"], min(1, len(record["forecasts"]))):
        entry["withdrawn"] = random.choice(("2026-06-01", "2026-07-01"))


def _revalue(random: Random, record: Plain) -> None:
    for entry in random.sample(record["forecasts"], min(1, len(record["forecasts"]))):
        for name in VALUES:
            entry.pop(name, None)
        entry.update(_value(random, record["kind"]))
        if record["kind"] == "choice":
            _all_options(record)


def _all_options(record: Plain) -> None:
    names = [each["name"] if isinstance(each, dict) else each for each in record["options"]]
    for entry in record["forecasts"]:
        shares = entry["probabilities"]
        entry["probabilities"] = {n: shares.get(n, "0%") for n in names}
        if not any(value not in ("0%", "0") for value in entry["probabilities"].values()):
            entry["probabilities"][names[0]] = "100%"


def _remove_forecast(random: Random, record: Plain) -> None:
    if record["forecasts"]:
        del record["forecasts"][random.randrange(len(record["forecasts"]))]


def _set(key: str, *values: Any) -> Callable[[Random, Plain], None]:
    def edit(random: Random, record: Plain) -> None:
        record[key] = random.choice(values)

    return edit


def _drop(random: Random, record: Plain) -> None:
    for key in random.sample(("criteria", "note", "family", "source", "x-own", "outcome"), 2):
        record.pop(key, None)


def _tag(random: Random, record: Plain) -> None:
    tags = record.setdefault("tags", [])
    tag = random.choice(("a", "b", "e", "f g", "h"))
    tags.remove(tag) if tag in tags else tags.append(tag)
    if not tags:
        del record["tags"]


def _end(random: Random, record: Plain) -> None:
    names = [each for each in record.get("options", []) if isinstance(each, str)]
    record["outcome"] = _outcome(random, record["kind"])
    if names:
        record["outcome"]["answer"] = random.choice(names)
        for each in record["outcome"].get("judgements", []):
            each["answer"] = names[0]


def _judge(random: Random, record: Plain) -> None:
    if "outcome" in record:
        ended = record["outcome"]
        other = {"answer": ended["answer"], "judge": random.choice(("Dan", "Eve", "Flo"))}
        if all(each["judge"] != other["judge"] for each in ended.get("judgements", [])):
            ended.setdefault("judgements", []).append(other)


def _offer(random: Random, record: Plain) -> None:
    if record["kind"] == "choice":
        name = random.choice(("grey", "pink"))
        names = [each["name"] if isinstance(each, dict) else each for each in record["options"]]
        if name in names:
            return
        if random.random() < 0.5:
            record["options"].append({"name": name, "added": "2026-12-01"})
        else:
            record["options"].append(name)
            _all_options(record)


EDITS = (
    *(_add_forecast, _add_forecast, _add_forecast, _mend_forecast, _withdraw, _revalue),
    *(_remove_forecast, _tag, _tag, _end, _end, _judge, _judge, _offer, _drop),
    _set("deadline", "2028-03-01", "2029-01-01"),
    _set("criteria", *WORDS),
    _set("note", *WORDS),
    _set("review", "2026-09-09", "2026-10-10"),
    _set("source", {"title": "other"}, {"title": "rain", "reading": "secondary"}),
    _set("x-more", "1", ["1", {"a": "b"}]),
)


def written(record: Plain, style: Style) -> bytes:
    """The bytes of a record: a key whose value is the same has the same lines."""
    lines = ["# kept by hand"] if style.has_comments else []
    for key, value in sorted(record.items(), key=lambda pair: ORDER.index(pair[0])):
        if style.has_comments and key in {"deadline", "forecasts", "note"}:
            lines.append(f"# about {key}")
        lines += [comment for above, comment in style.comments if above == key]
        if key == "forecasts":
            lines += _entries(value, style)
        else:
            lines += _keyed(key, value)
            if style.has_comments and key == "deadline":
                lines[-1] += "   # or later"
    return (style.mark + "".join(line + style.line_break for line in lines)).encode()


ORDER = [
    *("claim", "kind", "criteria", "options", "deadline", "review", "tags", "family", "source"),
    *("x-own", "x-more", "outcome", "forecasts", "note"),
]


def _entries(forecasts: list[Plain], style: Style) -> list[str]:
    if not forecasts:
        return ["forecasts: []"]
    if style.in_brackets:
        return [f"forecasts: [{', '.join(map(_braces, forecasts))}]"]
    lines = ["forecasts:"]
    for entry in forecasts:
        if style.has_comments and entry["by"] == "Bo":
            lines.append(f"{style.indent}# by Bo")
        if style.in_braces:
            lines.append(f"{style.indent}- {_braces(entry)}")
            continue
        inner = [line for key, value in entry.items() for line in _keyed(key, value)]
        lines += [f"{style.indent}{'  ' if at else '- '}{each}" for at, each in enumerate(inner)]
    return lines


def _braces(entry: Plain) -> str:
    return re.sub(r"\s*\n\s*", " ", json.dumps(entry, ensure_ascii=False))


def _keyed(key: str, value: Any) -> list[str]:
    """The lines of a key; a text of several lines stands as such."""
    if isinstance(value, str) and "\n" in value:
        return [f"{key}: |-", *(f"  {line}" for line in value.split("\n"))]
    if isinstance(value, str) and re.fullmatch(r"[\w .%-]*\w[\w%]*", value) and value[0] != "-":
        return [f"{key}: {value.strip()}"]
    if key in {"outcome", "source"}:
        return [f"{key}:", *(f"  {line}" for k, v in value.items() for line in _keyed(k, v))]
    if key == "judgements":
        return [f"{key}:", *(f"  - {_braces(each)}" for each in value)]
    return [f"{key}: {json.dumps(value, ensure_ascii=False)}"]


def loaded(data: bytes) -> Plain:
    """The record of a file as another YAML library's reader has it, all of it as texts."""
    record = yaml.load(data.decode("utf-8-sig"), yaml.BaseLoader)  # texts only
    assert isinstance(record, dict)
    stripped: Plain = _stripped(record)
    return stripped


def _stripped(value: Any) -> Any:
    """The same with no white space around texts, which counts for nothing in a record."""
    if isinstance(value, dict):
        return {key: _stripped(each) for key, each in value.items()}
    return [*map(_stripped, value)] if isinstance(value, list) else value.strip()


def identity(forecast: Plain) -> tuple[str, str, str]:
    """By, made and value of a forecast."""
    value = {name: forecast[name] for name in VALUES if name in forecast}
    return forecast["by"], forecast["made"], json.dumps(value, sort_keys=True)


class Expected(NamedTuple):
    """What a merge must say, forecasts by their identity, and the keys that must clash."""

    record: Plain
    forecasts: dict[tuple[str, str, str], Plain]
    clashes: set[str]


def _ways(base: Any, ours: Any, theirs: Any) -> tuple[Any, bool]:
    if theirs in (base, ours):
        return ours, False
    return (theirs, False) if ours == base else (ours, True)


def _united(base: Plain, ours: Plain, theirs: Plain, keys: Iterable[str]) -> tuple[Plain, set[str]]:
    ways = {key: _ways(base.get(key), ours.get(key), theirs.get(key)) for key in keys}
    merged = {key: value for key, (value, _) in ways.items() if value is not None}
    return merged, {key for key, (_, is_clash) in ways.items() if is_clash}


def expected(base: Plain | None, ours: Plain, theirs: Plain) -> Expected:
    """What the merge of two branches must say, and what must be a conflict."""
    was = base or {}
    keys = {*was, *ours, *theirs} - {"forecasts", "tags", "outcome"}
    record, clashes = _united(was, ours, theirs, keys)
    mine, other, old = (set(each.get("tags", ())) for each in (ours, theirs, was))
    tags = (mine | other) - (old - mine) - (old - other)
    record |= {"tags": sorted(tags)} if tags else {}
    outcome, is_clash = _ended(was.get("outcome"), ours.get("outcome"), theirs.get("outcome"))
    record |= {"outcome": outcome} if outcome else {}
    clashes |= {"outcome"} if is_clash else set()
    forecasts, is_clash = _said(*(each.get("forecasts", []) for each in (was, ours, theirs)))
    return Expected(record, forecasts, clashes | ({"forecasts"} if is_clash else set()))


def _ended(
    base: Plain | None, ours: Plain | None, theirs: Plain | None
) -> tuple[Plain | None, bool]:
    whole = _ways(base, ours, theirs)
    if not whole[1] or ours is None or theirs is None:
        return whole
    was = base or {}
    keys = {*was, *ours, *theirs} - {"judgements"}
    bare = [{k: v for k, v in each.items() if k in keys} for each in (was, ours, theirs)]
    chosen, is_clash = _ways(*bare)
    words = [
        {each["judge"]: each for each in side.get("judgements", [])} for side in (was, ours, theirs)
    ]
    judges = list(dict.fromkeys((*words[1], *words[2])))
    judgements, clashes = _united(*words, judges)
    more = {"judgements": list(judgements.values())} if judgements else {}
    return {**chosen, **more}, is_clash or bool(clashes)


def _said(
    base: list[Plain], ours: list[Plain], theirs: list[Plain]
) -> tuple[dict[tuple[str, str, str], Plain], bool]:
    was, mine, other = ({identity(each): each for each in side} for side in (base, ours, theirs))
    merged, is_clash = {}, False
    for key in dict.fromkeys((*mine, *other)):
        sides = (was.get(key), mine.get(key), other.get(key))
        if key in mine and key in other:
            merged[key], clashes = _united(
                *(each or {} for each in sides), {name for each in sides for name in each or {}}
            )
            is_clash |= bool(clashes)
        elif key not in was:
            merged[key] = sides[1] or sides[2] or {}
        elif sides[0] not in sides[1:]:
            merged[key] = sides[1] or sides[2] or {}
            is_clash = True
    new = [(set(mine) - set(other) - set(was)), (set(other) - set(mine) - set(was))]
    is_clash |= any(one[:2] == two[:2] for one in new[0] for two in new[1])
    return merged, is_clash


def resolved(data: bytes, side: str) -> bytes:
    """A file with every conflict settled as one side has it."""
    lines, into = [], "both"
    for line in data.splitlines(keepends=True):
        if line.startswith(b"<<<<<<< "):
            into = "ours"
        elif line.startswith(b"=======") and into == "ours":
            into = "theirs"
        elif line.startswith(b">>>>>>> "):
            into = "both"
        elif into in {"both", side}:
            lines.append(line)
    return b"".join(lines)


def wrong(files: tuple[bytes, bytes, bytes], data: bytes, code: int) -> str:
    """What is wrong about the merge of three files; nothing, it is hoped."""
    must = expected(*(loaded(each) if each else None for each in files))  # type: ignore[arg-type]
    whole = must.record | {"forecasts": [*must.forecasts.values()]}
    is_sound = read(json.dumps(whole).encode(), "rain.yaml", "rain").prediction is not None
    if code:
        if is_sound and not must.clashes:
            return "a conflict without need"
        return _wrong_conflict(must, data)
    after = read(data, "rain.yaml", "rain")
    if after.prediction is None:
        return f"no record: {after.problems[0]}"
    if must.clashes or not is_sound:
        return f"no conflict: {sorted(must.clashes)}"
    record = loaded(data)
    forecasts = {identity(each): each for each in record.pop("forecasts")}
    if forecasts != must.forecasts:
        return f"other forecasts: {forecasts}"
    return "" if _sorted(record) == _sorted(must.record) else f"another record: {record}"


def _wrong_conflict(must: Expected, data: bytes) -> str:
    """What is wrong about a conflict: it is seen, and either side of it is there."""
    if read(data, "rain.yaml", "rain").problems[0].code != "conflict":
        return "a conflict that check does not name"
    sides = [loaded(resolved(data, side)) for side in ("ours", "theirs")]
    entries = {identity(each) for side in sides for each in side.get("forecasts") or ()}
    lost = set(must.forecasts) - entries
    return f"lost forecasts: {lost}" if lost else ""


def _sorted(record: Plain) -> Plain:
    """The record with its tags and judgements in one order."""
    ended = record.get("outcome")
    if ended and "judgements" in ended:
        words = sorted(ended["judgements"], key=str)
        record = record | {"outcome": ended | {"judgements": words}}
    return record | {"tags": sorted(record.get("tags", ()))}


def is_drawn_well(files: tuple[bytes, bytes, bytes]) -> bool:
    """Whether each state that is there is a sound record."""
    return all(not each or read(each, "rain.yaml", "rain").prediction for each in files)
