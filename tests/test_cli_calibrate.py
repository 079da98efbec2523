"""`predtrack calibrate`: the report on anybody's table, for a person and for a program."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from predtrack.cli import run

NIAMEY = str(Path(__file__).parent / "data" / "scoring" / "niamey_2016.csv")
ALL = [word for name in ("Logistic", "EMOS", "ENS", "EPC") for word in ("-p", name)]


def told(words: list[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(words)
    out, err = capfd.readouterr()
    return code, out, err


def test_the_four_forecasters_of_niamey_are_decomposed(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(["calibrate", NIAMEY, *ALL, "-y", "obs"], capfd)
    assert (code, err) == (0, "")
    for line in (
        *(
            f"Brier {brier} = UNC .244 (how hard it was) - DSC {dsc} (told cases"
            for brier, dsc in (
                (".206", ".056"),
                (".232", ".030"),
                (".266", ".044"),
                (".234", ".032"),
            )
        ),
        *(f"+ MCB {mcb} (too far from what came)" for mcb in (".017", ".018", ".066", ".022")),
        "infinite: 6 forecasts at 0% or 100% failed",
        "Logistic and EPC, on what both forecast",
    ):
        assert line in out


def test_the_document_has_the_promised_keys(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(["calibrate", NIAMEY, "-p", "ENS", "-y", "obs", "--json"], capfd)
    found = json.loads(out)
    assert code == 0
    assert found["schema"] == "predtrack/calibrate/1"
    settings = {"at", "by", "tag", "kind", "family", "origin", "verbal", "seed", "include_early"}
    assert found["settings"].keys() == settings
    (group,) = found["groups"]
    assert (group["name"], group["by"], group["rows"]) == ("ENS, chances", "ENS", 92)
    assert group["log_score"] is None
    assert "log_score" in group["withheld"]
    assert len(group["log_infinite"]) == 6
    assert group["curve"] == []
    assert group["bins"][0].keys() == {
        *("low", "high", "rows", "families", "mean_p", "happened", "hits", "ci_low", "ci_high")
    }


def test_a_table_is_read_from_standard_input(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "p,y,f\n" + "0.2,0,a\n0.7,1,b\n" * 3
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table.encode())))
    code, out, _ = told(["calibrate", "-", "-p", "p", "-y", "y", "--family", "f"], capfd)
    assert code == 0
    assert "6 chances from 2 families" in out


@pytest.mark.parametrize("blank", ["", "\n", "\n\n\n", "\r\n", " \n"])
@pytest.mark.parametrize("rows", ["", "0.2,0\n"])
def test_blank_lines_are_no_rows(
    rows: str, blank: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in (f"p,y\n{blank}{rows}", f"p,y\n{rows}{blank}"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table.encode())))
        code, out, err = told(["calibrate", "-", "-p", "p", "-y", "y"], capfd)
        assert (code, err) == (0, "")
        assert ("1 chance from" if rows else "0 forecasts from") in out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([NIAMEY, "-p", "ENZ", "-y", "obs"], 2, 'has no column "ENZ"; did you mean "ENS"?'),
        ([NIAMEY, "-p", "date", "-y", "obs"], 6, 'niamey_2016.csv:2: date: "2016-07-01" is not'),
        (["nowhere.csv", "-p", "p", "-y", "y"], 6, "nowhere.csv cannot be read"),
        ([NIAMEY, "-y", "obs"], 2, "-p"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    words: list[str], code: int, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found, out, err = told(["calibrate", *words], capfd)
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1
