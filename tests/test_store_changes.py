"""The one way to change a record: on disk, under the lock, its outcome and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from predtrack.errors import InvalidRecordError, PredtrackError, RefusedError
from predtrack.records.prediction import Outcome, Prediction
from predtrack.store import changes, folder, writing

TEXT = (
    "claim: It rains in Kiel\nkind: binary\n"
    "forecasts:\n  - by: Ada\n    made: 2026-01-01\n    probability: 70%\n"
)
YES = Outcome(answer="yes", decided=date(2026, 2, 1))
BLOCK = "outcome:\n  answer: yes\n  decided: 2026-02-01\n"


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


def resolved(prediction: Prediction) -> Prediction:
    return replace(prediction, outcome=YES)


def change(root: Path, word: str = "rain", **options: bool) -> changes.Change | None:
    return changes.change(load(root), word, resolved, **options)


def refused(act: Callable[[], object], kind: type[PredtrackError] = RefusedError) -> str:
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)


def test_a_change_is_written_to_the_file_and_said(root: Path) -> None:
    path = put(root, "sub/rain.yaml")
    assert change(root) == changes.Change("sub/rain.yaml", "", BLOCK, 3, "")
    assert path.read_text() == TEXT.replace("forecasts:", f"{BLOCK}forecasts:")
    assert load(root).predictions["rain"].outcome == YES
    taken = changes.change(load(root), "rain", lambda each: replace(each, outcome=None))
    assert taken == changes.Change("sub/rain.yaml", BLOCK, "", 3, "")
    assert path.read_text() == TEXT


def test_a_change_that_is_only_tried_writes_nothing(root: Path) -> None:
    path = put(root, "rain.yaml")
    before = path.stat()
    assert change(root, write=False) == changes.Change("rain.yaml", "", BLOCK, 3, "")
    assert path.stat() == before


def test_where_there_is_nothing_to_change_nothing_is_written(root: Path) -> None:
    path = put(root, "rain.yaml")
    before = path.stat()
    assert changes.change(load(root), "rain", lambda each: each) is None
    assert path.stat() == before


def test_only_the_outcome_can_be_changed(root: Path) -> None:
    path = put(root, "rain.yaml")
    with pytest.raises(ValueError, match="only the outcome"):
        changes.change(load(root), "rain", lambda each: replace(each, outcome=YES, claim="c"))
    assert path.read_text() == TEXT


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["none", "bom"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_the_bytes_around_a_change_stay(root: Path, mark: bytes, line_break: str) -> None:
    data = mark + TEXT.replace("\n", line_break).encode()
    path = put(root, "rain.yaml", data)
    change(root)
    block = BLOCK.replace("\n", line_break).encode()
    assert path.read_bytes() == data.replace(b"forecasts:", block + b"forecasts:")


def test_the_record_is_read_again_under_the_lock(root: Path) -> None:
    path = put(root, "rain.yaml")
    found = load(root)
    path.write_text(TEXT.replace("Kiel", "Bonn"))
    changes.change(found, "rain", resolved)
    assert "claim: It rains in Bonn" in path.read_text()
    path.write_text("claim: [")
    said = refused(lambda: changes.change(found, "rain", resolved), InvalidRecordError)
    assert "1 record is invalid (rain.yaml)" in said
    path.unlink()
    said = refused(lambda: changes.change(found, "rain", resolved))
    assert said.startswith(f"{path}: it cannot be read (No such file")
    assert "nothing was changed" in said


def test_what_another_program_saved_in_between_is_a_conflict(root: Path) -> None:
    path = put(root, "rain.yaml")

    def make(prediction: Prediction) -> Prediction:
        path.write_text(TEXT + "note: mine\n")
        return resolved(prediction)

    said = refused(lambda: changes.change(load(root), "rain", make))
    assert "saved by another program in between; nothing was changed" in said
    assert path.read_text() == TEXT + "note: mine\n"


def test_a_link_within_the_folder_stays_a_link(root: Path) -> None:
    target = put(root, "old/.rain.text")
    (root / "rain.yaml").symlink_to(target)
    change(root)
    assert (root / "rain.yaml").is_symlink()
    assert BLOCK in target.read_text()
    assert sorted(each.name for each in target.parent.iterdir()) == [".rain.text"]


def test_a_link_that_leads_out_of_the_folder_is_refused(root: Path, tmp_path: Path) -> None:
    target = put(tmp_path, "predictions-2/rain.yaml")
    (root / "rain.yaml").symlink_to(target)
    said = refused(lambda: change(root))
    assert said.startswith("rain.yaml is a link that leads out of the folder; nothing was changed")
    assert target.read_text() == TEXT


def test_a_folder_that_is_a_link_itself_is_as_good_as_any(root: Path, tmp_path: Path) -> None:
    put(root, "rain.yaml")
    (tmp_path / "linked").symlink_to(root)
    assert change(tmp_path / "linked") is not None


def test_a_file_with_further_names_is_warned_of(root: Path, tmp_path: Path) -> None:
    path = put(root, "rain.yaml")
    os.link(path, tmp_path / "other")
    found = change(root)
    assert found is not None
    assert found.warning == "the file had 2 names; the others keep the old text"
    assert (tmp_path / "other").read_text() == TEXT


def test_all_that_is_to_be_warned_of_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.link(put(root, "rain.yaml"), tmp_path / "other")
    monkeypatch.setattr(writing, "_synced", lambda _: "recorded, but not synced to disk (I/O)")
    found = change(root)
    assert found is not None
    assert found.warning.endswith("old text; recorded, but not synced to disk (I/O)")


# --- several processes ---

RECORD = """
import sys
from dataclasses import replace
from datetime import date
from predtrack.records.prediction import Outcome
from predtrack.store import changes, folder, writing
writing.LOCK_SECONDS = 60.0
found = folder.load(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for word in sys.argv[2:]:
    outcome = Outcome(answer="yes", decided=date(2026, 2, 1))
    changes.change(found, word, lambda each: replace(each, outcome=outcome))
"""


def test_processes_that_record_at_once_lose_nothing(root: Path) -> None:
    words = [f"rain-{number}" for number in range(12)]
    for word in words:
        put(root, f"{word}.yaml")
    command = [sys.executable, "-c", RECORD, str(root)]
    pipe = subprocess.PIPE
    parts = [words[start::4] for start in range(4)]
    processes = [
        subprocess.Popen([*command, *part], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for part in parts
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 4
    assert all(each.outcome == YES for each in load(root).sound().predictions.values())
    assert sorted(each.name for each in root.iterdir()) == sorted(f"{word}.yaml" for word in words)
