"""`stats`: how many there are of everything, the oldest that waits and the next to come due."""

from __future__ import annotations

import json
from datetime import date

import pytest

from build import DAY, binary, built, by_id, said
from predtrack.records.prediction import Prediction
from predtrack.reports.listing import Filters
from predtrack.reports.rows import known
from predtrack.reports.stats import Stats, Tally, stats
from test_cli import BROKEN, ENDED, RAIN, Said, folder, program
from test_cli_hostile import HOSTILE, obeyed, record
from test_cli_json import ROW, Maybe, assert_fits

SEEN = """\
17 predictions on 2027-03-01 (3 open, 1 due, 11 resolved, 2 void)

                predictions  open  due  resolved  void
forecaster
  Ada Example            14     2    1        10     1
  Ben Example             7     1    1         4     1
  Cleo Example            2     0    0         2     0
  Dan Example             1     0    0         1     0
  Eve Example             1     0    0         1     0
  山田 花子               1     1    0         0     0
tag
  city                    3     1    1         1     0
  transport               2     0    1         1     0
  no tag                 14     2    0        10     2
deadline
  2026                   11     0    1         9     1
  2027                    2     2    0         0     0
  2028                    2     1    0         0     1
  2029                    1     0    0         1     0
  2030                    1     0    0         1     0

Waits longest for an outcome
●  2026-12-31  due 60 days ago  The new tram line to the harbour opens in 2026
   tram                         Ada Example: 40%

Comes due next
   2027-08-31  in 183 days      港まつりは百万人を集める 🎆 (the harbour
   festival                     festival draws a million people)
                                山田 花子: 12.5%
                                Ben Example: 20%
"""
CUT = """\
2 of 17 predictions on 2027-03-01 (3 open, 1 due, 11 resolved, 2 void)

                               predictions  open  due  resolved  void
forecaster
  Ada Example                            2     0    1         1     0
  1 more: --limit 0 shows all
tag
  city                                   2     0    1         1     0
  1 more: --limit 0 shows all
deadline
  2026                                   2     0    1         1     0

Waits longest for an outcome
●  2026-12-31  due 60 days ago  The new tram line to the harbour opens in 2026
   tram                         Ada Example: 40%
"""
NOTHING = "0 of 17 predictions on 2027-03-01 (3 open, 1 due, 11 resolved, 2 void)\n"


@pytest.mark.parametrize(
    ("words", "seen"),
    [([], SEEN), (["--tag", "transport", "--limit", "1"], CUT), (["--by", "nobody"], NOTHING)],
)
def test_a_terminal_shows_the_counts_and_both_ends(words, seen):
    assert program("stats", *words, of=ENDED, columns=80) == Said(0, seen, "")


def test_away_from_a_terminal_a_line_says_what_it_counts():
    assert program("stats", "--tag", "city", of=ENDED).out.splitlines() == [
        "all\t\t3\t1\t1\t1\t0",
        "by\tBen Example\t3\t1\t1\t1\t0",
        "by\tAda Example\t2\t0\t1\t1\t0",
        "by\t山田 花子\t1\t1\t0\t0\t0",
        "tag\tcity\t3\t1\t1\t1\t0",
        "tag\ttransport\t2\t0\t1\t1\t0",
        "year\t2026\t2\t0\t1\t1\t0",
        "year\t2027\t1\t1\t0\t0\t0",
        "oldest\ttram\t2026-12-31\t-60",
        "next\tfestival\t2027-08-31\t183",
    ]
    assert program("stats", "--by", "nobody", of=ENDED).out == "all\t\t0\t0\t0\t0\t0\n"


COUNTS = dict.fromkeys(("predictions", "open", "due", "resolved", "void"), (int,))
SHAPE = {
    **dict.fromkeys(("schema", "as_of"), (str,)),
    "counts": COUNTS,
    "by": [{"by": (str,), **COUNTS}],
    "tags": [{"tag": (str, type(None)), **COUNTS}],
    "years": [{"year": (int, type(None)), **COUNTS}],
    "oldest": Maybe(ROW),
    "next": Maybe(ROW),
}


@pytest.mark.parametrize("words", [[], ["--tag", "city"], ["--by", "nobody"], ["--limit", "1"]])
def test_the_document_has_its_shape(words):
    found = json.loads(program("stats", "--json", *words, of=ENDED).out)
    assert_fits(found, SHAPE)
    assert (found["schema"], found["as_of"]) == ("predtrack/stats/1", "2027-03-01")


def test_the_document_says_what_the_terminal_says(tmp_path):
    found = json.loads(program("stats", "--json", of=ENDED).out)
    assert found["counts"] == {"predictions": 17, "open": 3, "due": 1, "resolved": 11, "void": 2}
    assert found["by"][1] == {
        **{"by": "Ben Example", "predictions": 7},
        **{"open": 1, "due": 1, "resolved": 4, "void": 1},
    }
    assert found["tags"][-1]["tag"] is None
    assert [each["year"] for each in found["years"]] == [2026, 2027, 2028, 2029, 2030]
    assert (found["oldest"]["id"], found["next"]["id"]) == ("tram", "festival")
    endless = RAIN.replace("deadline: 2027-04-01\n", "")
    (year,) = json.loads(program("stats", "--json", of=folder(tmp_path, a=endless)).out)["years"]
    assert year["year"] is None
    assert "  no deadline  " in program("stats", of=tmp_path, columns=80).out


def test_counts_over_half_a_folder_are_refused(tmp_path):
    said_of_it = program("stats", of=folder(tmp_path, rain=RAIN, broken=BROKEN))
    assert (said_of_it.code, said_of_it.out) == (4, "")
    assert "broken.yaml:8:18" in said_of_it.err


def test_an_empty_folder_has_counts_of_nothing(tmp_path):
    assert program("stats", of=folder(tmp_path), columns=80).out == (
        "0 predictions on 2027-03-01 (none)\n"
    )


def test_on_a_terminal_at_most_fifty_names_of_a_sort_are_shown(tmp_path):
    folder(tmp_path, **{f"r{n}": RAIN.replace("weather", f"t{n:02}") for n in range(53)})
    out = program("stats", of=tmp_path, columns=80).out
    assert (out.count("\n  t"), "  3 more: --limit 0 shows all\n" in out) == (50, True)
    assert program("stats", "--limit", "0", of=tmp_path, columns=80).out.count("\n  t") == 53
    assert program("stats", of=tmp_path).out.count("\ntag\t") == 53


@pytest.mark.parametrize("columns", [0, 80, 140])
@pytest.mark.parametrize("name", sorted(set(HOSTILE) - {"carriage"}))
def test_hostile_text_is_shown_and_not_obeyed(tmp_path, name, columns):
    text, shown = HOSTILE[name]
    folder(tmp_path, x=record(text).replace("outcome:\n  {", "x-outcome:\n  {"))
    said_of_it = program("stats", of=tmp_path, columns=columns)
    assert (said_of_it.code, said_of_it.err) == (0, "")
    assert obeyed(said_of_it.out) == set()
    assert said_of_it.out.count(shown) >= 2  # a forecaster and a tag


def counted(*predictions: Prediction, day: date = DAY, **kept: tuple[str, ...]) -> Stats:
    return stats(known(by_id(*predictions), day), Filters(**kept))  # type: ignore[arg-type]


def test_a_forecaster_and_a_tag_count_a_prediction_once():
    twice = [said(probability=0.5), said(probability=0.6), said(by="Bob", probability=0.5)]
    found = counted(built("binary", *twice, tags=("a", "b", "a")))
    due = {"open": 0, "due": 1, "resolved": 0, "void": 0}
    assert found.by == (Tally("Ada", 1, due), Tally("Bob", 1, due))
    assert found.tags == (Tally("a", 1, due), Tally("b", 1, due))
    assert found.total == Tally(None, 1, due)


def test_the_largest_come_first_and_what_has_no_name_last():
    many = [binary(0.5, id=f"p{k}", by=by) for k, by in enumerate(["Zoe", "Bob", "Zoe", "Ada"])]
    assert [each.name for each in counted(*many).by] == ["Zoe", "Ada", "Bob"]
    tagged = binary(0.5, id="x", tags=("z",))
    assert [each.name for each in counted(*many, tagged).tags] == ["z", None]


def test_years_are_in_order_whatever_their_size_and_no_deadline_is_last():
    years = [2030, 2026, None, 2030, 1999]
    rows = [
        binary(0.5, id=f"p{k}", deadline=date(year, 5, 1) if year else None)
        for k, year in enumerate(years)
    ]
    found = counted(*rows).years
    assert [(each.name, each.predictions) for each in found] == [
        *((1999, 1), (2026, 1), (2030, 2), (None, 1)),
    ]


def test_the_year_of_a_date_is_that_of_its_last_point():
    cdf = ((date(2026, 1, 1), 0.1), (date(2031, 1, 1), 0.9))
    (found,) = counted(built("date", said(cdf=cdf), deadline=None)).years
    assert found.name == 2031


def test_the_oldest_has_waited_longest_and_the_next_is_not_due_yet():
    days = {"a": date(2025, 2, 1), "b": date(2025, 1, 1), "c": date(2026, 1, 1), "d": DAY}
    rows = [binary(0.5, id=name, deadline=day) for name, day in days.items()]
    found = counted(*rows, binary(0.5, id="e", deadline=None), binary(0.5, "yes", id="f"))
    assert found.oldest is not None
    assert found.next is not None
    assert (found.oldest.id, found.next.id) == ("b", "d")
    assert counted(binary(0.5, deadline=None)).next is None
    assert counted(binary(0.5, "yes")).oldest is None


def test_what_had_not_been_forecast_by_the_day_is_not_counted():
    later = binary(0.5, made=date(2025, 7, 1), deadline=date(2026, 1, 1))
    assert counted(later).total.predictions == 0
    assert counted(later, day=date(2025, 7, 1)).total.predictions == 1
