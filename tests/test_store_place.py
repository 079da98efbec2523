"""Where the index is kept: nothing that others can plant or swap there is opened or followed."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from predtrack.store import folder, index, place
from predtrack.store.index import Index
from test_cli import RAIN, program
from test_cli import folder as laid_out
from test_store_index import record, shown

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can plant things as others"
)
EVE = 61003
"""The number of a user that no machine has."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for caches, which nobody else can write to."""
    path = tmp_path / "home" / "cache"
    path.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(path))
    return path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a record that is old enough to be kept."""
    monkeypatch.setattr(index, "now", lambda: time.time_ns() + 2 * index.SETTLED)
    path = tmp_path / "predictions"
    path.mkdir()
    (path / "rain.yaml").write_text(record())
    return path


def everything(below: Path) -> list[str]:
    return sorted(str(path.relative_to(below)) for path in below.rglob("*"))


# --- what is planted ---


@as_root
@pytest.mark.parametrize("step", ["home/cache", "home/cache/predtrack"])
def test_a_link_of_somebody_elses_is_never_followed(home, root, tmp_path, step):
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    path = tmp_path / step
    if path.exists():
        path.rmdir()
    path.symlink_to(target)
    os.lchown(path, EVE, EVE)
    assert len(shown(root)[0]) == 1
    assert everything(target) == []


@as_root
@pytest.mark.parametrize("step", ["home", "home/cache", "home/cache/predtrack"])
def test_a_folder_of_somebody_elses_takes_nothing(home, root, tmp_path, step):
    (home / "predtrack").mkdir(mode=0o700)
    os.chown(tmp_path / step, EVE, EVE)
    assert len(shown(root)[0]) == 1
    assert everything(home) == ["predtrack"]
    assert stat.S_IMODE((home / "predtrack").stat().st_mode) == 0o700


@as_root
def test_an_index_that_somebody_else_planted_is_not_opened(home, root, monkeypatch):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    os.chown(path, EVE, EVE)
    opened: list[str] = []
    real = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **named: opened.append(args[0]) or real(*args, **named)
    )
    Index(str(root))
    assert opened == []


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_step_that_others_can_write_to_takes_nothing(home, root, mode):
    home.parent.chmod(mode)
    assert len(shown(root)[0]) == 1
    assert everything(home) == []
    home.parent.chmod(mode | stat.S_ISVTX)  # there others can move nothing
    shown(root)
    assert len(everything(home)) == 2


def test_a_link_of_ones_own_may_lead_to_another_disk(home, root, tmp_path):
    (tmp_path / "disk").mkdir(mode=0o700)
    home.rmdir()
    home.symlink_to("../disk")
    shown(root)
    assert len(everything(tmp_path / "disk")) == 2
    assert Index(str(root)).entries


def test_links_in_a_circle_take_nothing(home, root):
    home.rmdir()
    home.symlink_to(home)
    assert len(shown(root)[0]) == 1


@pytest.mark.parametrize("there", ["file", "fifo", "folder", "hard link", "dangling link"])
def test_what_stands_at_the_path_is_never_written_to(home, root, tmp_path, there):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    path.unlink()
    beyond = tmp_path / "beyond"
    if there in {"file", "hard link"}:
        beyond.write_bytes(b"mine")
        beyond.chmod(0o600)
    make: dict[str, Callable[[], object]] = {
        "file": lambda: path.write_bytes(b"no index"),
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "hard link": lambda: path.hardlink_to(beyond),
        "dangling link": lambda: path.symlink_to(tmp_path / "away"),
    }
    make[there]()
    assert len(shown(root)[0]) == 1
    assert not (tmp_path / "away").exists()
    assert not beyond.exists() or beyond.read_bytes() == b"mine"


def test_a_file_that_has_another_name_elsewhere_is_no_index(home, root, tmp_path):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    (tmp_path / "beyond").hardlink_to(path)
    assert Index(str(root)).entries == {}
    shown(root)
    assert Index(str(root)).entries


def test_what_others_could_have_put_there_is_taken_out(home, root):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    journal = path.with_name(f"{path.name}-journal")
    journal.write_bytes(b"planted")
    planted = path.with_name("0" * 16 + ".sqlite")
    planted.write_bytes(b"planted")
    (home / "predtrack").chmod(0o777)
    path.chmod(0o666)
    shown(root)
    assert everything(home) == ["predtrack", f"predtrack/{path.name}"]
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path)] == [0o700, 0o600]


def test_a_journal_of_an_index_that_is_gone_is_never_played_back(home, root):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    path.rename(path.with_name(f"{path.name}-journal"))
    shown(root)
    assert everything(home) == ["predtrack", f"predtrack/{path.name}"]


def test_it_is_the_users_alone_from_its_first_byte(home, root, monkeypatch):
    modes: set[int] = set()
    real = sqlite3.connect

    def connect(name: str, **named: object) -> object:
        modes.update(stat.S_IMODE(each.stat().st_mode) for each in (home / "predtrack").iterdir())
        return real(name, **named)

    monkeypatch.setattr(sqlite3, "connect", connect)
    was = os.umask(0)
    try:
        shown(root)
        first = folder.load(str(root))
        for path in (home / "predtrack").iterdir():
            path.unlink()  # it is gone when it is to be written again
        first._index.changed.add("rain.yaml")
        first.keep()
    finally:
        os.umask(was)
    assert modes == {0o600}
    assert everything(home) == ["predtrack"]


def test_an_index_of_a_folder_that_is_gone_goes_too(home, root, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rain.yaml").write_text(record(name))
        shown(tmp_path / name)
    strange = home / "predtrack" / "notes.sqlite"
    strange.write_text("no index of a folder")
    assert len(list((home / "predtrack").iterdir())) == 3
    (tmp_path / "one").rename(tmp_path / "three")
    shown(tmp_path / "two")  # nothing new is kept, so nothing is looked for
    assert len(list((home / "predtrack").iterdir())) == 3
    shown(root)
    assert strange.exists()
    assert Index(str(tmp_path / "two")).entries
    assert Index(str(root)).entries
    assert len(list((home / "predtrack").iterdir())) == 3


def test_a_quoted_path_is_opened_as_it_stands(tmp_path, root, monkeypatch):
    path = tmp_path / "100% #1? ä&mode=memory"
    path.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(path))
    shown(root)
    assert len(everything(path)) == 2
    assert Index(str(root)).entries


# --- what it says ---

HANGS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x FROM n"
SCHEMAS = {
    "table": ["CREATE TABLE more (text TEXT)"],
    "type": ["ALTER TABLE blocks ADD COLUMN more TEXT"],
    "view": ["DROP TABLE made", f"CREATE VIEW made (root, maker) AS {HANGS}"],
    "trigger": ["CREATE TRIGGER t INSERT ON blocks BEGIN DELETE FROM made; END"],
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_could_run_as_it_is_read_is_no_index(home, root, name):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    with sqlite3.connect(path) as opened:
        for statement in SCHEMAS[name]:
            opened.execute(statement)
    assert Index(str(root)).entries == {}
    shown(root)
    assert Index(str(root)).entries


def planted(path: Path, column: int, text: object) -> None:
    """Put another text into an entry, or in place of its record, with the right checksums."""
    with sqlite3.connect(path) as opened:
        (entries, texts), *_ = opened.execute("SELECT entries, texts FROM blocks").fetchall()
        if column < 0:
            texts = text
        else:
            fields = entries.decode().split("\t")
            fields[column:] = [text] if text == "CUT" else [text, *fields[column + 1 :]]
            entries = "\t".join(map(str, fields)).encode()
        texts_sum = crc32(texts if isinstance(texts, bytes) else b"")
        sums = index._sum(entries, texts_sum), texts_sum
        opened.execute(
            "UPDATE blocks SET entries = ?, texts = ?, entries_sum = ?, texts_sum = ?",
            (entries, texts, *sums),
        )


LIES = [
    (column, text) for column in range(2, 13) for text in ("[1]", "what", "{}", "CUT", "2026-99-99")
]
LIES += [
    (-1, text)
    for text in (
        *(
            b"",
            b"[]",
            b"{",
            b"7",
            b"null",
            b'{"claim": 5}',
            b"[" * 100_000,
            b"\xff",
            5,
            None,
            "text",
        ),
        *(b'{"claim":["a"],"kind":7,"deadline":"soon","forecasts":[[1]]}', b'{"nothing": 1}'),
        b'{"claim":"a","kind":"binary","deadline":"2026-12-31","forecasts":[{"by":1,"made":"2026"}]}',
        b'{"claim":"a","kind":"binary","forecasts":[{"by":[],"made":"2026-01-01","probability":"x"}]}',
    )
]


@pytest.mark.parametrize(("column", "lie"), LIES)
def test_no_lie_makes_a_traceback_and_the_next_run_knows_better(
    home, tmp_path, monkeypatch, column, lie
):
    monkeypatch.setattr(index, "now", lambda: time.time_ns() + 2 * index.SETTLED)
    root = laid_out(tmp_path / "p", rain=RAIN)
    expected = program("list", "--tag", "weather", of=root)
    assert expected.code == 0
    for words in (["list"], ["list", "--tag", "weather"], ["show", "rain"], ["report"], ["due"]):
        program("list", of=root)
        (path,) = (home / "predtrack").iterdir()
        planted(path, column, lie)
        said = program(*words, of=root)
        if said.code == 5:
            assert "for a quicker start is damaged, and was taken away" in said.err
            assert len(said.err.splitlines()) == 1
            assert not path.exists()
        else:
            assert said.code == 0, said
        path.unlink(missing_ok=True)
    assert program("list", "--tag", "weather", of=root) == expected


@pytest.mark.parametrize("column", range(1, 7))
def test_an_entry_that_is_cut_short_is_no_entry(home, root, column):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    planted(path, column, "CUT")
    assert (Index(str(root)).entries == {}) == (column < 6)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"7", b"null", b'{"nothing": 1}', b"\xff", 5])
def test_a_record_that_is_none_is_read_from_its_file(home, root, text):
    shown(root)
    (path,) = (home / "predtrack").iterdir()
    planted(path, -1, text)
    loaded = folder.load(str(root))
    assert loaded.entries[0] in loaded._index.entries.values()  # from the index, not from the file
    assert loaded.prediction("rain").claim == "It rains"


@pytest.mark.parametrize("name", ["open", "close", "fstat", "stat", "readlink", "lstat"])
def test_no_error_of_the_disk_on_the_way_there_is_an_error_of_the_program(home, root, name):
    shown(root)
    real = getattr(os, name)
    for nth in range(1, 60):
        calls = iter(range(1, 10**6))

        def fail(*args: object, **named: object) -> object:
            result = real(*args, **named)
            if next(calls) == nth:  # noqa: B023  # called within this turn
                raise OSError(5, "Input/output error")
            return result

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, name, fail)
            index = Index(str(root))
        assert len(index.entries) <= 1
    assert len(index.entries) == 1


def test_a_mistake_of_the_program_is_shown_where_no_index_was_read(root, monkeypatch):
    monkeypatch.setattr(index, "_IN_USE", [])
    monkeypatch.setattr(folder, "load", lambda *_: [].pop())
    with pytest.raises(IndexError):
        program("list", of=root)


def test_a_place_is_one_that_the_user_owns(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    os.close(place.opened(str(tmp_path)))
    with pytest.raises(FileNotFoundError):
        place.opened(str(tmp_path / "away"))
    monkeypatch.setattr(os, "geteuid", lambda: EVE)
    with pytest.raises(PermissionError):
        place.opened("/usr")
