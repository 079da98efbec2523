"""The hostile corpus, laid out in a folder, with what must be said of each file."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parent.parent / "data" / "hostile"
SOUND = """\
claim: It rains
kind: binary
deadline: 2027-02-01
forecasts:
  - {by: Ada Example, made: 2027-01-10, probability: 70%}
"""


class Refused(NamedTuple):
    """What `check` says of a file."""

    name: str
    place: str
    code: str
    message: str

    @property
    def line(self) -> str:
        """The line of `check`."""
        return f"{self.name}.yaml:{self.place}: error[{self.code}]: {self.message}"


def refused() -> list[Refused]:
    """The table of the files that are refused."""
    return [Refused(*cells) for cells in _rows(4)]


def shown() -> dict[str, str]:
    """How the claim of each sound record is shown; a long one by its beginning."""
    return {name: text.removesuffix("…") for name, text in _rows(2)}


def _rows(width: int) -> Iterator[list[str]]:
    for line in (CORPUS / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == width and cells[0] not in {"file", "---"}:
            yield cells


def _text(text: str | bytes) -> Callable[[Path], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda path: path.write_bytes(data)


def _link(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def _large(path: Path) -> None:
    with path.open("wb") as file:  # a hole: no disk is filled
        file.truncate(33 * 1024 * 1024)


def _many(opening: str) -> str:
    return f"x-deep: {opening * 100_000}\n{SOUND}"


NOT_REGULAR = "error[file]: it is not a regular file; keep only records under such names"
TOO_DEEP = "the file is nested more than 32 deep; a record needs no more than 5 levels"
AN_ID = "use a-z, 0-9, dot, dash and underscore, at most 80, a letter or digit first"
ENDLESS = "error[file]: it cannot be read (Too many levels of symbolic links); take the link out"
NOWHERE = "error[file]: it cannot be read (No such file or directory); take the link out"
RENAME = "rename it to {}.yaml if it is a record"

MADE: dict[str, tuple[Callable[[Path], object], str]] = {
    "fifo.yaml": (os.mkfifo, f"1:1: {NOT_REGULAR}"),
    "endless.yaml": (_link("/dev/zero"), f"1:1: {NOT_REGULAR}"),
    "nothing.yaml": (_link("/dev/null"), f"1:1: {NOT_REGULAR}"),
    "dangling.yaml": (_link("away.yaml"), f"1:1: {NOWHERE}"),
    "itself.yaml": (_link("itself.yaml"), f"1:1: {ENDLESS}"),
    "folder.yaml": (Path.mkdir, ""),
    "round": (_link("."), "1:1: warning[name]: a linked folder is passed over; move the records"),
    "large.yaml": (
        _large,
        "1:1: error[file]: it is larger than 32 MiB; a record is a short text: keep long ones",
    ),
    "brackets.yaml": (_text(_many("[")), f"1:*: error[yaml]: {TOO_DEEP}"),
    "braces.yaml": (_text(_many("{a: ")), f"1:*: error[yaml]: {TOO_DEEP}"),
    "dashes.yaml": (_text("- " * 100_000), f"1:67: error[yaml]: {TOO_DEEP}"),
    "events.yaml": (
        _text(f"{SOUND}x-many: [{'a,' * 3_100_000}]\n"),
        "6:*: error[yaml]: the file has too many parts; keep one prediction a file",
    ),
    "scalar.yaml": (
        _text(SOUND.replace("2027-02-01", "9" * 1_000_000)),
        f'3:11: error[date]: "{"9" * 59}…" is not a day; write it as 2027-03-01',
    ),
    "keys.yaml": (
        _text(SOUND + "".join(f"k{number}: x\n" for number in range(500))),
        "6:1: error[key]: `k0` is not a key of a prediction; take it out, or begin its name",
    ),
    "twin.yaml": (_text(SOUND), "1:1: error[id]: below/twin.yaml has the same id; rename one"),
    "below/twin.yaml": (_text(SOUND), "1:1: error[id]: twin.yaml has the same id; rename one"),
    "case.yaml": (_text(SOUND), "1:1: error[id]: below/Case.yaml has the same id; rename one"),
    "below/Case.yaml": (
        _text(SOUND),
        f'1:1: error[id]: "Case" is not an id; rename the file; {AN_ID}',
    ),
    "con.yaml": (_text(SOUND), '1:1: error[id]: "con" is a name some systems cannot hold; rename'),
    "a\x1b[31mb.yaml": (
        _text(SOUND),
        '1:1: error[id]: "a\\x1b[31mb" is not an id; rename the file',
    ),
    "a\nb.yaml": (_text(SOUND), '1:1: error[id]: "a b" is not an id; rename the file'),
    "a\u202eb.yaml": (_text(SOUND), '1:1: error[id]: "a\\u202eb" is not an id; rename the file'),
    "a\udcffb.yaml": (_text(SOUND), '1:1: error[id]: "a\\udcffb" is not an id; rename the file'),
    "[red].yaml": (_text(SOUND), '1:1: error[id]: "[red]" is not an id; rename the file'),
    "=1+1.yaml": (_text(SOUND), '1:1: error[id]: "=1+1" is not an id; rename the file'),
    "passed.yml": (
        _text(SOUND),
        f"1:1: warning[name]: a .yml file is passed over; {RENAME.format('passed')}",
    ),
    "loud.YAML": (
        _text(SOUND),
        f"1:1: warning[name]: a .YAML file is passed over; {RENAME.format('loud')}",
    ),
    ".#rain.yaml": (_link("ada@host.4711:1795500000"), ""),
    ".rain.yaml.4711-12345.tmp": (
        _text("claim: ["),
        "1:1: warning[cut-off]: a write that was cut off left this file; take it away, unless",
    ),
    ".rain.edit-4711.yaml": (
        _text("claim: ["),
        "1:1: warning[cut-off]: an edit that did not reach the record left this copy; see what it",
    ),
    ".rain.yaml.tmp": (_text("claim: ["), ""),
    "rain.yaml~": (_text("claim: ["), ""),
    "rain.yaml.orig": (_text("<<<<<<< HEAD\n"), ""),
    ".git/index.yaml": (_text("claim: ["), ""),
}
"""Name -> how it is made, and how the line of `check` begins behind the name; with nothing there
it is skipped. A column is a * where it depends on which of its parsers PyYAML was built with."""

HEAVY = {"events.yaml", "keys.yaml", "scalar.yaml"}
"""What takes more than a moment to read: laid out apart."""


def lay_out(root: Path, *, heavy: bool = False) -> Path:
    """A folder with every file of the corpus that is refused or passed over, and one sound one."""
    shutil.copytree(CORPUS / "refused", root) if not heavy else root.mkdir()
    (root / "below").mkdir()
    (root / ".git").mkdir()
    (root / "sound.yaml").write_text(SOUND, "utf-8")
    for name, (make, _) in MADE.items():
        if (name in HEAVY) == heavy:
            make(root / name)
    return root


def obeyed(text: str) -> set[str]:
    """The characters of an output that a terminal would obey or a reader not see."""
    kinds = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    found = {sign for sign in text if unicodedata.category(sign) in kinds}
    return found - {"\n", "\t", "\u200c", "\u200d"}
