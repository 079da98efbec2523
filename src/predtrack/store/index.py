"""Keep what was read of a folder, so that it is not read again; no record is written from it.

One SQLite file a folder in the user's cache. An entry holds what a file was like (its size, its
times of change, its number on the disk), what is wrong with it, and a row that lasts for some
days; its record is beside it. Whatever is not as it was on the disk is read again, and so is what
was changed so short a time before it was read that a second change could look the same. A block
of entries carries a checksum, and the index the code that made it: what is damaged, foreign or
older is as if it were not there. Without a place to keep it all goes on, slower.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING
from zlib import adler32, crc32

from predtrack import __version__
from predtrack.store import place

try:
    import sqlite3
except ImportError:  # pragma: no cover  # Python was built without it: then nothing is kept
    sqlite3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from predtrack.records.prediction import Prediction

Entry = list[str]
"""Path, state, problems, since, until, leaning, unknown, and the texts of the row.

The problems are JSON without their paths; nothing where there are none. The row lasts from one
day to another, and while the records that it leans on too (ids and states) are as they were; so
does the number of forecasts and outcomes that are not known yet, nothing for none. An entry is
a list of texts since a hundred thousand of them are there before anything else would be made.
"""
UNKNOWN = ("9", "0", "", "")  # the days of a row that lasts for none

FORMAT = 2
SPARE = 4  # blocks that may be too many
BLOCK = 256  # entries: a file that was changed costs the writing of one block
SETTLED = 2 * 10**9  # nanoseconds: no clock of a file system is coarser
PATIENCE = 2.0  # seconds to wait, to read, for a process that writes: all anew takes longer

ENDING = ".sqlite"
FEWEST = 7  # texts of an entry
MOST_LOOKED_AT = 64  # names, to see whether the folders that they are of are gone
MANY = 2  # blocks of records asked for one by one, before all are fetched at once

_UNUSABLE = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    *([sqlite3.Error] if sqlite3 else []),
)

_SCHEMA = (
    "CREATE TABLE made (root BLOB, maker TEXT)",
    "CREATE TABLE blocks (number INTEGER PRIMARY KEY,"
    " entries_sum INTEGER, entries BLOB, texts_sum INTEGER, texts BLOB)",
)

_MADE_OF = [(statement,) for statement in _SCHEMA]
_IN_USE: list[str] = []  # the paths of what was read in this run

Block = tuple[int, int, bytes, int, bytes]  # a row of the table of blocks


def state_of(state: os.stat_result) -> str:
    """Return what a file was like: if any of it is different, the file is read again."""
    return f"{state.st_mtime_ns} {state.st_ctime_ns} {state.st_size} {state.st_ino}"


def now() -> int:
    """Return the time in nanoseconds, by the clock that files are stamped with."""
    return time.time_ns()


class Index:
    """What is kept of a folder; without a folder nothing is, and nothing will be."""

    def __init__(self, root: str | None) -> None:
        self.entries: dict[str, Entry] = {}
        self.changed: set[str] = set()  # the paths of entries whose row is another now
        self._blocks: dict[int, list[Entry]] = {}
        self._sums: dict[int, int] = {}  # of the records of each block
        self._texts: dict[str, str] = {}
        self._missed = 0  # files of which nothing is kept
        self._began = now()
        self._root = b"" if root is None else os.fsencode(os.path.realpath(root))
        self._path = _place(self._root) if root is not None and sqlite3 else ""
        self._maker = ""
        self._turn = 0  # how often the index was written when it was read
        self._is_usable = False
        with suppress(OSError):
            self._maker = _maker()
        if not self._maker:
            self._path = ""
        if self._path and place.is_private(self._path):
            with suppress(*_UNUSABLE):
                self._open()

    def _open(self) -> None:
        """Take in every entry of the file, or none."""
        with closing(_connected(self._path)) as connection:
            try:
                connection.execute("BEGIN")
                if connection.execute("SELECT sql FROM sqlite_master").fetchall() != _MADE_OF:
                    return  # a view or a trigger would run as it is read
                if connection.execute("SELECT root, maker FROM made").fetchall() != self._origin():
                    return
                (self._turn,) = connection.execute("PRAGMA user_version").fetchone()
                cursor = connection.execute(
                    "SELECT number, entries_sum, entries, texts_sum FROM blocks"
                )
                rows = cursor.fetchall()
            except sqlite3.OperationalError as error:
                code = getattr(error, "sqlite_errorcode", 0)  # what is no UTF-8 has none
                if code == sqlite3.SQLITE_BUSY:  # it is sound, and being written
                    self._path = ""
                raise
        sound = [row for row in rows if _sum(row[2], row[3]) == row[1]]
        self._blocks = {number: _entries(data) for number, _, data, _ in sound}
        self._sums = {number: texts_sum for number, _, _, texts_sum in sound}
        self.entries = {entry[0]: entry for block in self._blocks.values() for entry in block}
        self._is_usable = True
        _IN_USE.append(self._path)

    def _origin(self) -> list[tuple[bytes, str]]:
        return [(self._root, self._maker)]

    def entry(self, path: str, file: os.DirEntry[str]) -> Entry | None:
        """Return what the index holds of a file, if the file is as it was; else None."""
        entry = self.entries.get(path)
        try:
            if entry is not None and entry[1] == state_of(file.stat()):
                return entry
        except OSError:
            pass
        self._missed += 1
        return None

    def text(self, path: str) -> str | None:
        """Return the packed record of a file; None where it is gone or damaged."""
        if path not in self._texts and path in self._shelved:
            many = len(self._blocks) - len(self._sums) >= MANY
            self.fetch(list(self._sums) if many else [self._shelved[path]])
        return self._texts.get(path)

    @cached_property
    def _shelved(self) -> dict[str, int]:
        """Return the block in which the entry of a path stands."""
        blocks = self._blocks.items()
        return {entry[0]: number for number, block in blocks for entry in block}

    def fetch(self, numbers: Sequence[int] | None = None) -> None:
        """Fetch the records of some blocks, as a rule of all, unless they are here already."""
        with suppress(*_UNUSABLE), closing(_connected(self._path)) as connection:
            for number in list(self._sums) if numbers is None else numbers:
                query = "SELECT texts FROM blocks WHERE number = ?"
                (texts,) = connection.execute(query, (number,)).fetchall()[0]
                if crc32(texts) == self._sums.pop(number):  # else they are not those of its entries
                    lines = zip(self._blocks[number], texts.decode().split("\n"), strict=True)
                    self._texts |= {entry[0]: text for entry, text in lines}

    def keep(self, entries: list[Entry], fresh: Mapping[str, Prediction]) -> None:
        """Keep the entries of a folder, with the predictions of those that were read."""
        if not (self._missed or self.changed) and len(entries) == len(self.entries):
            return  # nothing is different
        new = {entry[0]: entry for entry in entries if self.entries.get(entry[0]) is not entry}
        settled = {path: entry for path, entry in new.items() if self.is_settled(entry)}
        gone = len(entries) - len(new) < len(self.entries)
        if self._path and (settled or gone or self.changed - new.keys()):
            alive = {entry[0]: entry for entry in entries}
            with suppress(*_UNUSABLE):
                blocks = self._shelves(alive, settled)
                for entry in (entry for block in blocks.values() for entry in block):
                    self.text(entry[0])  # before the file is locked
                self._write(self._row(number, blocks[number], fresh) for number in sorted(blocks))

    def is_settled(self, entry: Entry) -> bool:
        """Return whether a file was last changed long enough before it was read; else it is racy.

        Only then would a later change show: one right behind could leave the same times.
        """
        times = entry[1].split()[:2]
        return bool(times) and max(map(int, times)) < self._began - SETTLED

    def _shelves(self, alive: dict[str, Entry], new: dict[str, Entry]) -> dict[int, list[Entry]]:
        """Return the blocks that must be written: those with anything different, and new ones."""
        blocks: dict[int, list[Entry]] = {}
        rest = dict(new)
        sparse = len(self._blocks) > 2 * (len(alive) // BLOCK) + SPARE
        for number, block in self._blocks.items():
            entries = [each for entry in block if (each := self._current(entry, alive, rest))]
            if sparse:
                rest |= {entry[0]: entry for entry in entries}
                blocks[number] = []
            elif entries != block or not self.changed.isdisjoint(entry[0] for entry in block):
                blocks[number] = entries
        last = max(self._blocks, default=0)
        remaining = iter(sorted(rest.values()))
        if last and not sparse:
            block = blocks.get(last, self._blocks[last])
            if room := list(islice(remaining, BLOCK - len(block))):
                blocks[last] = [*block, *room]
        while block := list(islice(remaining, BLOCK)):
            last += 1
            blocks[last] = block
        return blocks

    def _current(
        self, entry: Entry, alive: dict[str, Entry], new: dict[str, Entry]
    ) -> Entry | None:
        """Return what stands now where an entry stood: itself, one read anew, or None."""
        if alive.get(entry[0]) is entry and self.entries.get(entry[0]) is entry:
            return entry
        return new.pop(entry[0], None)

    def _row(self, number: int, block: list[Entry], fresh: Mapping[str, Prediction]) -> Block:
        """Return a block as it is written, without what cannot be."""
        from predtrack.store.packed import packed

        entries: list[bytes] = []
        texts: list[bytes] = []
        for entry in block:
            path = entry[0]
            text = packed(fresh[path]) if path in fresh else "" if entry[2] else self.text(path)
            with suppress(UnicodeEncodeError):  # a name that is not UTF-8
                if text is not None:
                    line, record = "\t".join(map(_escaped, entry)).encode(), text.encode()
                    entries.append(line)
                    texts.append(record)
        lines, records = b"\n".join(entries), b"\n".join(texts)
        texts_sum = crc32(records)
        return number, _sum(lines, texts_sum), lines, texts_sum, records

    def _is_as_read(self, connection: sqlite3.Connection) -> bool:
        """Return whether nobody wrote the index since it was read, and the same code runs."""
        origin = connection.execute("SELECT root, maker FROM made").fetchall()
        turn = connection.execute("PRAGMA user_version").fetchone()
        return origin == self._origin() and turn == (self._turn,) and _maker() == self._maker

    def _write(self, blocks: Iterable[Block]) -> None:
        """Write blocks, in a file that is made anew where there was none to go on from."""
        folder = None if self._is_usable else place.made_room(self._path)
        with closing(_connected(self._path, 0)) as connection:
            connection.execute("PRAGMA page_size = 65536")  # a block is read in few pieces
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            if not self._is_usable:
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.executemany("INSERT INTO made VALUES (?, ?)", self._origin())
            if not self._is_as_read(connection):
                return
            connection.execute(f"PRAGMA user_version = {(self._turn + 1) % 2**31}")
            for block in blocks:
                connection.execute("REPLACE INTO blocks VALUES (?, ?, ?, ?, ?)", block)
            connection.execute("DELETE FROM blocks WHERE length(entries) = 0")
            connection.execute("COMMIT")
        if folder is not None:
            try:
                _prune(os.path.dirname(self._path), folder)
            finally:
                os.close(folder)


def _sum(entries: bytes, texts_sum: int) -> int:
    """Return the checksum of a block: of its entries, and of the sum of the records beside them."""
    return crc32(b"%d" % texts_sum, crc32(entries))


def _entries(data: bytes) -> list[Entry]:
    """Return the entries of a block: a line each, with tabs between the texts.

    Lines are decoded one by one: a text that holds a wide sign is slow to cut.
    """
    entries = [line.decode().split("\t") for line in data.split(b"\n")]
    if min(map(len, entries)) < FEWEST:
        raise ValueError("an entry is cut short")
    if b"\\" in data:
        return [[_unescaped(each) for each in entry] for entry in entries]
    return entries


def _escaped(text: str) -> str:
    """Return a text in which no tab and no line break stands."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    parts = (part.replace("\\t", "\t").replace("\\n", "\n") for part in text.split("\\\\"))
    return "\\".join(parts)


def _connected(path: str, patience: float | None = None) -> sqlite3.Connection:
    """Open a file that is there: one that is not would be made with rights for others."""
    waits = PATIENCE if patience is None else patience
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    name = f"file:{quoted}?mode=rw"
    return sqlite3.connect(name, timeout=waits, isolation_level=None, uri=True)


def _place(root: bytes) -> str:
    """Return the file of a folder's index; its name need not be unique: the index says whose it is.

    The place is that of the XDG base directory specification: $XDG_CACHE_HOME, else ~/.cache.
    """
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.expanduser("~/.cache")
    name = f"{crc32(root):08x}{adler32(root):08x}{ENDING}"
    return os.path.join(cache, "predtrack", name) if os.path.isabs(cache) else ""


def _prune(folder: str, descriptor: int) -> None:
    """Remove the indexes of folders that are gone, of the first that there are."""
    with os.scandir(descriptor) as entries:
        names = [each.name for each in islice(entries, MOST_LOOKED_AT)]
    for name in filter(_is_name, names):
        with suppress(*_UNUSABLE), closing(_connected(os.path.join(folder, name), 0)) as other:
            ((root,),) = other.execute("SELECT root FROM made").fetchall()
            if isinstance(root, bytes) and root and not os.path.lexists(root):
                os.unlink(name, dir_fd=descriptor)


def _is_name(name: str) -> bool:
    stem, ending = os.path.splitext(name)
    return ending == ENDING and len(stem) == 16 and stem.isalnum()


def distrust() -> str:
    """Remove the indexes that this run has read; return the path of one, nothing for none."""
    path = ""
    while _IN_USE:
        path = _IN_USE.pop()
        with suppress(OSError):
            os.unlink(path)
    return path


def _maker() -> str:
    """Return what made the index: its format and all code that what it holds follows from."""
    package = os.path.dirname(os.path.dirname(__file__))
    beside = os.stat(os.path.dirname(package)).st_mtime_ns  # the packages it was installed with
    parts = [f"{FORMAT} {__version__} {sys.hexversion} {beside}"]
    for room in ("", "records", "store", "reports"):
        with os.scandir(os.path.join(package, room)) as entries:
            modules = [(each.name, each.stat()) for each in entries if each.name.endswith(".py")]
        parts += [f"{name} {state_of(state)}" for name, state in sorted(modules)]
    return "\n".join(parts)
