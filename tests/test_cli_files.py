"""`export`, `check`, `schema` and `init`: what other programs and a first user get."""

from __future__ import annotations

import csv
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from predtrack.views.csv import guarded
from test_cli import BROKEN, ENDED, RAIN, ROOT, Said, folder, program

SHIPPED = ROOT / "predictions"
COLUMNS = {
    "forecasts": "id,claim,kind,status,by,made,origin,words,forecast,deadline,unit,answer,decided,"
    "counts,rule,score,hit,family,tags,condition,source_title,source_url,source_locator,reason,path,"
    "paraphrase,recorded,withdrawn,source_archived,review,options,options_added,rest,condition_is,"
    "judgements,scale",
    "chances": "id,by,made,kind,family,target,probability,phrase,origin,scheduled,decided,"
    "happened,counts,tags",
    "predictions": "id,claim,kind,status,deadline,answer,decided,family,tags,forecasts,path,review",
}


def table(name: str, *words: str, of: Path = ENDED) -> list[dict[str, str]]:
    """The rows of an exported table, read back."""
    said = program("export", "csv", "--table", name, *words, of=of)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == COLUMNS[name]
    return list(csv.DictReader(StringIO(said.out, newline=""), strict=True))


def test_the_table_of_forecasts_is_the_default_and_has_a_row_each():
    rows = table("forecasts")
    assert program("export", "csv", of=ENDED) == program(
        "export", "csv", "--table", "forecasts", of=ENDED
    )
    assert len(rows) == sum(path.read_text().count("by: ") for path in ENDED.glob("*.yaml"))
    bridge = rows[0]
    assert (bridge["id"], bridge["by"], bridge["answer"]) == ("bridge", "Ada Example", '"no"')
    assert json.loads(bridge["forecast"]) == {"probability": 0.85}
    assert (bridge["score"], bridge["counts"], bridge["reason"]) == (str(0.85**2), "1", "")
    assert (bridge["tags"], bridge["path"]) == ("city; transport", "bridge.yaml")
    by = {(row["id"], row["by"]): row for row in rows}
    assert by["visitors", "Ada Example"]["hit"] == "0"
    assert by["visitors", "Eve Example"]["hit"] == "1"
    assert by["visitors", "Dan Example"]["hit"] == ""
    assert by["visitors", "Ada Example"]["answer"] == "58000"
    assert by["strike", "Ben Example"]["hit"] == "1"
    assert by["heat", "Ada Example"]["hit"] == ""
    assert by["tram-riders", "Ada Example"]["condition"] == "bridge"
    assert by["comet", "Ada Example"]["answer"] == '"2026-05-05"'
    assert json.loads(by["cup", "Ada Example"]["forecast"])["probabilities"]["Mill"] == 0.2


def test_the_table_of_chances_has_a_row_for_each_stated_chance():
    rows = table("chances")
    by = {(row["id"], row["by"].split()[0], row["target"]): row for row in rows}
    assert by["bridge", "Ada", "yes"]["happened"] == "0"
    assert by["quorum", "Ada", "yes"]["happened"] == "0.7"
    assert by["frost", "Ada", "yes"]["phrase"] == "very likely"
    assert by["frost", "Ada", "yes"]["probability"] == ""
    assert by["tram", "Ben", "yes"]["happened"] == ""
    assert by["cup", "Ada", "South End"]["happened"] == "1"
    assert by["comet", "Ada", "by 2030-12-31"]["counts"] == "0"
    assert by["comet", "Ada", "by 2026-06-30"]["scheduled"] == "2026-06-30"
    assert not any(row["id"] in {"cost", "strike"} for row in rows)  # they state no chance


def test_the_table_of_predictions_has_a_row_each():
    rows = {row["id"]: row for row in table("predictions")}
    assert set(rows) == {path.stem for path in ENDED.glob("*.yaml")}
    assert rows["visitors"]["forecasts"] == "5"
    assert rows["ship"]["deadline"] == "2028-12-31"
    assert rows["ferry"] | {"claim": ""} == {
        **{"id": "ferry", "claim": "", "kind": "binary", "status": "void", "family": ""},
        **{"deadline": "2026-12-31", "answer": '"void"', "decided": "", "tags": ""},
        **{"forecasts": "1", "path": "ferry.yaml", "review": ""},
    }


@pytest.mark.parametrize("name", COLUMNS)
def test_filters_hold_for_every_table(name):
    assert {row["id"] for row in table(name, "--tag", "transport")} == {"bridge", "tram"}
    assert {row["id"] for row in table(name, "--status", "due")} == {"tram"}
    if name != "predictions":
        assert {row["by"] for row in table(name, "--by", "Ben Example")} == {"Ben Example"}
        counted = {row["id"] for row in table(name, "--include-early") if row["counts"] == "1"}
        assert "stadium" in counted


FORMULAS = ["=1+1", "+1", "-5 degrees", "@sum", "＝1", "＋1", "－1", "＠a", "  =1", "\u3000@x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_like_a_formula_is_guarded_unless_raw(tmp_path, text):
    quoted = json.dumps(text, ensure_ascii=False)
    record = RAIN.replace("It rains on the first of April", quoted)
    record = record.replace("[weather]", f"[{quoted}]").replace("Ada Example", quoted)
    record += f"    words: {quoted}\nfamily: {quoted}\nsource: {{title: {quoted}}}\n"
    folder(tmp_path, rain=record)
    kept = text.strip()
    cells = ("claim", "tags", "by", "words", "family", "source_title")
    (plain,) = table("forecasts", of=tmp_path)
    assert {plain[name] for name in cells} == {f"'{kept}"}
    (raw,) = table("forecasts", "--raw", of=tmp_path)
    assert {raw[name] for name in cells} == {kept}
    assert {**plain, **dict.fromkeys(cells)} == {**raw, **dict.fromkeys(cells)}


def test_only_texts_are_guarded_and_a_leading_tab_or_break_too():
    for cell in (-5, -0.5, 0, None, "", "a=b"):
        assert guarded(cell) == cell
    for text in ("\t1", "\r1", "\n=1", "\n1", "\u00a0-1"):
        assert guarded(text) == f"'{text}"


def test_a_negative_number_stays_a_number(tmp_path):
    text = (
        "claim: Frost\nkind: numeric\ndeadline: 2026-12-31\n"
        "outcome: {answer: -7.5, decided: 2026-12-31}\n"
        "forecasts: [{by: A, made: 2026-01-01, point: -5}]\n"
    )
    (row,) = table("forecasts", of=folder(tmp_path, frost=text))
    assert (row["answer"], row["score"], row["forecast"]) == ("-7.5", "2.5", '{"point":-5}')


def test_awkward_texts_read_back_as_they_were(tmp_path):
    text = "one, \"two\"; three\tfour — 'five' 港 \\n"
    record = RAIN + f"    words: {json.dumps(text, ensure_ascii=False)}\n"
    record += "    source: {title: A, locator: p. 1, url: https://example.org/?a=1&b=2}\n"
    (row,) = table("forecasts", of=folder(tmp_path, rain=record))
    assert row["words"] == text
    assert (row["source_title"], row["source_locator"]) == ("A", "p. 1")


def test_a_large_table_is_written_in_chunks_and_whole(tmp_path):
    long = RAIN + f"    words: {'x' * 3000}\n"
    folder(tmp_path, **{f"rain{number:02}": long for number in range(40)})
    assert len(table("forecasts", of=tmp_path)) == 40


def test_a_file_is_overwritten_only_by_force(tmp_path):
    folder(tmp_path / "records", rain=RAIN)
    target = tmp_path / "out.csv"
    words = ("export", "csv", "--table", "predictions", "-o", str(target))
    said = program(*words, of=tmp_path / "records")
    assert said == Said(0, "", f"exported 1 prediction to {target}\n")
    assert target.read_text().startswith(COLUMNS["predictions"])
    target.write_text("mine")
    refused = program(*words, of=tmp_path / "records")
    assert (refused.code, refused.out) == (5, "")
    assert "--force overwrites it" in refused.err
    assert target.read_text() == "mine"
    assert program(*words, "--force", of=tmp_path / "records").code == 0
    assert target.read_text().startswith(COLUMNS["predictions"])
    nowhere = program(*words[:-1], str(tmp_path / "no" / "out.csv"), of=tmp_path / "records")
    assert nowhere.code == 5
    assert "Traceback" not in nowhere.err


def test_a_check_is_silent_where_all_is_well_and_advises_when_asked():
    assert program("check", of=ENDED) == Said(0, "", "")
    said = program("check", "--strict", of=ENDED)
    assert said.code == 1
    assert "comet.yaml:1:8: advice[criteria]: nothing says how this would be judged" in said.out


def test_a_check_lists_every_problem_of_every_file(tmp_path):
    bad = BROKEN.replace("claim:", "clame:").replace("2027-04-01", "2026-02-30")
    folder(tmp_path, broken=bad, other=BROKEN, rain=RAIN)
    (tmp_path / "note.yml").write_text("x")
    said = program("check", of=tmp_path)
    assert (said.code, said.err) == (1, "")
    assert [line.split(": ")[0] for line in said.out.splitlines()] == [
        *("broken.yaml:1:1", "broken.yaml:1:1", "broken.yaml:3:11", "broken.yaml:8:18"),
        *("note.yml:1:1", "other.yaml:8:18"),
    ]


class AsAnEditorReads(yaml.SafeLoader):
    """A loader that keeps days as the text that stands there."""


AsAnEditorReads.yaml_implicit_resolvers = {
    sign: [(tag, form) for tag, form in found if tag != "tag:yaml.org,2002:timestamp"]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def loaded(text: str) -> Any:
    """What a YAML editor hands to its schema validator: keys are texts."""
    return json.loads(json.dumps(yaml.load(text, AsAnEditorReads)))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    said = program("schema")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


@pytest.mark.parametrize(
    "path", sorted([*ENDED.glob("*.yaml"), *SHIPPED.rglob("*.yaml")]), ids=lambda path: path.stem
)
def test_the_schema_accepts_every_record_here(validator, path):
    assert [each.message for each in validator.iter_errors(loaded(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("claim:", "clame:"),
        ("kind: binary", "kind: binry"),
        ("probability: 70%", "probability: 90"),
        ("probability: 70%", "probabilty: 70%"),
        ("2027-04-01", "April"),
        ("    made: 2027-01-10\n", ""),
    ],
)
def test_the_schema_refuses_a_slip(validator, was, now):
    assert validator.is_valid(loaded(RAIN))
    assert not validator.is_valid(loaded(RAIN.replace(was, now)))


def test_the_schema_leaves_keys_of_ones_own_alone(validator):
    assert validator.is_valid(loaded(RAIN + "x-mine: {a: [1]}\n"))


def test_init_makes_a_folder_whose_example_loads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = program("init")
    assert said.code == 0
    assert said.out.splitlines() == ["predictions/README.md", "predictions/ten-forecasts.yaml"]
    assert said.err == "look at it with: predtrack --folder predictions list\n"
    assert program("check") == Said(0, "", "")
    assert program("check", "--strict") == Said(0, "", "")
    line = program("list").out.split("\t")
    assert [*line[:2], line[4]] == ["ten-forecasts", "open", "Cleo Example"]


def test_the_readme_of_a_new_folder_is_the_one_of_the_records_here(tmp_path):
    assert program("init", str(tmp_path / "new")).code == 0
    text = (tmp_path / "new" / "README.md").read_text("utf-8")
    here = (SHIPPED / "README.md").read_text("utf-8")
    assert text.rstrip() == here.split("## Where the records about AI come from")[0].rstrip()


def test_init_takes_the_folder_that_is_named(tmp_path):
    assert program("--folder", str(tmp_path / "a"), "init").code == 0
    assert program("init", of=tmp_path / "b").code == 0
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


@pytest.mark.parametrize("held", ["mine.txt", ".hidden", "README.md"])
def test_init_refuses_a_folder_that_holds_anything(tmp_path, held):
    (tmp_path / held).write_text("mine")
    said = program("init", str(tmp_path))
    assert (said.code, said.out) == (5, "")
    assert "is not empty; nothing was changed" in said.err
    assert os.listdir(tmp_path) == [held]
    assert (tmp_path / held).read_text() == "mine"


def test_init_refuses_a_place_where_no_folder_can_be(tmp_path):
    (tmp_path / "file").write_text("")
    said = program("init", str(tmp_path / "file"))
    assert said.code == 5
    assert "could not be made" in said.err


def test_a_new_folder_needs_no_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)
    assert program("init", "new", PREDTRACK_BY="").code == 0
    assert "- by: Me\n" in (tmp_path / "new" / "ten-forecasts.yaml").read_text()


def test_a_lone_carriage_return_ends_no_row_of_the_csv(tmp_path):
    record = RAIN.replace("claim: ", 'claim: "a\\rb" # ').replace(
        "70%", '70%\n    words: "x\\r=1+1"'
    )
    root = folder(tmp_path, rain=record)
    out = program("export", "csv", of=root).out
    rows = list(csv.reader(StringIO(out, newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS["forecasts"].split(","))}
    assert rows[1][1] == "a\rb"
