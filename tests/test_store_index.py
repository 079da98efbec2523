"""The index: nothing that it holds, or that happens to it, can make a difference to be seen."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.records.prediction import Outcome
from predtrack.reports.listing import rows_of
from predtrack.reports.rows import lasting
from predtrack.store import changes, files, folder, index

DAY = date(2026, 3, 1)
RECORD = """\
claim: {claim}
kind: binary
deadline: 2026-12-31
forecasts:
  - by: Ada
    made: 2026-01-01
    probability: {p}%
"""


def record(claim: str = "It rains", p: int = 50) -> str:
    return RECORD.format(claim=claim, p=p)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "predtrack"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three records, read at a time when nothing in it is young any more."""
    path = tmp_path / "predictions"
    (path / "below").mkdir(parents=True)
    for name, p in (("rain", 50), ("snow", 60), ("below/hail", 70)):
        (path / f"{name}.yaml").write_text(record(f"{name} falls", p))
    monkeypatch.setattr(index, "now", lambda: time.time_ns() + 2 * index.SETTLED)
    return path


Shown = tuple[list[list[str]], int, list[str], list[str]]


def shown(root: Path, day: date = DAY) -> Shown:
    """What a command sees of a folder: rows, problems, and the records themselves."""
    found = folder.load(str(root))
    seen = _seen(found, day)
    found.keep()
    return seen


def plainly(root: Path, day: date = DAY) -> Shown:
    """The same, every file read."""
    return _seen(folder.load(str(root), seen=lambda _reading: None), day)


def _seen(loaded: folder.Folder, day: date) -> Shown:
    rows, unknown = loaded.lasting(day, lasting)
    problems, records = map(str, loaded.problems), map(repr, loaded.predictions.values())
    return sorted(rows), unknown, list(problems), list(records)


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []
    real = files.read

    def counted(path: str) -> tuple[bytes, os.stat_result]:
        names.append(os.path.basename(path))
        return real(path)

    monkeypatch.setattr(files, "read", counted)
    return names


@pytest.fixture
def read(cache: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read again of a folder that was kept."""
    shown(root)
    return reads(monkeypatch)


def test_what_was_kept_is_not_read_again(root: Path, read: list[str]) -> None:
    assert shown(root) == plainly(root)
    assert sorted(read) == ["hail.yaml", "rain.yaml", "snow.yaml"]  # by `plainly` alone


def test_the_records_are_where_the_rows_are(root: Path, read: list[str]) -> None:
    assert folder.load(str(root)).prediction("hail").forecasts[0].probability == 0.7
    assert read == []


def touched(path: Path) -> None:
    was = path.stat()
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns + 1))


def replaced(path: Path) -> None:
    """The same bytes and the same times, in another file."""
    was = path.stat()
    shutil.copy2(path, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def with_its_old_times(path: Path) -> None:
    """Other bytes of the same size, the time of change put back."""
    was = path.stat()
    path.write_text(record("rain FALLS", 50))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [touched, replaced, with_its_old_times, lambda path: path.write_text(record("longer", 5))],
    ids=["touched", "replaced", "with its old times", "longer"],
)
def test_whatever_changed_is_read_again(
    change: Callable[[Path], None], root: Path, read: list[str]
) -> None:
    tick(root)
    change(root / "rain.yaml")
    found = shown(root)
    assert read == ["rain.yaml"]
    assert found == plainly(root)
    read.clear()
    assert shown(root) == found
    assert read == []


def tick(root: Path) -> None:
    """Wait until a file that is written now has another time than those that are there."""
    probe = root.parent / "probe"
    probe.touch()
    first = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == first:
        probe.write_text("")
        probe.touch()


@pytest.mark.parametrize("field", ["st_mtime_ns", "st_ctime_ns", "st_size", "st_ino"])
def test_a_file_is_as_it_was_only_if_all_is(field: str) -> None:
    was = SimpleNamespace(st_mtime_ns=1, st_ctime_ns=2, st_size=3, st_ino=4)
    other = SimpleNamespace(**{**vars(was), field: 5})
    assert index.state_of(was) != index.state_of(other)  # type: ignore[arg-type]


def test_what_is_younger_than_the_index_is_read_again(
    cache: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent))
    names = reads(monkeypatch)
    for _ in range(3):
        shown(root)
    assert len(names) == 9


def test_a_file_from_the_future_is_read_again(root: Path, read: list[str]) -> None:
    os.utime(root / "rain.yaml", (2**33, 2**33))
    for _ in range(2):
        assert shown(root) == plainly(root)
    assert read.count("rain.yaml") == 4


def test_a_row_is_made_again_when_its_days_are_over(root: Path, read: list[str]) -> None:
    for day in (date(2027, 1, 1), date(2025, 12, 31), date(2026, 1, 1), DAY):
        assert shown(root, day) == plainly(root, day)
    assert len(read) == 12  # by `plainly` alone


def test_a_row_that_hangs_on_another_record_changes_with_it(root: Path, read: list[str]) -> None:
    path = root / "rain.yaml"
    path.write_text(path.read_text().replace("kind:", "condition: {prediction: snow}\nkind:"))
    ended = "outcome: {answer: no, decided: 2026-02-01}\nforecasts:"
    for text in (record(), record().replace("forecasts:", ended), "claim: [", record(), None):
        tick(root)
        (root / "snow.yaml").write_text(text) if text else (root / "snow.yaml").unlink()
        for day in (DAY, DAY, date(2026, 1, 31)):
            assert shown(root, day) == plainly(root, day)
    made: list[str] = []
    found = folder.load(str(root))
    rows, _ = found.lasting(date(2026, 1, 31), lambda each, *_: made.append(each.id))  # type: ignore[arg-type,func-returns-value]
    assert (len(rows), made) == (2, [])  # as it was kept


def test_a_row_changes_with_every_record_that_it_hangs_on(root: Path) -> None:
    """By conditions one after the other: rain on snow, snow on hail, hail on a storm."""
    for name, other in (("rain", "snow"), ("snow", "hail"), ("hail", "storm")):
        path = next(root.rglob(f"{name}.yaml"))
        condition = f"condition: {{prediction: {other}}}\nkind:"
        path.write_text(path.read_text().replace("kind:", condition))
    ended = "outcome: {answer: ANSWER, decided: 2026-02-01}\nforecasts:"
    for answer in ("no", "yes", "void", "no"):
        tick(root)
        (root / "storm.yaml").write_text(
            record().replace("forecasts:", ended.replace("ANSWER", answer))
        )
        for _ in range(2):
            assert shown(root) == plainly(root)
        statuses = {row[1]: row[2] for row in shown(root)[0]}
        assert statuses["rain"] == ("void" if answer != "yes" else "open"), answer
    (root / "storm.yaml").unlink()
    assert shown(root) == plainly(root)


def test_a_row_is_not_kept_while_the_record_that_it_hangs_on_is_young(
    cache: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "rain.yaml"
    path.write_text(path.read_text().replace("kind:", "condition: {prediction: snow}\nkind:"))
    os.utime(root / "snow.yaml", (2**33, 2**33))
    shown(root)
    made: list[str] = []

    def counted(prediction, others, day):  # type: ignore[no-untyped-def]
        made.append(prediction.id)
        return lasting(prediction, others, day)

    assert len(folder.load(str(root)).lasting(DAY, counted)[0]) == 3
    assert sorted(made) == ["rain", "snow"]


def test_what_is_invalid_is_kept_too(root: Path, read: list[str]) -> None:
    (root / "rain.yaml").write_text("claim: [\n")
    (root / "Bad Name.yaml").write_text(record())
    (root / "below" / "SNOW.yaml").write_text(record())
    found = shown(root)
    assert len(found[2]) == 5
    read.clear()
    assert shown(root) == found
    assert read == []


def test_a_record_that_has_become_invalid_is_kept_as_such(root: Path, read: list[str]) -> None:
    (root / "rain.yaml").write_text("claim: [\n")
    found = shown(root)
    assert shown(root) == found
    assert read == ["rain.yaml"]


def test_what_is_gone_is_not_shown(root: Path, read: list[str]) -> None:
    (root / "rain.yaml").rename(root / "sun.yaml")
    (root / "snow.yaml").unlink()
    assert shown(root) == plainly(root)
    assert [row[1] for row in shown(root)[0]] == ["hail", "sun"]


def test_many_changes_leave_no_more_than_is_there(
    cache: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BLOCK", 2)
    for number in range(30):
        (root / f"n{number}.yaml").write_text(record(f"number {number}"))
        if number % 3:
            (root / f"n{number - 1}.yaml").unlink()
        assert shown(root) == plainly(root)
    with sqlite3.connect(next(cache.iterdir())) as held:
        (count,) = held.execute("SELECT count(*) FROM blocks").fetchone()
    assert count <= 2 * 14 // 2 + index.SPARE
    names = reads(monkeypatch)
    shown(root)
    assert names == []


@pytest.mark.parametrize("text", ["a\tb", "a\\nb \\t \\\\", "line\\", "–\u2028x", 'it\'s "quoted"'])
def test_texts_of_any_kind_come_back(text: str, root: Path, read: list[str]) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    (root / "rain.yaml").write_text(record(f'"{quoted}\\n  x"'))
    assert shown(root) == plainly(root) == shown(root)
    assert [each.claim for each in rows_of(shown(root)[0], DAY) if each.id == "rain"] == [
        f"{text}\n  x"
    ]


def test_only_the_user_can_look_into_it(cache: Path, root: Path) -> None:
    shown(root)
    (path,) = cache.iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.name.removesuffix(".sqlite").isalnum()


def test_an_index_that_others_could_read_is_made_anew(
    cache: Path, root: Path, read: list[str]
) -> None:
    (path,) = cache.iterdir()
    path.chmod(0o644)
    cache.chmod(0o755)
    shown(root)
    assert len(read) == 3
    assert stat.S_IMODE(next(cache.iterdir()).stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_a_linked_cache_is_let_be(cache: Path, root: Path, tmp_path: Path) -> None:
    (tmp_path / "public").mkdir(mode=0o755)
    cache.parent.mkdir()
    cache.symlink_to(tmp_path / "public")
    assert shown(root) == plainly(root)
    assert list((tmp_path / "public").iterdir()) == []
    assert stat.S_IMODE((tmp_path / "public").stat().st_mode) == 0o755


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as held:
        held.execute("CREATE TABLE made (root BLOB, maker TEXT)")
        held.execute("CREATE TABLE notes (text TEXT)")


def of_another_folder(path: Path) -> None:
    with sqlite3.connect(path) as held:
        held.execute("UPDATE made SET root = ?", (b"/somewhere/else",))


def of_other_code(path: Path) -> None:
    with sqlite3.connect(path) as held:
        held.execute("UPDATE made SET maker = 'an older one'")


def a_link(path: Path) -> None:
    path.rename(path.with_suffix(".old"))
    path.symlink_to(path.with_suffix(".old"))


@pytest.mark.parametrize(
    "spoilt",
    [
        foreign,
        of_another_folder,
        of_other_code,
        a_link,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all\n" * 999),
        lambda path: os.truncate(path, 70_000),
    ],
    ids=["foreign", "other folder", "other code", "link", "empty", "no database", "cut short"],
)
def test_what_is_no_good_is_made_anew_in_silence(
    spoilt: Callable[[Path], None], cache: Path, root: Path, read: list[str]
) -> None:
    spoilt(next(cache.iterdir()))
    assert shown(root) == plainly(root)
    read.clear()
    assert shown(root) == plainly(root)
    assert len(read) == 3  # by `plainly` alone


def test_no_damaged_byte_makes_a_difference(cache: Path, root: Path) -> None:
    expected = shown(root)
    (path,) = cache.iterdir()
    sound = path.read_bytes()
    used = [at for at in range(len(sound)) if sound[at]]
    for at in used[:: max(1, len(used) // 400)]:
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0x15]) + sound[at + 1 :])
        assert shown(root) == expected, at


def a_file_in_the_way(cache: Path, _: pytest.MonkeyPatch) -> None:
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file stands where the folder belongs")


def nowhere(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)


def without_sqlite(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "sqlite3", None)


@pytest.mark.parametrize("place", [a_file_in_the_way, nowhere, without_sqlite])
def test_without_a_place_all_goes_on(
    place: Callable[[Path, pytest.MonkeyPatch], None],
    cache: Path,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place(cache, monkeypatch)
    names = reads(monkeypatch)
    assert shown(root) == shown(root) == plainly(root)
    assert len(names) == 9


def test_a_cache_that_is_no_absolute_path_is_not_used(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shown(root)
    assert not (tmp_path / "here").exists()
    assert len(list((tmp_path / "home" / ".cache" / "predtrack").iterdir())) == 1


def test_an_index_that_another_process_writes_is_let_be(
    cache: Path, root: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "PATIENCE", 0.01)
    (path,) = cache.iterdir()
    was = path.stat().st_ino
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert shown(root) == plainly(root)
    other.close()
    assert path.stat().st_ino == was
    read.clear()
    shown(root)
    assert read == []


def test_records_that_another_process_replaced_are_not_taken_for_others(
    cache: Path, root: Path, read: list[str]
) -> None:
    early = folder.load(str(root))
    (root / "rain.yaml").write_text(record("another claim", 1))
    (root / "below" / "hail.yaml").unlink()
    shown(root)
    assert early.prediction("snow").claim == "snow falls"
    assert early.prediction("rain").claim == "another claim"  # as the file has it now


PROGRAM = """
import sys
from predtrack.cli import run
sys.exit(run(["--folder", sys.argv[1], "--as-of", "2026-03-01", "list"]))
"""


def test_many_processes_may_keep_it_at_once(cache: Path, root: Path) -> None:
    shown(root)
    for number in range(20):
        (root / f"n{number}.yaml").write_text(record(f"number {number}"))
        os.utime(root / f"n{number}.yaml", (1, 1))
    words = [sys.executable, "-c", PROGRAM, str(root)]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    told = {each.communicate()[0] for each in running}
    assert [each.returncode for each in running] == [0] * 6
    assert len(told) == 1
    assert shown(root) == plainly(root)


def test_a_run_that_ends_late_brings_nothing_old_back(
    cache: Path, root: Path, read: list[str]
) -> None:
    late = folder.load(str(root))
    late.lasting(date(2027, 1, 1), lasting)
    tick(root)
    (root / "rain.yaml").write_text(record("it is not what it was", 1))
    expected = shown(root)
    late.keep()
    read.clear()
    assert shown(root) == expected
    assert read == []


def test_other_code_than_runs_keeps_nothing(
    cache: Path, root: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = cache.iterdir()
    was = path.read_bytes()
    loaded = folder.load(str(root))
    loaded.lasting(date(2027, 1, 1), lasting)
    monkeypatch.setattr(index, "_maker", lambda: "what was installed meanwhile")
    loaded.keep()
    assert path.read_bytes() == was


def test_a_link_is_read_each_time(root: Path, read: list[str], tmp_path: Path) -> None:
    (root / "rain.yaml").rename(tmp_path / "elsewhere.yaml")
    (root / "rain.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    found = shown(root)
    assert shown(root) == found
    assert read == ["rain.yaml", "rain.yaml"]


def test_a_block_cut_half_way_through_a_write_is_found_out(cache: Path, root: Path) -> None:
    """The entries of one writing beside the records of another, as after a crash."""
    shown(root)
    (path,) = cache.iterdir()
    with sqlite3.connect(path) as held:
        (old,) = held.execute("SELECT texts FROM blocks").fetchall()
        texts = old[0].replace(b"rain falls", b"RAIN FALLS")
        held.execute("UPDATE blocks SET texts = ?, texts_sum = ?", (texts, index.crc32(texts)))
    assert shown(root) == plainly(root)


def test_it_never_feeds_a_write(cache: Path, root: Path, read: list[str]) -> None:
    (path,) = cache.iterdir()
    with sqlite3.connect(path) as held:
        (texts,) = held.execute("SELECT texts FROM blocks").fetchone()
        lies = texts.replace(b"rain falls", b"rain LIED!").replace(b"0.5", b"0.1")
        assert lies != texts
        (entries,) = held.execute("SELECT entries FROM blocks").fetchone()
        sums = index.crc32(lies), index._sum(entries, index.crc32(lies))
        held.execute("UPDATE blocks SET texts = ?, texts_sum = ?, entries_sum = ?", (lies, *sums))
    loaded = folder.load(str(root))
    assert loaded.prediction("rain").claim == "rain LIED!"
    seen = []

    def ended(was):  # type: ignore[no-untyped-def]
        seen.append(was.claim)
        return changes.replace(was, outcome=Outcome(answer="yes", decided=DAY))

    changes.change(loaded, "rain", ended)
    assert seen == ["rain falls"]
    outcome = "outcome:\n  answer: yes\n  decided: 2026-03-01\n"
    expected = record("rain falls").replace("forecasts:", f"{outcome}forecasts:")
    assert (root / "rain.yaml").read_text() == expected


# What may happen to a folder between two lists, in any order. A pause lets the clock of the file
# system move on; without one the second of two changes may leave the same times as the first.

NAMES = ("rain", "snow", "below/hail", "sun", "below/rain")
names = st.sampled_from(NAMES)
same_size = st.integers(10, 99)
happenings = st.one_of(
    st.tuples(st.just("write"), names, same_size),
    st.tuples(st.just("put back"), names, same_size),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("check out"), names, same_size),
    st.tuples(st.just("touch"), names, st.integers(-3, 3)),
    st.tuples(st.just("link"), names, names),
    st.tuples(st.just("condition"), names, names),
    st.tuples(st.just("remove"), names, st.none()),
    st.tuples(st.just("clock"), st.none(), st.integers(-2, 2)),
    st.tuples(st.just("pause"), st.none(), st.none()),
    st.tuples(st.just("list"), st.none(), st.integers(-400, 400)),
)


class World:
    """A folder, its index, and the clock."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.ahead = root, 0
        monkeypatch.setattr(index, "SETTLED", 30_000_000)
        monkeypatch.setattr(index, "now", lambda: time.time_ns() + self.ahead)

    def path(self, name: str) -> Path:
        return self.root / f"{name}.yaml"

    def happen(self, what: str, name: str | None, how: int | str | None) -> None:
        path = None if name is None else self.path(name)
        if what == "list":
            assert isinstance(how, int)
            day = date.fromordinal(DAY.toordinal() + how)
            assert shown(self.root, day) == plainly(self.root, day)
        elif what == "clock":
            assert isinstance(how, int)
            self.ahead = min(0, how * 10**9)  # ahead of the disk it would be, and know nothing
        elif what == "pause":
            time.sleep(0.035)
        elif path is not None and (what in {"write", "check out"} or path.exists()):
            getattr(self, what.replace(" ", "_"))(path, how)

    def write(self, path: Path, p: int) -> None:
        path.write_text(record(path.stem, p))

    def put_back(self, path: Path, p: int) -> None:
        was = path.stat()
        path.write_text(record(path.stem, p))
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    def rename(self, path: Path, name: str) -> None:
        path.rename(self.path(name))

    def check_out(self, path: Path, p: int) -> None:
        path.unlink(missing_ok=True)
        path.write_text(record("from git", p))

    def touch(self, path: Path, seconds: int) -> None:
        then = time.time_ns() + seconds * 10**9
        os.utime(path, ns=(then, then))

    def condition(self, path: Path, name: str) -> None:
        """Let one hang on another, which has ended in no."""
        other = self.path(name)
        if other != path and not path.is_symlink() and not other.is_symlink():
            hangs = f"condition: {{prediction: {other.stem}}}\nkind:"
            ended = "outcome: {answer: no, decided: 2026-02-01}\nforecasts:"
            path.write_text(record(path.stem).replace("kind:", hangs))
            other.write_text(record(other.stem).replace("forecasts:", ended))

    def link(self, path: Path, name: str) -> None:
        other = self.path(name)
        if other != path and not path.is_symlink():
            other.unlink(missing_ok=True)
            other.symlink_to(path)

    def remove(self, path: Path, _: None) -> None:
        path.unlink()


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    count = iter(range(10**6))

    def made() -> Path:
        root = tmp_path / f"world{next(count)}"
        (root / "below").mkdir(parents=True)
        return root

    return made


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(happenings, min_size=4, max_size=25))
def test_no_history_of_a_folder_makes_a_list_differ(
    cache: Path,
    fresh: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
    history: list[tuple[str, str | None, int | str | None]],
) -> None:
    world = World(fresh(), monkeypatch)
    for name in NAMES[:3]:
        world.write(world.path(name), 50)
    for what, name, how in (*history, ("list", None, 0), ("pause", None, None)):
        world.happen(what, name, how)
        if what not in {"pause", "list"}:
            world.happen("list", None, 0)
    world.happen("list", None, 0)
