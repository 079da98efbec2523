"""The JSON documents: every key that is promised, of its type, and null where there is nothing."""

from __future__ import annotations

import json
from pathlib import Path
from types import NoneType
from typing import Any

import pytest

from test_cli import BROKEN, ENDED, RAIN, folder, program

TEXT, COUNT, YES, FIGURE = (str,), (int,), (bool,), (int, float)
MAYBE_TEXT, MAYBE_COUNT, MAYBE_FIGURE = ((*kind, NoneType) for kind in (TEXT, COUNT, FIGURE))


class Maybe:
    """A shape, or null."""

    def __init__(self, shape: object) -> None:
        self.shape = shape


ROW = {
    **dict.fromkeys(("id", "claim", "kind", "status", "path"), TEXT),
    **dict.fromkeys(("deadline", "next", "family", "unit"), MAYBE_TEXT),
    "early": YES,
    "days_left": MAYBE_COUNT,
    "by": [TEXT],
    "forecasts": [{"by": TEXT, "value": TEXT}],
    "tags": [TEXT],
}
SCORE = {
    **dict.fromkeys(("id", "by", "made", "kind", "rule"), TEXT),
    "score": MAYBE_FIGURE,
    "counts": YES,
    "reason": MAYBE_TEXT,
    "points": MAYBE_COUNT,
    "points_due": MAYBE_COUNT,
}
CHANCE = {
    **dict.fromkeys(("id", "by", "made", "kind", "family", "target", "origin"), TEXT),
    **dict.fromkeys(("phrase", "scheduled", "decided"), MAYBE_TEXT),
    **dict.fromkeys(("probability", "happened"), MAYBE_FIGURE),
    "counts": YES,
    "tags": [TEXT],
}
BIN = {
    **dict.fromkeys(("rows", "families"), COUNT),
    **dict.fromkeys(("low", "high", "mean_p", "happened", "ci_low", "ci_high"), FIGURE),
}
HITS = Maybe({"rows": COUNT, "families": COUNT, **dict.fromkeys(("hits", "low", "high"), FIGURE)})
GROUP = {
    **dict.fromkeys(("name", "by", "kind"), TEXT),
    "origin": MAYBE_TEXT,
    **dict.fromkeys(("rows", "families"), COUNT),
    "withheld": {},
    **dict.fromkeys(("brier", "brier_low", "brier_high", "log_score"), MAYBE_FIGURE),
    "calibrated_range": Maybe([FIGURE]),
    **dict.fromkeys(("log_score_rest", "log_rest_n", "base_rate", "mean_diff"), MAYBE_FIGURE),
    "log_infinite": [TEXT],
    **dict.fromkeys(("diff_low", "diff_high", "mcb", "dsc", "unc"), MAYBE_FIGURE),
    **dict.fromkeys(("mcb_null_mean", "mcb_null_95", "sum_p", "sum_y"), MAYBE_FIGURE),
    **dict.fromkeys(("sum_p_value", "spiegelhalter_z", "spiegelhalter_p"), MAYBE_FIGURE),
    "skill": Maybe(
        {"reference": TEXT, "diff": FIGURE, **dict.fromkeys(("low", "high", "ratio"), MAYBE_FIGURE)}
    ),
    "bins": [BIN],
    "levels": [{"p": FIGURE, "rows": COUNT, "happened": FIGURE}],
    "curve": [dict.fromkeys(("p", "r", "low", "high"), FIGURE)],
    "coverage": [
        {
            **dict.fromkeys(("confidence", "ci_low", "ci_high"), FIGURE),
            **dict.fromkeys(("rows", "hits"), COUNT),
            "p_value": MAYBE_FIGURE,
        }
    ],
    "scores": [{"unit": MAYBE_TEXT, "rule": TEXT, "rows": COUNT, "mean": FIGURE}],
    "words": HITS,
    "ranges": HITS,
}
REPORT = {
    "settings": {
        **dict.fromkeys(("at", "verbal"), TEXT),
        **{key: [TEXT] for key in ("by", "tag", "kind", "family", "origin")},
        "seed": COUNT,
        "include_early": YES,
    },
    "counts": dict.fromkeys(("predictions", "open", "due", "resolved", "void", "early"), COUNT),
    "early": [TEXT],
    "missing": COUNT,
    "groups": [GROUP],
}
PROBLEM = {
    **dict.fromkeys(("path", "level", "code", "message", "remedy"), TEXT),
    **dict.fromkeys(("line", "column"), COUNT),
}


def assert_fits(value: Any, shape: Any, where: str = "") -> None:
    """Refuse a value that lacks a key of its shape or is of another type; more keys are allowed."""
    if isinstance(shape, Maybe):
        if value is not None:
            assert_fits(value, shape.shape, where)
    elif isinstance(shape, dict):
        assert isinstance(value, dict), where
        assert set(shape) <= set(value), f"{where}: {set(shape) - set(value)}"
        for key, inner in shape.items():
            assert_fits(value[key], inner, f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for index, each in enumerate(value):
            assert_fits(each, shape[0], f"{where}[{index}]")
    else:
        assert type(value) in shape, f"{where}: {value!r}"


def document(*words: str, of: Path, shape: object, code: int = 0) -> dict[str, Any]:
    """The document that a command prints, found to be of a shape."""
    said = program(*words, "--json", of=of)
    assert said.code == code
    found = json.loads(said.out, parse_constant=pytest.fail)
    command = words[0]
    assert found["schema"] == f"predtrack/{command}/1"
    assert found["as_of"] == "2027-03-01"
    assert_fits(found, shape, command)
    return found


def test_a_list_as_json():
    found = document("list", "--status", "all", of=ENDED, shape={"predictions": [ROW]})
    rows = {row["id"]: row for row in found["predictions"]}
    assert rows["ship"] | {"claim": "", "path": ""} == {
        **{"id": "ship", "claim": "", "path": "", "kind": "date", "status": "open"},
        **{"early": False, "deadline": "2028-12-31", "next": "2028-12-31", "days_left": 671},
        "by": ["Ada Example"],
        "forecasts": [
            {"by": "Ada Example", "value": "30% by 2026-12-31, very likely by 2028-12-31"}
        ],
        **{"tags": [], "family": None, "unit": None, "review": None},
    }
    assert rows["stadium"]["early"] is True
    assert rows["tram"]["by"] == ["Ada Example", "Ben Example"]
    assert [each["by"] for each in rows["tram"]["forecasts"]] == ["Ada Example"]


def test_a_limit_holds_for_json_and_a_terminal_sets_none(tmp_path):
    folder(tmp_path, **{f"rain{number:02}": RAIN for number in range(53)})
    shape = {"predictions": [ROW]}
    assert len(document("list", "--limit", "2", of=tmp_path, shape=shape)["predictions"]) == 2
    said = program("list", "--json", of=tmp_path, columns=80)
    assert len(json.loads(said.out)["predictions"]) == 53


def test_a_list_as_json_keeps_its_shape_beside_an_invalid_record(tmp_path):
    folder(tmp_path, rain=RAIN, broken=BROKEN)
    found = document("list", of=tmp_path, shape={"predictions": [ROW]})
    assert [row["id"] for row in found["predictions"]] == ["rain"]


@pytest.mark.parametrize("path", sorted(ENDED.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_prediction_as_json(path):
    shape = {**ROW, "record": {}, "chances": [CHANCE], "scores": [SCORE]}
    found = document("show", path.stem, of=ENDED, shape=shape)
    assert found["id"] == path.stem
    assert found["record"]["claim"] == found["claim"]


def test_a_record_as_json_has_the_files_keys_with_percentages_as_fractions(tmp_path):
    text = RAIN + "    words: so I say\nx-mine: {a: [1, yes]}\nreference: {probability: 0.5}\n"
    found = document("show", "rain", of=folder(tmp_path, rain=text), shape={})
    assert found["record"] == {
        **{"claim": "It rains on the first of April", "kind": "binary"},
        **{"deadline": "2027-04-01", "tags": ["weather"], "reference": {"probability": 0.5}},
        "forecasts": [
            {"by": "Ada Example", "made": "2027-01-10", "probability": 0.7, "words": "so I say"}
        ],
        "x-mine": {"a": ["1", "yes"]},
    }
    ship = document("show", "ship", of=ENDED, shape={})["record"]
    assert ship["forecasts"][0]["cdf"] == {"2026-12-31": 0.3, "2028-12-31": "very likely"}
    heat = document("show", "heat", of=ENDED, shape={})["record"]
    assert list(heat["forecasts"][0]["cdf"]) == ["32", "34", "36", "38", "40"]


def test_scores_as_json():
    found = document("score", of=ENDED, shape={"scores": [SCORE]})["scores"]
    rules = {(row["id"], row["by"].split()[0]): row["rule"] for row in found}
    assert {rules["visitors", name] for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")} == {
        *("interval", "pinball", "cdf", "abs_error", "brier"),
    }
    assert rules["cup", "Ada"] == "brier2"
    assert rules["harvest", "Ada"] == "rps"
    assert rules["cost", "Ada"] == rules["strike", "Ben"] == "hit"
    for row in found:
        assert row["counts"] == (row["reason"] is None)
    reasons = {row["id"]: row["reason"] for row in found}
    assert reasons["ferry"] == reasons["tram-riders"] == "void"
    assert reasons["stadium"] == "early"
    assert reasons["tram"] == "open"
    assert next(row for row in found if row["id"] == "tram")["score"] is None


def test_an_infinite_score_is_null_with_its_reason():
    found = document("score", "rain", "--rule", "log", of=ENDED, shape={"scores": [SCORE]})
    assert [(row["by"], row["reason"]) for row in found["scores"]] == [
        ("Ada Example", None),
        ("Cleo Example", "infinite"),
    ]
    assert found["scores"][1]["score"] is None
    wis = document("score", "visitors", "--rule", "wis", of=ENDED, shape={"scores": [SCORE]})
    assert [row["by"] for row in wis["scores"]] == ["Ben Example"]


def test_a_report_as_json():
    found = document("report", of=ENDED, shape=REPORT)
    assert found["counts"] == {
        **{"predictions": 17, "open": 3, "due": 1, "resolved": 11, "void": 2, "early": 2}
    }
    assert found["early"] == ["comet", "stadium"]
    assert found["missing"] == 2
    groups = {each["name"]: each for each in found["groups"]}
    assert groups["Cleo Example, binary, stated"]["log_infinite"] == ["rain"]
    assert groups["Cleo Example, binary, stated"]["log_score"] is None
    assert groups["Ben Example, binary, stated"]["words"]["hits"] == 1
    assert groups["Ada Example, binary, stated"]["withheld"]["bins"] == "needs:10"


def test_the_settings_of_a_report_are_those_asked_for():
    words = ("--by", "Ada Example", "--tag", "city", "--kind", "binary", "--family", "bridge")
    more = ("--at", "lead:30d", "--origin", "assumed", "--origin", "stated", "--include-early")
    found = document("report", *words, *more, "--verbal", "icd-203", of=ENDED, shape=REPORT)
    asked = found["settings"]
    assert isinstance(asked.pop("seed"), int)
    assert asked == {
        **{"at": "lead:30d", "by": ["Ada Example"], "tag": ["city"], "kind": ["binary"]},
        **{"family": ["bridge"], "origin": ["stated", "assumed"], "verbal": "icd-203"},
        "include_early": True,
        **{key: [None, None] for key in ("made", "due", "decided")},
    }


def test_a_report_on_many_families_carries_every_figure(tmp_path):
    from test_golden import many

    found = document("report", of=many(tmp_path), shape=REPORT)
    group = found["groups"][0]
    empty = {key for key in GROUP if group[key] in (None, [])}
    assert empty == {"log_infinite", "coverage", "words", "ranges"}
    assert group["withheld"] == {}
    assert sum(each["rows"] for each in group["bins"]) == group["rows"] == 110


def test_the_problems_of_a_check_as_json(tmp_path):
    folder(tmp_path, broken=BROKEN)
    found = document("check", of=tmp_path, shape={"problems": [PROBLEM]}, code=1)
    assert found["problems"] == [
        {
            **{"path": "broken.yaml", "line": 8, "column": 18, "code": "probability"},
            **{"level": "error", "message": "90 is not between 0 and 1"},
            "remedy": "write 90% or 0.9",
        }
    ]
    assert document("check", of=ENDED, shape={"problems": [PROBLEM]})["problems"] == []
