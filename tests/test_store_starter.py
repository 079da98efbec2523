"""A new folder of records: sound from the first day, and never over anything that is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from predtrack.errors import RefusedError
from predtrack.store import folder, starter, writing

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize("by", ["Ada Lovelace", 'Zoë "Z": #1', "yes", "1815-12-10"])
def test_a_new_folder_is_sound_whoever_starts_it(by: str, tmp_path: Path) -> None:
    root = str(tmp_path / "deep" / "predictions")
    made = starter.start(root, TODAY, by)
    assert sorted(Path(path).name for path in made) == ["README.md", starter.EXAMPLE]
    found = folder.load(root)
    assert found.problems == ()
    (prediction,) = found.predictions.values()
    assert {forecast.by for forecast in prediction.forecasts} == {by}
    assert {forecast.made for forecast in prediction.forecasts} == {TODAY}


def test_an_empty_folder_may_be_started_and_one_that_holds_anything_may_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert len(starter.start(str(tmp_path / "empty"), TODAY, "Ada")) == 2
    with pytest.raises(RefusedError, match="is not empty; nothing was changed"):
        starter.start(str(tmp_path / "empty"), TODAY, "Ada")


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RefusedError, match=r"could not be made .*nothing was changed"):
        starter.start(str(tmp_path / "file" / "predictions"), TODAY, "Ada")


def test_a_folder_is_started_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing.create

    def create(path: str, data: bytes) -> str:
        if path.endswith(starter.EXAMPLE):
            raise RefusedError("no room; nothing was changed")
        return real(path, data)

    monkeypatch.setattr(writing, "create", create)
    with pytest.raises(RefusedError, match="no room"):
        starter.start(str(tmp_path), TODAY, "Ada")
    assert list(tmp_path.iterdir()) == []
