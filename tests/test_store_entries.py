"""A forecast put behind the last one of a file's own text, and one withdrawn there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import said
from predtrack.errors import InvalidRecordError, NotFoundError, RefusedError, UsageError
from predtrack.records.prediction import Forecast, Prediction, Source
from predtrack.store import changes, entries, folder
from predtrack.store.reading import Reading, read

MADE = date(2026, 3, 1)
NEW = said(by="Bob", made=MADE, probability=0.4)
HEAD = "claim: It rains in Kiel\nkind: binary\n"
ADA = "  - by: Ada\n    made: 2026-01-01\n    probability: 70%\n"
BOB = "  - by: Bob\n    made: 2026-03-01\n    probability: 40%\n"
FILE = f"{HEAD}forecasts:\n{ADA}"
GONE = "    withdrawn: 2026-03-01\n"


def reading(text: str) -> Reading:
    found = read(text.encode(), "rain.yaml", "rain")
    assert found.problems == ()
    return found


def after(text: str, forecast: Forecast = NEW) -> str:
    """The text with the forecast appended, read again to see that it says it and no less."""
    was = reading(text).prediction
    cut = entries.appended(reading(text), forecast)
    becomes = cut.applied(text)
    assert (cut.old, becomes) == ("", text[: cut.start] + cut.new + text[cut.start :])
    assert was is not None
    assert reading(becomes).prediction == replace(was, forecasts=(*was.forecasts, forecast))
    return becomes


def ended(text: str, index: int = 0, when: Any = MADE) -> str:
    """The text with one forecast withdrawn, read again to see that it is."""
    was = reading(text).prediction
    becomes = entries.withdrawn(reading(text), index, when).applied(text)
    now = reading(becomes).prediction
    assert was is not None
    assert now is not None
    assert now.forecasts[index].withdrawn == when
    back = replace(now.forecasts[index], withdrawn=None)
    assert (*now.forecasts[:index], back, *now.forecasts[index + 1 :]) == was.forecasts
    return becomes


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.exit_code == 5
    return str(caught.value)


# --- appended ---


def test_a_forecast_goes_behind_the_last_one() -> None:
    assert after(FILE) == FILE + BOB
    assert after(f"{FILE}note: rain\n") == f"{FILE}{BOB}note: rain\n"
    assert after(f"{FILE}\n\n# the note\nnote: rain\n") == (
        f"{FILE}{BOB}\n\n# the note\nnote: rain\n"
    )
    assert after(f"{FILE}...\n") == f"{FILE}{BOB}...\n"


def test_the_keys_of_a_new_entry_have_their_order() -> None:
    full = said(
        by="Bob",
        made=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
        cdf=((date(2027, 1, 1), 0.125), (date(2028, 1, 1), "very likely")),
        words="by and by",
        origin="inferred",
        rationale="word " * 18 + "often",
        source=Source(title="A talk", published=MADE),
        withdrawn=date(2026, 4, 1),
    )
    text = "claim: c\nkind: date\nforecasts:\n- by: Ada\n  made: 2026-01-01\n  words: soon\n"
    assert after(text, full) == text + (
        "- by: Bob\n"
        "  made: 2026-03-01T12:30:00Z\n"
        "  cdf:\n"
        "    2027-01-01: 12.5%\n"
        "    2028-01-01: very likely\n"
        "  words: by and by\n"
        "  origin: inferred\n"
        "  rationale: >-\n"
        f"    {'word ' * 17}word\n"
        "    often\n"
        "  source:\n"
        "    title: A talk\n"
        "    published: 2026-03-01\n"
        "  withdrawn: 2026-04-01\n"
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ends", [True, False])
def test_the_line_breaks_are_those_of_the_entries(line_break: str, ends: bool) -> None:
    text, expected = (
        (each if ends else each.removesuffix("\n")).replace("\n", line_break)
        for each in (FILE, FILE + BOB)
    )
    assert after(text) == expected


def test_of_mixed_line_breaks_that_of_the_last_entry_is_taken() -> None:
    mixed = f"{HEAD}forecasts:\r\n" + ADA.replace("\n", "\r\n")
    assert after(f"{mixed}note: a\n") == mixed + BOB.replace("\n", "\r\n") + "note: a\n"


@pytest.mark.parametrize(
    ("dash", "keys"),
    [
        ("- ", "  "),
        ("  - ", "    "),
        ("    -   ", "        "),
        ("  -\n    ", "    "),
        ("  -  \n      ", "      "),
        ("-\n  ", "  "),
    ],
)
def test_indentation_and_dash_are_those_of_the_entries(dash: str, keys: str) -> None:
    def entry(by: str, made: str, chance: str) -> str:
        return f"{dash}by: {by}\n{keys}made: {made}\n{keys}probability: {chance}\n"

    text = f"{HEAD}forecasts:\n{entry('Ada', '2026-01-01', '70%')}"
    bob = entry("Bob", "2026-03-01", "40%")
    assert after(text) == text + bob
    inner = "".join(f"  {line}\n" for line in text.splitlines())
    assert after(inner) == inner + "".join(f"  {line}\n" for line in bob.splitlines())


def test_the_last_entry_with_a_bare_dash_is_the_model() -> None:
    text = f"{FILE}  - # mine\n    by: Ada\n    made: 2026-02-01\n    probability: 60%\n"
    assert after(text) == text + BOB
    flow = f"{FILE}  -   {{by: Ada, made: 2026-02-01, probability: 60%}} # so\n"
    wide = "  -   by: Bob\n      made: 2026-03-01\n      probability: 40%\n"
    assert after(flow) == flow + wide


@pytest.mark.parametrize(
    "behind",
    [
        "    # a guess\n",
        "  # a guess\n  # of mine\n",
        "\n  # - by: nobody\n",
        " # barely further in\n",
        "\n\n      # far\n\n    # near\n",
    ],
)
def test_the_comments_that_stand_in_the_list_stay_with_it(behind: str) -> None:
    assert after(FILE + behind) == FILE + behind + BOB
    assert after(f"{FILE}{behind}\n# on the note\nnote: a\n") == (
        f"{FILE}{behind}{BOB}\n# on the note\nnote: a\n"
    )
    assert after((FILE + behind).removesuffix("\n")) == (FILE + behind + BOB).removesuffix("\n")


@pytest.mark.parametrize("behind", ["# on the note\n", "\n# on the note\n", "\n\n", "   \n"])
def test_what_stands_behind_the_list_stays_behind_it(behind: str) -> None:
    assert after(f"{FILE}{behind}") == f"{FILE}{BOB}{behind}"


def test_a_comment_on_the_last_line_stays_on_it() -> None:
    text = FILE.replace("70%", "70% # a guess: - by")
    assert after(text) == text + BOB


def test_entries_that_stand_apart_get_a_neighbour_that_does() -> None:
    ada = ADA.replace("2026-01-01", "2026-02-01")
    assert after(f"{FILE}\n{ada}note: a\n") == f"{FILE}\n{ada}\n{BOB}note: a\n"
    assert after(f"{FILE}\n  # again\n{ada}"[:-1]) == f"{FILE}\n  # again\n{ada}\n{BOB}"[:-1]
    assert after(FILE + ada) == FILE + ada + BOB


@pytest.mark.parametrize(
    "last",
    [
        "    words: |\n      a\n      # b\n\n",
        "    words: >-\n      a\n      b\n",
        "    words: a\n      b\n",
        "    words: 'a\n\n      b'\n",
        '    words: "a\\\n      b"   \n',
        "    source: {title: a,\n      locator: b}\n",
        "    source:\n      title: a\n",
        "    rationale:\n",
    ],
)
def test_whatever_the_last_value_is_the_entry_goes_behind_it(last: str) -> None:
    text = FILE + last
    rest = "\n" if last.endswith("\n\n") else ""
    assert after(text) == text.removesuffix(rest) + BOB + rest
    assert ended(text) == text.removesuffix(rest) + GONE + rest


@pytest.mark.parametrize(
    ("text", "reason", "remedy"),
    [
        (
            "{claim: c, kind: binary, forecasts: []}\n",
            "the record stands in braces",
            "put each of its keys on a line, and these below",
        ),
        (
            f"{HEAD}forecasts: []\n",
            "its list of forecasts is empty",
            "put these lines in its place by hand",
        ),
        (
            f"{HEAD}forecasts: [{{by: Ada, made: 2026-01-01, probability: 70%}}]\n",
            "its forecasts stand in brackets",
            "put each of them on lines of its own, as these",
        ),
        (
            f"{HEAD}? forecasts\n: - by: Ada\n    made: 2026-01-01\n    probability: 70%\n",
            "no forecast in it begins behind a bare dash",
            "put these lines in by hand",
        ),
        (
            f"{HEAD}forecasts:\n  - # why\n    by: Ada\n    made: 2026-01-01\n    words: a\n",
            "no forecast in it begins behind a bare dash",
            "put these lines in by hand",
        ),
        (
            f"{FILE}    words: |+\n      a\n\n\n",
            "the change could not be made exactly",
            "put these lines in by hand",
        ),
        (
            f"{FILE}    x-mine: |+\n      a\n\n\n",
            "the change could not be made exactly",
            "put these lines in by hand",
        ),
    ],
)
def test_what_cannot_be_exact_is_refused_with_the_lines_to_paste(
    text: str, reason: str, remedy: str
) -> None:
    told = refusal(lambda: entries.appended(reading(text), NEW))
    lines = "".join(f"\n  {line}" for line in f"forecasts:\n{BOB}".splitlines())
    assert told == f"rain.yaml is left as it is, since {reason}; {remedy}:{lines}"


def test_a_forecast_that_would_not_be_sound_is_refused() -> None:
    told = refusal(lambda: entries.appended(reading(FILE), replace(NEW, probability=1.5)))
    assert "rain.yaml is left as it is, since it would not be sound: 150% is not" in told
    told = refusal(lambda: entries.appended(reading(FILE), replace(NEW, by=" Bob ")))
    assert "the change could not be made exactly" in told
    broken = read(b"claim: c\n", "rain.yaml", "rain")
    assert "not a sound record" in refusal(lambda: entries.appended(broken, NEW))


# --- withdrawn ---


def test_a_withdrawal_is_the_last_key_of_its_entry() -> None:
    text = f"{FILE}    # a guess\n\n{BOB}note: a\n"
    assert ended(text) == f"{FILE}{GONE}    # a guess\n\n{BOB}note: a\n"
    assert ended(text, 1) == f"{FILE}    # a guess\n\n{BOB}{GONE}note: a\n"
    wide = FILE.replace("  - ", "  -   ").replace("\n    ", "\n      ")
    assert ended(wide) == f"{wide}  {GONE}"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_withdrawal_keeps_the_breaks_and_a_missing_last_one(line_break: str) -> None:
    text, expected = (each[:-1].replace("\n", line_break) for each in (FILE, FILE + GONE))
    assert ended(text) == expected


def test_a_moment_is_written_with_its_offset() -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert ended(FILE, 0, moment) == f"{FILE}    withdrawn: 2026-03-01T12:00:00Z\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            f"{HEAD}forecasts: [{{by: Ada, made: 2026-01-01, probability: 70%}}]\n",
            "that forecast stands in braces",
        ),
        (f"{FILE}    withdrawn:\n", "that forecast has an empty `withdrawn`"),
        (f"{FILE}    x-mine: |+\n      a\n\n\n", "the change could not be made exactly"),
    ],
)
def test_what_cannot_be_withdrawn_exactly_is_refused_with_the_line(text: str, reason: str) -> None:
    told = refusal(lambda: entries.withdrawn(reading(text), 0, MADE))
    assert told == (
        f"rain.yaml is left as it is, since {reason}; put this line into the forecast by Ada of "
        "2026-01-01 by hand:\n  withdrawn: 2026-03-01"
    )


# --- in a file of many shapes ---

PARTS = st.sampled_from(
    [
        "    words: |\n      a\n      # b\n",
        "    words: 'a: # b'   # c\n",
        "    source: {title: 'x',\n      locator: y}\n",
        "    x-own:\n      - a\n      # inside\n      - {b: c}\n",
        "    rationale: >-\n      folded\n\n      text\n",
        "    # behind\n",
        "\n",
    ]
)


@given(
    st.lists(st.lists(PARTS, unique=True, max_size=3), min_size=1, max_size=3),
    st.sampled_from(["", "note: a\n", "\n# apart\nnote: a\n", "x-more:\n- 'b'\n"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_a_splice_touches_no_other_byte(
    shapes: list[list[str]], behind: str, line_break: str, ends: bool
) -> None:
    def entry(parts: list[str]) -> str:
        keys = [part.split(":")[0] for part in parts]
        once = [part for part, key in zip(parts, keys, strict=True) if keys.count(key) == 1]
        return ADA + "".join(once)

    text = f"{HEAD}forecasts:\n{''.join(map(entry, shapes))}{behind}"
    text = (text if ends else text.rstrip("\n")).replace("\n", line_break)
    becomes = after(text)
    assert becomes.count("by: Bob") == 1
    for index in range(len(shapes)):
        gone = ended(becomes, index)
        assert gone.replace(GONE.strip(), "", 1).split() == becomes.split()


# --- the folder ---


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "predictions"
    path.mkdir()
    (path / "rain.yaml").write_text(FILE)
    return path


def test_a_change_may_append_a_forecast(root: Path) -> None:
    found = folder.load(str(root))

    def revised(was: Prediction) -> Prediction:
        return replace(was, forecasts=(*was.forecasts, NEW))

    change = changes.change(found, "rain", revised)
    assert change == changes.Change("rain.yaml", "", BOB, 7, "")
    assert (root / "rain.yaml").read_text() == FILE + BOB


def test_a_change_is_shown_without_the_break_that_was_missing(root: Path) -> None:
    (root / "rain.yaml").write_bytes(b"\xef\xbb\xbf" + FILE.encode()[:-1])
    found = folder.load(str(root))
    change = changes.change(
        found, "rain", lambda was: replace(was, forecasts=(*was.forecasts, NEW)), write=False
    )
    assert change == changes.Change("rain.yaml", "", BOB[:-1], 7, "")
    assert (root / "rain.yaml").read_bytes() == b"\xef\xbb\xbf" + FILE.encode()[:-1]


def test_a_change_may_withdraw_a_forecast(root: Path) -> None:
    (root / "rain.yaml").write_text(FILE + BOB)

    def withdrawn(was: Prediction) -> Prediction:
        return replace(was, forecasts=(was.forecasts[0], replace(NEW, withdrawn=MADE)))

    change = changes.change(folder.load(str(root)), "rain", withdrawn)
    assert change == changes.Change("rain.yaml", "", GONE, 10, "")
    assert (root / "rain.yaml").read_text() == FILE + BOB + GONE


@pytest.mark.parametrize(
    "make",
    [
        lambda was: replace(was, forecasts=()),
        lambda was: replace(was, forecasts=(NEW, *was.forecasts)),
        lambda was: replace(was, forecasts=(*was.forecasts, NEW, NEW)),
        lambda was: replace(was, forecasts=(NEW,)),
        lambda was: replace(was, forecasts=(replace(NEW, withdrawn=MADE),)),
        lambda was: replace(was, forecasts=(*was.forecasts, NEW), claim="c"),
    ],
)
def test_any_other_change_is_a_mistake_of_the_program(
    root: Path, make: Callable[[Prediction], Prediction]
) -> None:
    with pytest.raises(ValueError, match="or one forecast, can be changed here"):
        changes.change(folder.load(str(root)), "rain", make)
    assert (root / "rain.yaml").read_text() == FILE


def made(**fields: Any) -> Prediction:
    given: dict[str, Any] = {"claim": "It snows", "kind": "binary", "forecasts": (NEW,)}
    return Prediction(**(given | fields))


def test_a_new_record_is_written_and_read_back(root: Path) -> None:
    change = changes.add(str(root), "snow", made(id="other", path="elsewhere"))
    text = f"claim: It snows\nkind: binary\nforecasts:\n{BOB}"
    assert change == changes.Change("snow.yaml", "", text, 1, "")
    assert (root / "snow.yaml").read_text() == text
    held = folder.load(str(root)).predictions["snow"]
    assert held == made(id="snow", path="snow.yaml")


def test_a_new_record_may_teach_what_it_lacks(root: Path) -> None:
    change = changes.add(str(root), "snow", made(), teach=True)
    assert "\n# Add `criteria: ...`: " in change.new
    assert (root / "snow.yaml").read_text() == change.new
    assert folder.load(str(root)).predictions["snow"].claim == "It snows"


@pytest.mark.parametrize("taken", ["snow.yaml", "sub/snow.yaml", "Snow.yaml", "sub/SNOW.YAML"])
def test_a_new_record_never_takes_the_id_of_another(root: Path, taken: str) -> None:
    path = root / taken
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    told = refusal(lambda: changes.add(str(root), "snow", made()))
    assert told == (f"{taken} has the id snow already; nothing was changed; choose another id")
    assert path.read_text() == "mine"


def test_a_new_record_never_takes_the_place_of_anything(root: Path) -> None:
    (root / "snow.yaml").mkdir()
    told = refusal(lambda: changes.add(str(root), "snow", made()))
    assert (
        told == f"{root / 'snow.yaml'} is there already; nothing was changed; choose another name"
    )


@pytest.mark.parametrize("identity", ["../snow", "/snow", "Snow", "", "a\x00b", "a\n", "con", "a."])
def test_a_name_that_is_no_id_is_a_wrong_use(root: Path, identity: str) -> None:
    with pytest.raises(UsageError):
        changes.add(str(root), identity, made())
    assert [each.name for each in root.iterdir()] == ["rain.yaml"]


def test_a_new_record_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="`predtrack init` makes one"):
        changes.add(str(tmp_path / "none"), "snow", made())


def test_a_new_record_that_could_not_be_read_back_equal_is_refused(root: Path) -> None:
    told = refusal(lambda: changes.add(str(root), "snow", made(kind="choice")))
    assert told.startswith("snow.yaml would not be sound: ")
    assert "; nothing was changed; " in told
    told = refusal(lambda: changes.add(str(root), "snow", made(claim=" It snows")))
    assert told.startswith("snow.yaml cannot say exactly what is meant; nothing was changed; ")
    assert [each.name for each in root.iterdir()] == ["rain.yaml"]


def test_a_record_that_became_unsound_takes_no_forecast(root: Path) -> None:
    found = folder.load(str(root))
    (root / "rain.yaml").write_text("claim: [")
    with pytest.raises(InvalidRecordError):
        changes.change(found, "rain", lambda was: was)


@pytest.mark.parametrize("blank", [0, 40])
def test_a_file_of_windows_line_ends_grows_at_once_and_by_its_entry_alone(
    root: Path, blank: int
) -> None:
    head = "claim: C\r\nkind: binary\r\nforecasts:\r\n  - by: Ada\r\n    made: 2026-01-01\r\n"
    was = f"{head}    probability: 50%\r\n" + "\r\n" * blank + "note: x\r\n"
    (root / "rain.yaml").write_bytes(was.encode())
    found = folder.load(str(root))
    changes.change(found, "rain", lambda each: replace(each, forecasts=(*each.forecasts, NEW)))
    now = (root / "rain.yaml").read_bytes().decode()
    assert now.startswith(f"{head}    probability: 50%\r\n  - by: ")
    assert now.endswith("\r\n" * (blank + 1) + "note: x\r\n")
