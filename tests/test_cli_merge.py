"""`merge`, and `init --git`, which makes git call it."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from predtrack.store import drafts, files, folder, writing
from test_cli import RAIN, Said, program

pytestmark = [
    pytest.mark.usefixtures("no_settings_of_git"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

LINE = "*.yaml merge=predtrack\n"
IGNORED = ".*.[0-9]*-[0-9]*.tmp\n.*.edit-[0-9]*.yaml\n"
BO = "  - by: Bo\n    made: 2027-01-20\n    probability: 20%\n"
CLEO = "  - by: Cleo\n    made: 2027-01-21\n    probability: 30%\n"


@pytest.fixture
def no_settings_of_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's settings of git, and no repository above."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """An empty repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def states(root: Path, base: str, ours: str, theirs: str) -> tuple[str, str, str]:
    """Three files, as git hands them over."""
    paths = [root / name for name in ("base", "ours", "theirs")]
    for path, text in zip(paths, (base, ours, theirs), strict=True):
        path.write_text(text)
    one, two, three = map(str, paths)
    return one, two, three


def setting(work: Path, name: str) -> str:
    line = ["git", "config", f"merge.predtrack.{name}"]
    return subprocess.run(line, cwd=work, capture_output=True, text=True, check=True).stdout.strip()


class TestMerge:
    def test_it_writes_to_ours_and_says_nothing(self, tmp_path: Path) -> None:
        paths = states(tmp_path, RAIN, RAIN + BO, RAIN + CLEO)
        assert program("merge", *paths) == Said(0, "", "")
        assert [Path(each).read_text() for each in paths] == [RAIN, RAIN + BO + CLEO, RAIN + CLEO]

    def test_it_keeps_the_mode_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        paths = states(tmp_path, RAIN, RAIN + BO, RAIN + CLEO)
        Path(paths[1]).chmod(0o640)
        assert program("merge", *paths).code == 0
        assert stat.S_IMODE(Path(paths[1]).stat().st_mode) == 0o640
        assert sorted(os.listdir(tmp_path)) == ["base", "ours", "theirs"]

    def test_a_conflict_is_said_with_the_key_and_the_path(self, tmp_path: Path) -> None:
        ours, theirs = (RAIN.replace("2027-04-01", f"2027-05-0{day}") for day in (1, 2))
        paths = states(tmp_path, RAIN, ours, theirs)
        ended = program("merge", *paths, "--path", "a/\x1b[31m.yaml", "--marker-size", "9")
        assert (ended.code, ended.out) == (1, "")
        sentence = "both branches changed deadline; settle it between the markers, then see"
        assert ended.err == f"a/\\x1b[31m.yaml: {sentence} `predtrack check`\n"
        assert f"{'<' * 9} ours\ndeadline: 2027-05-01" in Path(paths[1]).read_text()

    @pytest.mark.parametrize("base", ["", None])
    def test_an_empty_base_is_none(self, base: str | None, tmp_path: Path) -> None:
        paths = states(tmp_path, base or "", RAIN + BO, RAIN + CLEO)
        first = os.devnull if base is None else paths[0]
        assert program("merge", first, *paths[1:]) == Said(0, "", "")
        assert Path(paths[1]).read_text() == RAIN + BO + CLEO

    @pytest.mark.parametrize("many", [0, 1, 2])
    def test_what_is_no_record_has_the_exit_code_of_git(self, many: int, tmp_path: Path) -> None:
        lines = "\n".join("abcdefghijkl") + "\n"
        ours, theirs = lines.replace("e\n", "E\n"), lines.replace("l\n", "M\n")
        for sign in "bh"[:many]:
            ours = ours.replace(sign, f"{sign}1")
            theirs = theirs.replace(sign, f"{sign}2")
        paths = states(tmp_path, lines, ours, theirs)
        ended = program("merge", *paths)
        assert ended.code == many
        assert "not every side is a sound record, so git's plain merge was taken" in ended.err
        assert Path(paths[1]).read_text().count("<<<<<<< ours") == many
        assert Path(paths[1]).read_text().endswith("M\n")

    def test_what_is_no_text_stays_as_ours_and_is_a_conflict(self, tmp_path: Path) -> None:
        paths = states(tmp_path, "a\0", "b\0", "c\0")
        assert program("merge", *paths).code == 1
        assert Path(paths[1]).read_text() == "b\0"

    def test_a_record_that_is_too_large_is_merged_by_lines(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("predtrack.store.merging.MOST_BYTES", len(RAIN))
        paths = states(tmp_path, RAIN, RAIN + BO, RAIN.replace("claim", "# so\nclaim"))
        ended = program("merge", *paths)
        assert (ended.code, "plain merge was taken" in ended.err) == (0, True)
        assert len(RAIN) < files.MOST_BYTES

    def test_without_git_records_are_merged_and_others_are_refused(self, tmp_path: Path) -> None:
        paths = states(tmp_path, RAIN, RAIN + BO, RAIN + CLEO)
        assert program("merge", *paths, PATH="") == Said(0, "", "")
        paths = states(tmp_path, "claim: [", RAIN + BO, RAIN + CLEO)
        ended = program("merge", *paths, PATH="")
        assert (ended.code, ended.out) == (5, "")
        assert "git could not be started to merge its lines; nothing was changed; inst" in ended.err
        assert Path(paths[1]).read_text() == RAIN + BO

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        paths = states(tmp_path, RAIN, RAIN + BO, RAIN + CLEO)
        ended = program("merge", *paths[:2], str(tmp_path / "none"))
        assert ended.code == 5
        assert "could not be read (No such file or directory); nothing was changed" in ended.err


class TestInit:
    def test_a_new_folder_is_registered(self, work: Path) -> None:
        ended = program("init", "--git")
        names = ["README.md", "ten-forecasts.yaml", ".gitattributes", ".gitignore"]
        assert ended.out.splitlines() == [f"predictions/{name}" for name in names]
        assert ended.err.startswith("git merges the records of predictions by their meaning, in")
        assert (work / "predictions" / ".gitattributes").read_text() == LINE
        assert (work / "predictions" / ".gitignore").read_text() == IGNORED
        assert program("check", "--strict") == Said(0, "", "")

    def test_the_driver_is_this_program_by_an_absolute_path(self, work: Path) -> None:
        assert program("init", "--git").code == 0
        command = setting(work, "driver")
        assert command.endswith(" -m predtrack merge %O %A %B --path %P --marker-size %L")
        assert shlex.split(command)[0] == sys.executable

    @pytest.mark.parametrize("name", ["predtrack", "a b/it's 100%"])
    def test_a_program_with_odd_signs_in_its_path_is_quoted(
        self, name: str, work: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = work / "bin" / name
        path.parent.mkdir(parents=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        monkeypatch.setattr("sys.argv", [str(path)])
        assert program("init", "--git").code == 0
        words = shlex.split(setting(work, "driver").replace("%%", "%"))
        assert words[:3] == [str(path), "merge", "%O"]

    def test_it_may_be_repeated_in_a_folder_that_is_there(self, work: Path) -> None:
        root = work / "mine"
        root.mkdir()
        (root / "rain.yaml").write_text(RAIN)
        ended = program("init", "--git", "mine")
        assert ended.out.splitlines() == ["mine/.gitattributes", "mine/.gitignore"]
        before = {path.name: path.read_text() for path in root.iterdir()}
        again = program("init", "--git", of=root)
        assert (again.code, again.out) == (0, "")
        assert {path.name: path.read_text() for path in root.iterdir()} == before

    @pytest.mark.parametrize(
        ("text", "becomes"),
        [
            ("*.md text\n", "*.md text\n" + LINE),
            ("*.md text", "*.md text\n" + LINE),
            ("*.md text\r\n", "*.md text\r\n" + LINE.replace("\n", "\r\n")),
            ("", LINE),
            (f"# mine\n{LINE}*.md text\n", f"# mine\n{LINE}*.md text\n"),
            (f" {LINE}".rstrip(), f" {LINE}".rstrip()),
        ],
    )
    def test_what_the_user_has_stays_and_missing_lines_are_put_behind(
        self, text: str, becomes: str, work: Path
    ) -> None:
        (work / "predictions").mkdir()
        (work / "predictions" / ".gitattributes").write_bytes(text.encode())
        assert program("init", "--git").code == 0
        assert (work / "predictions" / ".gitattributes").read_bytes() == becomes.encode()

    def test_other_attributes_that_win_are_warned_of(self, work: Path) -> None:
        (work / "predictions").mkdir()
        lines = f"{LINE}ten* merge=union\nrecord* merge=union\n"
        (work / "predictions" / ".gitattributes").write_text(lines)
        ended = program("init", "--git")
        assert ended.code == 0
        assert ended.err.startswith("warning: other attributes of git hold for its records; see")

    def test_outside_a_repository_it_is_refused_and_nothing_is_made(self, tmp_path: Path) -> None:
        ended = program("init", "--git")
        assert (ended.code, ended.out) == (5, "")
        sentence = "predictions is in no git repository; nothing was changed; run `git init` first"
        assert ended.err == f"predtrack: {sentence}\n"
        assert os.listdir(tmp_path) == []

    def test_without_git_it_is_refused(self, work: Path) -> None:
        ended = program("init", "--git", PATH="")
        assert ended.code == 5
        assert "git could not be started (No such file or directory); nothing was" in ended.err
        assert os.listdir(work) == [".git"]

    def test_settings_that_cannot_be_written_are_a_refusal(self, work: Path) -> None:
        (work / ".git" / "config.lock").touch()
        ended = program("init", "--git")
        assert ended.code == 5
        assert "git's settings of predictions could not be written (error: could not" in ended.err
        assert os.listdir(work) == [".git"]

    def test_what_git_says_need_be_no_text(self, work: Path) -> None:
        root = work / os.fsdecode(b"\xff")
        root.mkdir()
        assert program("init", "--git", str(root)).code == 0


def left_of_a_write(record: Path) -> Path:
    leftover = Path(writing._beside(str(record)))
    leftover.write_text("claim: [")
    return leftover


def left_of_an_edit(record: Path) -> Path:
    record.write_text(RAIN)
    copy = Path(drafts._copied(str(record), RAIN.encode()))
    record.unlink()
    return copy


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (left_of_a_write, "a write that was cut off left this file"),
        (left_of_an_edit, "an edit that did not reach the record left this copy"),
    ],
)
@pytest.mark.parametrize("name", ["rain.yaml", f"{'r' * 90}.yaml"])
def test_a_file_that_a_kill_left_is_named_by_check_and_ignored_by_git(
    work: Path, left: Callable[[Path], Path], told: str, name: str
) -> None:
    assert program("init", "--git").code == 0
    leftover = left(work / "predictions" / name)
    ended = program("check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{leftover.name}:1:1: warning[cut-off]: {told}; ")
    assert program("check", "--strict").code == 1
    for words in (("list",), ("report",), ("export", "csv")):
        said = program(*words)
        assert leftover.name not in said.out + said.err
    line = ["git", "check-ignore", "--quiet", str(leftover)]
    assert subprocess.run(line, cwd=work, check=False).returncode == 0
    assert [each.code for each in folder.load(str(leftover.parent)).problems] == ["cut-off"]
