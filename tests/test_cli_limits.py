"""What could not be read again is not written, whichever command would write it."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from downloads import FORECAST, NUMERIC, download
from predtrack.errors import RefusedError
from predtrack.records.prediction import Prediction
from predtrack.store import changes, files, incoming, nodes
from predtrack.store.folder import load
from test_cli import RAIN, Said, folder, program
from test_cli_edit import editor

ENTRY = "  - by: Ada Example\n    made: 2027-01-10\n    probability: 70%\n"
BLOCK = f"{RAIN[: RAIN.index('forecasts:')]}x-own: [{'a, ' * 90}a]\nforecasts:\n{ENTRY}"
GROWN = {
    "update": ["update", "rain", "80%"],
    "withdraw": ["withdraw", "rain", "--by", "Ada Example"],
    "resolve": ["resolve", "rain", "yes"],
    "dry run": ["resolve", "rain", "yes", "--dry-run"],
    "add": ["add", "It snows", "--value", "80%", "--deadline", "2027-12-31", "--id", "snow"],
    "import": ["import", "json", "export.json", "--write"],
    "import of more": ["import", "json", "more.json", "--write"],
}
"""Commands that make a file, or make one longer."""


def counted(text: str) -> int:
    """The parts of a text, by the parser itself."""
    parser, count = nodes.Parser(text), 0
    while parser.get_event() is not None:
        count += 1
    return count


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a record, beside exports of it with more in them, and of another."""
    made = folder(tmp_path / "predictions", rain=BLOCK)
    forecast = {"by": "Ada Example", "made": "2027-01-10", "probability": "70%"}
    for name, identity, more in (
        ("export", "snow", []),
        ("more", "rain", [forecast | {"made": "2027-02-01"}]),
    ):
        record = {"claim": "It rains on the first of April", "kind": "binary"}
        record |= {"deadline": "2027-04-01", "forecasts": [forecast, *more]}
        document = {"schema": "predtrack/export/1", "as_of": "2027-03-01"}
        document |= {"predictions": [{"id": identity, "record": record}]}
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)
    return made


def bytes_of(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir()}


def run(root: Path, words: list[str]) -> Said:
    more = ["--criteria", "A centimetre."] if words[0] == "add" else []
    return program(*words, *more, of=root)


def shrunk(monkeypatch: pytest.MonkeyPatch, limit: str, room: int) -> None:
    """Let a file hold no more than the record does, and a little."""
    if limit == "bytes":
        for each in (files, incoming):
            monkeypatch.setattr(each, "MOST_BYTES", len(BLOCK) + room)
    else:
        monkeypatch.setattr(nodes, "MOST_EVENTS", counted(BLOCK) + room)


@pytest.mark.parametrize("name", GROWN)
@pytest.mark.parametrize("limit", ["bytes", "parts"])
def test_what_would_not_be_read_again_is_refused_and_nothing_is_changed(
    root, monkeypatch, name, limit
):
    if name in {"add", "import"}:
        (root / "rain.yaml").unlink()
        shrunk(monkeypatch, limit, (100 - len(BLOCK)) if limit == "bytes" else 12 - counted(BLOCK))
    else:
        shrunk(monkeypatch, limit, 1)
    before = bytes_of(root)
    said = run(root, GROWN[name])
    assert said.code == (6 if name == "import" else 5), said
    assert any(each in said.err for each in ("nothing was ", "is left as it is"))
    assert ("would be larger" if limit == "bytes" else "too many parts") in said.err
    assert bytes_of(root) == before


@pytest.mark.parametrize("name", GROWN)
def test_with_a_little_more_room_it_is_written_and_read_again(root, monkeypatch, name):
    shrunk(monkeypatch, "bytes", 400)
    shrunk(monkeypatch, "parts", 40)
    assert run(root, GROWN[name]).code == 0
    assert load(str(root)).problems == ()


def test_a_record_with_a_mark_at_its_beginning_counts_with_it(root, monkeypatch):
    text = b"\xef\xbb\xbf" + BLOCK.encode()
    (root / "rain.yaml").write_bytes(text)
    said = run(root, GROWN["resolve"])
    after = (root / "rain.yaml").read_bytes()
    assert said.code == 0
    (root / "rain.yaml").write_bytes(text)
    monkeypatch.setattr(files, "MOST_BYTES", len(after) - 1)
    assert run(root, GROWN["resolve"]).code == 5
    monkeypatch.setattr(files, "MOST_BYTES", len(after))
    assert run(root, GROWN["resolve"]).code == 0
    assert load(str(root)).problems == ()


def test_an_editor_that_leaves_more_than_is_read_changes_no_record(root, tmp_path, monkeypatch):
    text = f"{BLOCK}# {'long ' * 200}\n"
    monkeypatch.setattr(files, "MOST_BYTES", len(BLOCK) + 100)
    said = program("edit", "rain", of=root, EDITOR=editor(tmp_path, text))
    assert (said.code, said.out) == (5, "")
    assert "cannot be taken: it is larger than" in said.err
    assert (root / "rain.yaml").read_text() == BLOCK
    (copy,) = root.glob(".rain.edit-*.yaml")
    assert said.err.startswith(f"what you wrote is kept in {copy}\n")
    assert copy.read_text() == text


def test_what_several_changes_make_too_large_is_refused_whole(root, monkeypatch):
    """Of two forecasts the first alone would still be read again."""

    def revised(was: Prediction) -> Prediction:
        made = was.forecasts[-1].made + timedelta(1)
        return replace(was, forecasts=(*was.forecasts, replace(was.forecasts[-1], made=made)))

    makes = [revised, revised]
    (one,) = changes.changed(load(str(root)), "rain", makes[:1], write=False)
    monkeypatch.setattr(files, "MOST_BYTES", len(BLOCK) + len(one.new) + 10)
    with pytest.raises(RefusedError, match=r"rain\.yaml would be larger than"):
        changes.changed(load(str(root)), "rain", makes)
    assert (root / "rain.yaml").read_text() == BLOCK
    assert len(changes.changed(load(str(root)), "rain", makes[:1])) == 1


@pytest.mark.no_cover
def test_a_question_with_2500_forecasts_is_imported_and_read_again(root):
    """As a platform gives them: two hundred figures each, some 15 MB of text."""
    draw = random.Random(1)
    edges = [round(10 * place / 200, 4) for place in range(201)]
    question = NUMERIC | {"Continuous Range": json.dumps(edges)}
    forecasts = []
    for number in range(2500):
        cdf = sorted(draw.random() for _ in edges)
        start = datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=5 * number)
        own = {"Forecaster Username": f"user{number % 400}", "Forecaster ID": str(number % 400)}
        own |= {"Start Time": f"{start:%Y-%m-%d %H:%M:%S}+00", "Continuous CDF": json.dumps(cdf)}
        forecasts.append(FORECAST | own)
    Path("download.zip").write_bytes(download(question, *forecasts))
    words = ["import", "metaculus", "download.zip", "--tz", "UTC", "--write"]
    said = program(*words, of=root)
    assert (said.code, said.out) == (0, "metaculus-7\n"), said.err
    assert (root / "metaculus-7.yaml").stat().st_size > 14_000_000
    assert len(load(str(root)).sound().predictions["metaculus-7"].forecasts) == 2500
