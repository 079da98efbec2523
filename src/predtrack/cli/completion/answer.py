"""Answer the Tab key: print what may follow on a command line that is being written.

The shell runs this file by itself, `python -I -S answer.py`, at every press of the key. So it
imports nothing of the house and next to nothing else, and reads names: ids from the names of
files, without opening one. Tags, families and forecasters stand inside the files; they come from
a scan of the lines of `MOST_READ` records, so that the answer does not take longer as the folder
grows.
"""

from __future__ import annotations

import os
import sys
from itertools import islice, pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:  # as of `typing`, which takes longer to import than the answer to find
    from collections.abc import Iterator

FOLDER = "predictions"
SUFFIX = ".yaml"
MOST_OFFERED = 100  # ids in one answer
MOST_READ = 50  # files that are opened for one answer
MOST_BYTES = 16384  # of each of them
FILES_WANTED = 1  # exit code: the shell shall offer files instead
NOTHING = "?"  # the kind of a value of which nothing is known
MORE = "..."  # behind the kind of an argument that may repeat

_ID = "abcdefghijklmnopqrstuvwxyz0123456789._-"
_PLAIN = frozenset(f"{_ID}ABCDEFGHIJKLMNOPQRSTUVWXYZ+,/:@%=")  # what no shell reads as a sign

Rows = dict[str, tuple[list[str], dict[str, str]]]
"""Of each command, and of "" for the program: its arguments in order, and its options."""


def rows(table: str) -> Rows:
    """Read the table of words of a script: a line a command, a cell an argument or option.

    >>> rows("show\\t@ids\\t--json\\t--by=@by")
    {'show': (['@ids'], {'--json': '', '--by': '@by'})}
    """
    commands: Rows = {}
    for line in table.splitlines():
        name, *cells = line.split("\t")
        options = [cell.partition("=") for cell in cells if cell.startswith("-")]
        arguments = [cell for cell in cells if not cell.startswith("-")]
        commands[name] = arguments, {option: kind for option, _, kind in options}
    return commands


def wanted(table: Rows, words: list[str]) -> tuple[str, list[str]]:
    """Return what may stand after the words: the kind of a value, and the options if any may.

    `words` are those behind the program's name and before the one that is being written.
    """
    command, count, awaited, ended = "", 0, "", False
    for word in words:
        if awaited:
            awaited = ""
        elif not ended and word == "--":
            ended = True
        elif not ended and word.startswith("-") and word != "-":
            awaited = (table[""][1] | table[command][1]).get(word, "")
        elif command:
            count += 1
        elif word in table:
            command = word
        else:
            return NOTHING, []
    if awaited:
        return awaited, []
    options = [] if ended else [*table[command][1], *(table[""][1] if command else [])]
    return _argument(table, command, count), options


def _argument(table: Rows, command: str, count: int) -> str:
    """Return the kind of the next argument; of the program itself the names of its commands."""
    if not command:
        return "|".join(filter(None, table))
    arguments = table[command][0]
    if count >= len(arguments) and not (arguments and arguments[-1].endswith(MORE)):
        return ""
    return arguments[min(count, len(arguments) - 1)].removesuffix(MORE)


def names(kind: str, root: str, start: str) -> list[str]:
    """Return the values of a kind that begin with `start`: fixed words, ids, or what files hold."""
    if kind == "@ids":
        return ids(root, start)
    if kind in SCANNED:
        return scanned(root, SCANNED[kind], start)
    return [
        word for word in kind.split("|") if word.startswith(start) and word not in {"", NOTHING}
    ]


def ids(root: str, start: str) -> list[str]:
    """Return the ids that begin with `start`, in order, of very many a part; open no file."""
    files: list[str] = []
    for names in listed(root):
        begun = [name for name in names if name.startswith(start)] if start else names
        files += [name for name in begun if name[-5:] == SUFFIX]
    offered = part(files)
    if not all(map(_is_record, offered)):
        offered = part(list(filter(_is_record, files)))
    return sorted(name[: -len(SUFFIX)] for name in offered)


def _is_record(name: str) -> bool:
    return name[:1] != "." and not name.strip(_ID) and name != SUFFIX


def part(words: list[str]) -> set[str]:
    """Return the words, or of more than anybody reads a part, with the first and the last.

    What all words begin with is what the first and the last begin with: a shell that writes this
    for its user writes no more than is certain.
    """
    if len(words) <= MOST_OFFERED:
        return set(words)
    return {min(words), max(words), *words[:: len(words) // MOST_OFFERED]}


def listed(root: str) -> Iterator[list[str]]:
    """Yield the names in every folder from the root down, as the program itself looks into them."""
    waiting = [root]
    for folder in waiting:  # which grows while it is walked through
        try:
            names = os.listdir(folder)
            ends_here = os.stat(folder).st_nlink == 2  # where links are counted: itself and `.`
        except OSError:
            continue
        yield names
        if ends_here:
            continue
        below = [name for name in names if name[-5:] != SUFFIX and name[:1] != "."]
        folders = [os.path.join(folder, name) for name in below]
        waiting += [path for path in folders if os.path.isdir(path) and not os.path.islink(path)]


SCANNED = {"@tags": "tags", "@family": "family", "@by": "by"}


def scanned(root: str, key: str, start: str) -> list[str]:
    """Return the values under a key in the first records that the disk names, in order."""
    texts: set[str] = set()
    for path in islice(paths(root), MOST_READ):
        texts |= values(head(path), key)
    return sorted(each for each in texts if each.startswith(start) and _is_shown(each))


def paths(root: str) -> Iterator[str]:
    """Yield the paths of the records below a folder; read the disk only as far as asked for."""
    waiting = [root]
    for folder in waiting:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if _is_record(entry.name) and entry.name.endswith(SUFFIX):
                        yield entry.path
                    elif entry.name[:1] != "." and entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue


def _is_shown(text: str) -> bool:
    return text.isprintable() and "\ufffd" not in text  # which stands for what is no UTF-8


def head(path: str) -> str:
    """Return the beginning of a file's text; nothing where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return os.read(descriptor, MOST_BYTES).decode("utf-8", "replace")
        finally:
            os.close(descriptor)
    except OSError:
        return ""


def values(text: str, key: str) -> set[str]:
    """Return the texts that stand under a key in a record, one or a list, by its lines alone.

    >>> sorted(values("tags: [ai, 'new york']\\nforecasts:\\n  - by: Ada  # she", "tags"))
    ['ai', 'new york']
    """
    texts: set[str] = set()
    at = text.find(f"{key}:")
    while at >= 0:
        line = text.rfind("\n", 0, at) + 1
        at += len(key) + 1
        if not text[line : at - len(key) - 1].strip("-{[ \ufeff"):
            value, _, below = text[at:].partition("\n")
            texts.update(map(_bare, _parts(value.strip()) if value.strip() else _entries(below)))
        at = text.find(f"{key}:", at)
    return texts - {""}


def _entries(below: str) -> list[str]:
    """Return the entries of a list in block style at the beginning of some lines."""
    entries = []
    for line in below.splitlines():
        if not line.strip().startswith("- "):
            break
        entries.append(line.strip()[2:])
    return entries


def _parts(value: str) -> list[str]:
    """Return the entries of a list in flow style on one line, or the one value there."""
    if not value.startswith("["):
        return [value]
    parts = [""]
    quote = ""
    for sign in value[1:]:
        if not quote and sign == "]":
            break
        if not quote and sign == ",":
            parts.append("")
            continue
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not parts[-1].strip():
            quote = sign
        parts[-1] += sign
    return parts


def _bare(value: str) -> str:
    """Return a value without quotes, and without what comes behind it on its line."""
    value = value.strip()
    sign = value[:1]
    if sign and sign in "\"'":
        return value[1:].partition(sign)[0]
    for end in (" #", ", ", "}"):
        value = value.partition(end)[0]
    return value.strip()


def folder_of(words: list[str]) -> str:
    """Return the folder of records as the words name it, else the environment, else the nearest."""
    for word, after in pairwise([*words, ""]):
        if word == "--folder" and after:
            return os.path.expanduser(after)
        if word.startswith("--folder="):
            return os.path.expanduser(word.partition("=")[2])
    here = os.getcwd()
    while True:
        folder = os.environ.get("PREDTRACK_FOLDER") or os.path.join(here, FOLDER)
        above = os.path.dirname(here)
        if os.path.isdir(folder) or above == here:
            return folder
        here = above


def completions(table: str, words: list[str], current: str) -> list[str] | None:
    """Return what the current word may become, whole; None where the shell shall offer files."""
    option, sign, start = current.partition("=")
    before = f"{option}=" if sign and option.startswith("--") else ""
    if before:
        words = [*words, option]
    else:
        start = current
    kind, options = wanted(rows(table), words)
    if options and (start.startswith("-") or not kind):
        return [word for word in options if word.startswith(start)]
    if kind == "@files":
        return None
    return [before + word for word in names(kind, folder_of(words), start)]


def main(arguments: list[str]) -> int:
    """Answer the shell, which hands over its name, its table and the words up to the cursor.

    Bash hands over its line up to the cursor, and words as written, cut at every `=`, `:` and `@`;
    the others hand over what their words mean, whole.
    """
    shell, table, *words = arguments
    if shell != "bash":
        return _answered(completions(table, words[:-1], words[-1]))
    line, *pieces = words
    groups = joined(pieces, line)
    last = groups[-1][-1]
    opened = unquoted(last)[1] if last[:1] in {"'", '"'} else ""
    stays, _ = unquoted(staying(groups[-1]))
    meant = [unquoted("".join(group))[0] for group in groups]
    offers = completions(table, meant[:-1], meant[-1])
    return _answered(offers and [quoted(word[len(stays) :], opened) for word in offers])


def _answered(offers: list[str] | None) -> int:
    if offers is None:
        return FILES_WANTED
    sys.stdout.buffer.write(
        "".join(f"{word}\n" for word in offers if word).encode("utf-8", "replace")
    )
    return 0


BREAKS = "=:@"  # where Bash cuts words, beside signs that only stand in quotes


def is_break(piece: str) -> bool:
    """Return whether a piece is nothing but signs at which Bash cuts."""
    return bool(piece) and not piece.strip(BREAKS)


def staying(pieces: list[str]) -> str:
    """Return the part of the last word that Bash leaves; an `@` goes with what Bash puts there.

    >>> staying(["--by", "=", "a"]), staying(["ben", "@", "e"]), staying(["a", ":"])
    ('--by=', 'ben', 'a:')
    """
    before = "".join(pieces if is_break(pieces[-1]) else pieces[:-1])
    return before.removesuffix("@")


def joined(pieces: list[str], line: str) -> list[list[str]]:
    """Return the pieces of Bash, those of one word together.

    Pieces belong together where no blank stands between them in the line; without a line, where
    one of them is a sign at which Bash cuts.

    >>> joined(["list", "--tag", "=", "a", ":", "b", "c"], "predtrack list --tag=a:b c")
    [['list'], ['--tag', '=', 'a', ':', 'b'], ['c']]
    """
    groups: list[list[str]] = []
    at = len(line) - len(line.lstrip())
    while at < len(line) and not line[at].isspace():  # the program's own name
        at += 1
    for piece in pieces:
        start = at
        while start < len(line) and line[start].isspace():
            start += 1
        is_there = bool(line) and (line.startswith(piece, start) or piece.startswith(line[start:]))
        touches = bool(groups) and is_break(groups[-1][-1]) | is_break(piece)
        if groups and (start == at if is_there else touches):
            groups[-1].append(piece)
        else:
            groups.append([piece])
        at = start + len(piece) if is_there else at
    if line and not is_break(groups[-1][-1]):  # what stands behind the cursor is none of it
        groups[-1][-1] = groups[-1][-1][: len(groups[-1][-1]) - max(0, at - len(line))]
    return groups


def unquoted(word: str) -> tuple[str, str]:
    """Return what a word means that Bash hands over as written, and the quote open in it.

    >>> unquoted("a b'c d'"), unquoted('"a b')
    (('a bc d', ''), ('a b', '"'))
    """
    meaning = ""
    quote = ""
    signs = iter(word)
    for sign in signs:
        if sign == quote:
            quote = ""
        elif not quote and sign in "\"'":
            quote = sign
        elif sign == "\\" and quote != "'":
            after = next(signs, "")
            meaning += after if not quote or after in '$`"\\' else sign + after
        else:
            meaning += sign
    return meaning, quote


def quoted(word: str, opened: str) -> str:
    """Return the word as Bash can read it back, after the quote that was opened, if one was.

    Return nothing for a word that the open quote cannot hold.
    """
    if _PLAIN.issuperset(word):
        return word
    if opened:
        return "" if opened in word or (opened == '"' and set("$`\\!") & set(word)) else word
    return "".join(sign if sign in _PLAIN or sign > "\x7f" else f"\\{sign}" for sign in word)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
