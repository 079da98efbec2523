"""Sound records in every kind and every style that people write, drawn from a source of chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from predtrack.records.prediction import Evidence, Outcome, Prediction
from predtrack.store.reading import Reading, read

KINDS = ("binary", "choice", "numeric", "date")
BREAKS = ("\n", "\n", "\n", "\r\n", "\r")
WORDS = ["rain", "Kiel", "100", "yes", "it's", "a#b", "Köln", "港", "👩\u200d🚀", "e\u0301", "5%"]
WORDS += ['"so"', "[red]", "\\", "می\u200cخواهم", "--", "{}", "~", "no.", "1:30", "= 2", "\u202e"]
WORDS += ["\x1b[31m", "\u200b", "\t", "null", "2027-01-01", "&a", "*b", "!c", "%d", "@e", "`"]
COMMENTS = ("# what was said", "  # set in", "#", "# - not: a key", "#\ttab", "# outcome:", "")
BY_HAND = (  # an outcome has no line of its own in these
    "{claim: It rains, kind: KIND, forecasts: []}\n",
    "claim: It rains\nkind: KIND\n? forecasts\n: []\n",
    "claim: It rains\u2028kind: KIND\u2028forecasts: []\n",
)
OPTIONS = ("red", "it's", "no", "Köln", "a b")


class Made(NamedTuple):
    """A record as bytes, and an outcome that fits it."""

    data: bytes
    outcome: Outcome


def made(random: Random) -> Made:
    """A sound record and an outcome for it."""
    kind = random.choice(KINDS)
    if kind != "choice" and random.random() < 0.03:
        return Made(random.choice(BY_HAND).replace("KIND", kind).encode(), outcome(random, kind))
    keys = [f"kind: {kind}", f"claim: {text(random)}", *_more(random)]
    keys += _of_kind(random, kind)
    random.shuffle(keys)
    keys.insert(random.randrange(len(keys) + 1), _forecasts(random, kind))
    if random.random() < 0.15:
        keys.insert(random.randrange(len(keys) + 1), "outcome:")
    lines = "\n".join(_between(random, keys))
    whole = _around(random, lines).replace("\n", random.choice(BREAKS))
    mark = "\ufeff" if random.random() < 0.1 else ""
    return Made((mark + whole).encode(), outcome(random, kind))


def text(random: Random, indent: str = "  ") -> str:
    """A text in one of the ways that YAML has for it."""
    said = " ".join(random.choices(WORDS, k=random.randint(1, 4))).strip() or "rain"
    way = random.randrange(6)
    if way == 0 and said.isprintable():
        return "'" + said.replace("'", "''") + "'"
    if way == 1 and said.isprintable():
        mark = random.choice(["|", "|-", ">", ">-", "|+"])
        more = f"\n\n{indent}# no comment" if random.random() < 0.3 else ""
        return f"{mark}\n{indent}{said}{more}"
    if way == 2:
        return "plain text"
    if way == 3:
        return f"several\n{indent}lines of\n{indent}text"
    return quoted(said)


def quoted(said: str) -> str:
    """A text in double quotes; what does not print stands there as its code."""
    inside = said.replace("\\", "\\\\").replace('"', '\\"')
    codes = (sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in inside)
    return f'"{"".join(codes)}"'


def _more(random: Random) -> list[str]:
    """Some of the keys that any record may have, and some of the user's own."""
    some: list[Callable[[], str]] = [
        lambda: f"criteria: {text(random)}",
        lambda: f"note: {text(random)}   # a comment",
        lambda: f"family: {random.choice(['wet', quoted('Köln'), chr(39) + 'x' + chr(39)])}",
        lambda: f"tags: {_listed(random, ['a', 'b c', quoted('d#')])}",
        lambda: f"source:\n  title: {text(random, '    ')}\n  # inside\n  reading: secondary",
        lambda: "source: {title: 't', url: https://example.org/#a,\n  locator: \"p. 2\"}",
        lambda: f"condition: {{text: {quoted('if it')}}}",
        lambda: "x-own:\n  - {a: [1, 2]}\n  # inside\n  - b: |\n      c\n      # d",
        lambda: 'x-"odd" key: 1',
        lambda: "supersedes: rain-2025",
        lambda: "'unit': mm",
        lambda: "opened: 2026-01-01T08:00:00+02:00",
    ]
    picked = random.sample(some, random.randint(0, 5))
    keys = {each().partition(":")[0].strip("'"): each for each in picked}
    return [each() for each in keys.values()]


def _of_kind(random: Random, kind: str) -> list[str]:
    keys = ["options: " + _listed(random, [quoted(each) for each in OPTIONS])]
    keys = keys if kind == "choice" else []
    if kind == "choice" and random.random() < 0.5:
        keys.append("ordered: true")
    if kind == "numeric" and random.random() < 0.5:
        keys.append("range: {low: 0, high: 1000}")
    if random.random() < 0.7 or kind == "choice":
        keys.append(f"deadline: {random.choice(['2028-02-29', chr(34) + '2999-12-31' + chr(34)])}")
    return keys


def _listed(random: Random, items: list[str]) -> str:
    if random.random() < 0.5:
        return f"[{random.choice([', ', ' ,', ',' + chr(10) + '  ']).join(items)}]"
    indent = random.choice(["", "  ", "    "])
    return "".join(f"\n{indent}- {item}" for item in items)


VALUES: dict[str, list[str]] = {
    "binary": ["probability: 70%", "probability: .5", 'probability: "1"', "words: 'surely'"],
    "binary ": ["probability: very likely"],
    "choice": [
        "probabilities: {red: 20%, it's: 20%, no: 20%, Köln: 20%, a b: 20%}",
        "probabilities: {'red': 1, \"it's\": 0, no: 0, Köln: 0, a b: 0.0}",
    ],
    "numeric": [
        "interval: {low: 10, high: 15, confidence: 80%}",
        "quantiles: {10%: 8, 50%: 12, 90%: 20}",
        "cdf: {8: 10%, 12: 50%}",
        "point: -1e3",
    ],
    "date": ["cdf: {2029-02-13: 50%, 2036-02-13: 90%}", "words: within years"],
}


def _forecasts(random: Random, kind: str) -> str:
    """The key `forecasts` in block or flow style, with none to three entries."""
    name = random.choice(["forecasts", "forecasts", "forecasts", '"forecasts"', "'forecasts'"])
    count = random.randint(0, 3)
    days = sorted(random.sample(range(300), count))
    said = [
        ("by: Ada", f"made: {date(2026, 1, 1) + timedelta(day)}", random.choice(VALUES[kind]))
        for day in days
    ]
    if not said:
        return f"{name}: []"
    if random.random() < 0.3:
        return f"{name}: [{', '.join('{' + ', '.join(each) + '}' for each in said)}]"
    indent = random.choice(["", "  ", "   "])
    entries = [f"{indent}- " + f"\n{indent}  ".join(each) for each in said]
    apart = random.choice(["\n", "\n", f"\n{indent}# and then\n", "\n\n"])
    return f"{name}:\n{apart.join(entries)}"


def _between(random: Random, keys: list[str]) -> list[str]:
    """The keys with comments and empty lines between them."""
    lines = []
    for key in keys:
        lines += random.choices(COMMENTS, k=random.choice([0, 0, 0, 1, 2]))
        lines.append(key)
    return lines


def _around(random: Random, lines: str) -> str:
    """The record with what may stand before and behind it."""
    if random.random() < 0.1 and not _is_fixed(lines):
        lines = "\n".join(f"  {line}" if line else line for line in lines.split("\n"))
    before = random.choice(["", "", "", "# kept by hand\n", "---\n", "%YAML 1.1\n---\n", "\n\n"])
    behind = random.choice(["\n", "\n", "", "\n\n\n", "\n# the end\n", "\n...\n", "\n# end"])
    return f"{before}{lines}{behind}"


def _is_fixed(lines: str) -> bool:
    """Whether an indentation of its own would change what the lines say."""
    return "x-own" in lines or ": |" in lines or ": >" in lines


def outcome(random: Random, kind: str) -> Outcome:
    """An outcome that fits the kind."""
    day = date(2027, 1, 1) + timedelta(random.randrange(400))
    answers = {
        "binary": ["yes", "no", 0.25],
        "choice": list(OPTIONS),
        "numeric": [12, -0.5, 1e300],
        "date": ["no", day],
    }
    answer = "void" if random.random() < 0.1 else random.choice(answers[kind])
    note = " ".join(random.choices(WORDS, k=3)).strip()
    urls = ("https://example.org/a?b=c#d", "page 3: so", "Köln")[: random.randrange(4)]
    evidence = tuple(Evidence(url=url) for url in urls)
    given = Outcome(answer=answer, decided=None if answer == "void" else day, evidence=evidence)
    more = {"judge": "Cleo", "recorded": day, "note": note}
    picked = {name: more[name] for name in more if random.random() < 0.5}
    return Outcome(
        answer=given.answer,
        decided=given.decided,
        evidence=evidence,
        reason="too_vague" if answer == "void" else None,
        **picked,  # type: ignore[arg-type]
    )


def sound(data: bytes) -> tuple[Reading, Prediction]:
    """The reading and the prediction of a record that must be sound."""
    found = read(data, "rain.yaml", "rain")
    assert found.problems == (), f"{found.problems[0]}\n{found.text}"
    assert found.prediction is not None
    return found, found.prediction


def torn(random: Random, data: bytes) -> bytes:
    """The bytes after some mishap: cut, doubled, flipped, or mixed with others."""
    for _ in range(random.randint(1, 3)):
        at, to = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
        data = random.choice(
            [
                data[:at],
                data[:at] + data[to:],
                data[:to] + data[at:],
                data[:at] + bytes([random.randrange(256)]) + data[at + 1 :],
                data[:at] + random.choice(MISHAPS) + data[at:],
            ]
        )
    return data


MISHAPS = [b"\xff", b"\x00", b"\xef\xbb\xbf", b"\t", b"\n", b"\r", b"[", b"{", b"- ", b": ", b"#"]
MISHAPS += [b"&a ", b"*a", b"!!int ", b"<<: ", b"---\n", b"...\n", b"'", b'"', b"|\n", b"%\n"]
MISHAPS += [b"<<<<<<< HEAD\n", b"9999-12-31", b"0000-00-00", "\u2028\u202e港".encode(), b"? "]
