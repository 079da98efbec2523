"""A folder of records: which files count, what their ids are, and what is wrong."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from predtrack.errors import InvalidRecordError, NotFoundError, PredtrackError, RefusedError
from predtrack.records.prediction import Outcome, Prediction
from predtrack.store import changes, files, folder

TEXT = (
    "claim: It rains in Kiel\nkind: binary\n"
    "forecasts:\n  - by: Ada\n    made: 2026-01-01\n    probability: 70%\n"
)
YES = Outcome(answer="yes", decided=date(2026, 2, 1))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "predictions"
    path.mkdir()
    return path


def put(root: Path, name: str, text: str | bytes = TEXT) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(root: Path) -> folder.Folder:
    return folder.load(str(root))


def problems(root: Path) -> list[str]:
    return [f"{each.path} {each.level}[{each.code}] {each.message}" for each in load(root).problems]


def resolved(prediction: Prediction) -> Prediction:
    return replace(prediction, outcome=YES)


def change(root: Path, word: str = "rain") -> changes.Change | None:
    return changes.change(load(root), word, resolved)


def refused(act: Callable[[], object], kind: type[PredtrackError] = RefusedError) -> str:
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)


# --- which files count ---


def test_every_yaml_file_below_the_folder_is_a_record_by_its_name(root: Path) -> None:
    put(root, "rain.yaml")
    put(root, "b/snow.yaml")
    put(root, "a/deep/hail.yaml")
    found = load(root)
    assert {each.id: each.path for each in found.predictions.values()} == {
        "hail": "a/deep/hail.yaml",
        "rain": "rain.yaml",
        "snow": "b/snow.yaml",
    }
    assert list(found.predictions) == ["hail", "rain", "snow"]
    assert found.problems == ()
    assert found.sound() is found


@pytest.mark.parametrize(
    "name",
    [".hidden.yaml", ".#rain.yaml", "rain.yaml~", ".git/rain.yaml", ".yaml", "README.md", "x.txt"],
)
def test_what_is_not_a_record_is_skipped_in_silence(root: Path, name: str) -> None:
    put(root, name, "not: [a record")
    found = load(root)
    assert (found.problems, found.paths, found.predictions) == ((), {}, {})


@pytest.mark.parametrize("name", ["rain.yml", "sub/rain.YAML", "rain.Yml"])
def test_a_file_that_is_all_but_a_record_is_named_as_passed_over(root: Path, name: str) -> None:
    put(root, name)
    (problem,) = load(root).problems
    assert (problem.path, problem.level, problem.code) == (name, "warning", "name")
    assert problem.message.endswith("file is passed over")
    assert problem.remedy == f"rename it to {name.rpartition('.')[0]}.yaml if it is a record"
    assert load(root).errors == ()


def test_a_linked_folder_is_named_as_passed_over(root: Path, tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/rain.yaml")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "round").symlink_to(root)
    assert problems(root) == [
        "linked warning[name] a linked folder is passed over",
        "round warning[name] a linked folder is passed over",
    ]


def test_a_folder_that_cannot_be_read_is_an_error(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "closed/rain.yaml")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    expected = "closed error[file] the folder cannot be read (Permission denied)"
    assert problems(root) == [expected]


@pytest.mark.parametrize("name", ["away", "rain.yaml", "a\0b"])
def test_what_is_no_folder_is_refused(root: Path, name: str) -> None:
    put(root, "rain.yaml")
    said = refused(lambda: folder.load(str(root / name)), NotFoundError)
    assert said.endswith("is not a folder; `predtrack init` makes one")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (os.mkfifo, "it is not a regular file"),
        (lambda path: os.symlink("/dev/null", path), "it is not a regular file"),
        (lambda path: os.symlink("/dev/zero", path), "it is not a regular file"),
        (lambda path: os.symlink("away", path), "it cannot be read (No such file or directory)"),
        (lambda path: os.symlink("odd.yaml", path), "it cannot be read (Too many levels"),
        (lambda path: Path(path).touch(), "the file is empty"),
    ],
    ids=["fifo", "null", "endless", "dangling", "loop", "empty"],
)
def test_what_is_no_text_is_named_and_hides_no_other(
    root: Path, make: Callable[[str], None], message: str
) -> None:
    put(root, "rain.yaml")
    make(str(root / "odd.yaml"))
    (problem,) = load(root).problems
    assert problem.path == "odd.yaml"
    assert problem.message.startswith(message)
    assert list(load(root).predictions) == ["rain"]


def test_a_file_of_more_than_32_mib_is_refused(root: Path) -> None:
    path = put(root, "rain.yaml", b"#" * files.MOST_BYTES)
    assert problems(root) == ["rain.yaml error[empty] the file is empty"]
    path.write_bytes(b"#" * (files.MOST_BYTES + 1))
    assert problems(root) == ["rain.yaml error[file] it is larger than 32 MiB"]


def test_the_contents_of_no_file_are_refused_with_place_and_remedy(root: Path) -> None:
    path = str(put(root, "rain.yaml"))
    assert files.contents(path) == TEXT.encode()
    for other in (f"{path}.away", str(root)):
        said = refused(lambda other=other: files.contents(other))  # type: ignore[misc]
        assert said.startswith(f"{other}: it cannot be read (")
        assert said.endswith("; nothing was changed; see to its permissions")


# --- ids ---


@pytest.mark.parametrize("name", ["Rain", "con", "nul.x", "a b", "-a", "a\nb", "x" * 81])
def test_a_file_whose_name_is_no_id_is_an_error(root: Path, name: str) -> None:
    put(root, f"{name}.yaml")
    (problem,) = load(root).problems
    assert problem.code == "id"
    assert problem.remedy.startswith("rename the file; ")
    assert load(root).predictions == {}
    assert "nothing was changed; rename the file" in refused(
        lambda: change(root, name), InvalidRecordError
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [("a/rain.yaml", "b/rain.yaml"), ("a/rain.yaml", "rain.yaml"), ("a/Rain.yaml", "b/rain.yaml")],
)
def test_two_records_of_one_id_are_an_error_that_names_both(
    root: Path, first: str, second: str
) -> None:
    put(root, first)
    put(root, second)
    put(root, "snow.yaml")
    found = load(root)
    named = {each.path: each.message for each in found.errors if "same id" in each.message}
    assert named == {first: f"{second} has the same id", second: f"{first} has the same id"}
    assert list(found.predictions) == ["snow"]
    assert "invalid (" in refused(lambda: found.prediction("rain"), InvalidRecordError)
    said = refused(lambda: change(root), InvalidRecordError)
    assert "has the same id; nothing was changed; rename one of them" in said


def test_an_id_may_be_cut_short_where_it_names_one(root: Path) -> None:
    for name in ("rain", "rain-2027", "snow-2027"):
        put(root, f"{name}.yaml")
    found = load(root)
    assert found.identity("s") == "snow-2027"
    assert found.identity("rain") == "rain"
    assert found.identity("rain-2") == "rain-2027"
    assert found.identity("rain.yaml") == "rain"
    assert found.prediction("s").claim == "It rains in Kiel"
    said = refused(lambda: found.identity("ra"), NotFoundError)
    assert said == '"ra" is the beginning of rain, rain-2027; write more of it'


def test_of_many_that_begin_alike_five_are_named(root: Path) -> None:
    for number in range(8):
        put(root, f"rain-{number}.yaml")
    said = refused(lambda: load(root).identity("rain"), NotFoundError)
    assert "rain-4 and 3 more" in said


def test_a_near_miss_is_answered_with_what_is_near(root: Path) -> None:
    put(root, "rain-2027.yaml")
    found = load(root)
    assert "did you mean" in refused(lambda: found.identity("rian-2027"), NotFoundError)
    assert "list --status all" in refused(lambda: found.identity("zzz"), NotFoundError)


@pytest.mark.parametrize(
    "word",
    ["", "../predictions/rain", "/etc/passwd", "a/../rain", "a\0b", "rain\n", "con", "./rain"],
)
def test_a_word_is_looked_up_and_never_made_into_a_path(
    root: Path, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "rain.yaml")
    found = load(root)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the disk was asked")

    for call in ("open", "stat", "lstat", "scandir"):
        monkeypatch.setattr(os, call, fail)
    for act in (
        found.identity,
        found.prediction,
        lambda word: changes.change(found, word, resolved),
    ):
        with pytest.raises(NotFoundError):
            act(word)


def test_an_invalid_record_hides_no_other_and_is_refused_itself(root: Path) -> None:
    put(root, "rain.yaml")
    put(root, "snow.yaml", TEXT + "colour: blue\n")
    found = load(root)
    assert found.prediction("rain").id == "rain"
    for act in (found.sound, lambda: found.prediction("snow"), lambda: change(root, "snow")):
        with pytest.raises(InvalidRecordError) as caught:
            act()
        assert "1 record is invalid (snow.yaml)" in str(caught.value)
        assert [problem.line for problem in caught.value.problems] == [7]


def test_of_many_invalid_records_three_are_named(root: Path) -> None:
    for number in range(5):
        put(root, f"rain-{number}.yaml", "claim: c\n")
    said = refused(load(root).sound, InvalidRecordError)
    assert said.startswith(
        "5 records are invalid (rain-0.yaml, rain-1.yaml, rain-2.yaml and 2 more)"
    )


def test_problems_are_in_the_order_of_paths_and_lines(root: Path) -> None:
    put(root, "b.yaml", TEXT + "one: 1\ntwo: 2\n")
    put(root, "a.yml")
    put(root, "a.yaml", "")
    placed = [(each.path, each.line) for each in load(root).problems]
    assert placed == [("a.yaml", 1), ("a.yml", 1), ("b.yaml", 7), ("b.yaml", 8)]
