"""What a merge of two branches means: forecasts united, tags as sets, all else three ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import built, said
from drawn import drawn
from predtrack.dates import Month
from predtrack.errors import Finding
from predtrack.records.life import standing
from predtrack.records.merge import Merge, comparable, merge
from predtrack.records.prediction import Forecast, Judgement, Outcome, Prediction
from predtrack.records.rules import findings

DAY = date(2024, 3, 1)
FIRST = said(probability=0.7)
BASE = built("binary", FIRST, tags=("a", "b"), note="a note")
YES = Outcome(answer="yes", decided=date(2024, 6, 1))
NO = Outcome(answer="no", decided=date(2024, 6, 1))


def later(p: float, *, by: str = "Ada", made: Any = DAY, **more: Any) -> Forecast:
    return said(by=by, made=made, probability=p, **more)


def more(*forecasts: Forecast, base: Prediction = BASE, **fields: Any) -> Prediction:
    return replace(base, forecasts=(*base.forecasts, *forecasts), **fields)


def united(ours: Prediction, theirs: Prediction, base: Prediction | None = BASE) -> Prediction:
    """The merge of two branches, which must be clean."""
    merged = merge(base, ours, theirs)
    assert merged.is_clean
    return merged.prediction


def clash(ours: Prediction, theirs: Prediction, base: Prediction | None = BASE) -> Merge:
    """The merge of two branches, which must clash, whichever is ours."""
    assert not merge(base, theirs, ours).is_clean
    merged = merge(base, ours, theirs)
    assert not merged.is_clean
    return merged


def test_an_outcome_an_edit_and_forecasts_of_both_are_all_there() -> None:
    ours = more(later(0.8), outcome=YES, tags=("b", "c"))
    theirs = more(later(0.5, by="Bo"), deadline=date(2025, 1, 1), tags=("a", "b", "d"))
    merged = united(ours, theirs)
    assert merged.forecasts == (FIRST, later(0.8), later(0.5, by="Bo"))
    assert (merged.outcome, merged.deadline) == (YES, date(2025, 1, 1))
    assert merged.tags == ("b", "c", "d")


def test_a_key_that_one_branch_changed_or_took_out_is_as_it_has_it() -> None:
    merged = united(replace(BASE, note=None), replace(BASE, criteria="so", extra=(("x-a", "1"),)))
    assert (merged.note, merged.criteria, merged.extra) == (None, "so", (("x-a", "1"),))


def test_a_key_that_both_changed_to_the_same_is_no_clash() -> None:
    assert united(replace(BASE, note="b"), replace(BASE, note="b")).note == "b"


@pytest.mark.parametrize(
    ("ours", "theirs", "key"),
    [
        ({"note": "b"}, {"note": "c"}, "note"),
        ({"note": None}, {"note": "c"}, "note"),
        ({"outcome": YES}, {"outcome": NO}, "outcome"),
        ({"extra": (("x-a", "1"),)}, {"extra": (("x-a", "2"),)}, "x-a"),
        ({"deadline": DAY}, {"deadline": None}, "deadline"),
    ],
)
def test_what_both_changed_differently_clashes_and_stays_as_ours(
    ours: dict[str, Any], theirs: dict[str, Any], key: str
) -> None:
    merged = clash(replace(BASE, **ours), replace(BASE, **theirs))
    assert merged.clashes == {key}
    assert merged.prediction == replace(BASE, **ours)


def test_without_a_base_what_only_one_has_is_taken_and_what_differs_clashes() -> None:
    ours = more(later(0.8), note=None)
    theirs = more(later(0.9, by="Bo"), tags=("c",))
    merged = united(ours, theirs, base=None)
    assert (merged.note, merged.tags, len(merged.forecasts)) == ("a note", ("a", "b", "c"), 3)
    assert clash(ours, replace(ours, claim="It does not"), base=None).clashes == {"claim"}


class TestForecasts:
    """They are the same by who said what when; what both say of one is united by key."""

    def test_the_same_forecast_on_both_branches_is_one(self) -> None:
        ours, theirs = more(later(0.8, rationale="so")), more(later(0.8, words="surely"))
        assert united(ours, theirs).forecasts[1:] == (later(0.8, rationale="so", words="surely"),)

    def test_two_values_of_one_person_at_one_moment_clash(self) -> None:
        merged = clash(more(later(0.8)), more(later(0.9)))
        (entry,) = (each for each in merged.entries if each.is_clash)
        assert (entry.ours, entry.theirs) == (1, 1)
        assert merged.prediction.forecasts == (FIRST, later(0.8))

    def test_a_month_and_its_last_day_are_one_moment(self) -> None:
        ours = more(later(0.8, made=Month(2024, 3)))
        clash(ours, more(later(0.9, made=date(2024, 3, 31))))

    def test_two_values_of_one_day_on_one_branch_are_revisions(self) -> None:
        ours = more(later(0.8), later(0.9))
        assert united(ours, more(later(0.5, by="Bo"))).forecasts[1:3] == (later(0.8), later(0.9))

    def test_the_same_value_said_again_is_a_forecast_of_its_own(self) -> None:
        ours = more(later(0.8), later(0.9), later(0.8))
        merged = united(ours, more(later(0.5, by="Bo")))
        assert standing(merged)[0].probability == 0.8
        assert len(merged.forecasts) == 5

    def test_what_theirs_puts_between_two_of_one_day_stays_between_them(self) -> None:
        base = more(later(0.8), later(0.9))
        theirs = replace(base, forecasts=(FIRST, later(0.8), later(0.1), later(0.9)))
        merged = united(more(later(0.5, by="Bo"), base=base), theirs, base=base)
        assert [each.probability for each in merged.forecasts] == [0.7, 0.8, 0.1, 0.9, 0.5]
        assert standing(merged)[0].probability == 0.9

    @pytest.mark.parametrize("is_swapped", [False, True])
    def test_an_order_that_one_branch_changed_is_taken(self, is_swapped: bool) -> None:
        base = more(later(0.8), later(0.9))
        turned = replace(base, forecasts=(FIRST, later(0.9), later(0.8)))
        sides = [turned, replace(base, note="b")]
        merged = united(*(sides[::-1] if is_swapped else sides), base=base)
        assert standing(merged)[0].probability == 0.8

    def test_what_one_takes_out_and_the_other_leaves_is_out(self) -> None:
        assert united(replace(BASE, forecasts=()), more(later(0.8))).forecasts == (later(0.8),)

    def test_what_one_takes_out_and_the_other_changes_clashes(self) -> None:
        ended = replace(BASE, forecasts=(replace(FIRST, withdrawn=DAY),))
        merged = clash(replace(BASE, forecasts=()), ended)
        assert merged.prediction.forecasts == ()

    def test_a_key_that_both_change_differently_clashes_alone(self) -> None:
        ours = replace(BASE, forecasts=(replace(FIRST, rationale="a", withdrawn=DAY),))
        theirs = replace(BASE, forecasts=(replace(FIRST, rationale="b", words="surely"),))
        (entry,) = clash(ours, theirs).entries
        assert entry.clashes == {"rationale"}
        assert entry.forecast == replace(FIRST, rationale="a", withdrawn=DAY, words="surely")

    def test_a_value_that_is_mended_takes_the_place_of_the_old_one(self) -> None:
        base = more(later(0.8))
        theirs = replace(base, forecasts=(said(probability=0.6), later(0.8)))
        merged = united(more(later(0.5, by="Bo"), base=base), theirs, base=base)
        assert [each.probability for each in merged.forecasts] == [0.6, 0.8, 0.5]

    def test_one_moment_with_another_offset_is_another_day_or_the_same(self) -> None:
        moment = datetime(2024, 3, 1, 12, tzinfo=UTC)
        ours, theirs = more(later(0.8, made=moment)), more(later(0.8, made=moment))
        assert united(ours, theirs).forecasts == ours.forecasts

    def test_claims_in_words_are_told_apart_by_their_words(self) -> None:
        ours = more(said(by="Bo", made=DAY, words="surely"))
        theirs = more(said(by="Cleo", made=DAY, words="never"))
        assert len(united(ours, theirs).forecasts) == 3
        clash(ours, more(said(by="Bo", made=DAY, words="never")))


class TestOutcome:
    """It goes three ways as a whole, and what other judges say is united in it."""

    base = replace(BASE, outcome=YES)

    def ended(self, *judges: str, answer: str = "yes", **fields: Any) -> Prediction:
        words = tuple(Judgement(answer=answer, judge=judge) for judge in judges)
        return replace(BASE, outcome=replace(YES, judgements=words, **fields))

    def test_judgements_of_both_are_there(self) -> None:
        merged = united(self.ended("Bo", note="so"), self.ended("Cleo"), base=self.base)
        assert merged.outcome is not None
        assert [each.judge for each in merged.outcome.judgements] == ["Bo", "Cleo"]
        assert merged.outcome.note == "so"

    def test_two_answers_of_one_judge_clash(self) -> None:
        clash(self.ended("Bo"), self.ended("Bo", answer="no"), base=self.base)

    def test_an_outcome_taken_out_here_and_judged_there_clashes(self) -> None:
        clash(BASE, self.ended("Bo"), base=self.base)

    def test_a_judgement_taken_out_here_and_left_there_is_out(self) -> None:
        base = self.ended("Bo", "Cleo")
        merged = united(self.ended("Cleo"), self.ended("Bo", "Cleo", "Dan"), base=base)
        assert merged.outcome is not None
        assert [each.judge for each in merged.outcome.judgements] == ["Cleo", "Dan"]


class TestTogether:
    """What each branch may say alone, and both may not, clashes: none of it is silently invalid."""

    shares = (("red", 0.5), ("green", 0.5), ("blue", 0.0))
    base = built("choice", said(probabilities=shares), outcome=None)
    two = replace(base, options=("red", "green"), forecasts=())

    def test_an_outcome_whose_option_the_other_branch_took_out(self) -> None:
        base = replace(self.base, forecasts=())
        ours = replace(base, outcome=Outcome(answer="blue", decided=DAY))
        merged = clash(ours, self.two, base=base)
        assert "outcome" in merged.clashes | merge(base, self.two, ours).clashes

    def test_a_forecast_without_the_option_that_the_other_branch_added(self) -> None:
        ours = more(said(by="Bo", made=DAY, probabilities=self.shares), base=self.base)
        wider = (*self.shares, ("grey", 0.0))
        theirs = replace(
            self.base,
            options=(*self.base.options, "grey"),
            forecasts=(said(probabilities=wider),),
        )
        merged = clash(ours, theirs, base=self.base)
        assert any(each.is_clash for each in merged.entries)

    def test_a_kind_that_the_forecasts_of_the_other_branch_do_not_fit(self) -> None:
        words = said(words="surely")
        base = built("binary", words)
        clash(replace(base, kind="date"), more(later(0.8), base=base), base=base)


def test_a_fault_in_what_both_have_makes_all_that_differs_clash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault = Finding(("claim",), "value", "wrong", "mend it")
    monkeypatch.setattr("predtrack.records.merge.findings", lambda _: [fault])
    merged = merge(BASE, replace(BASE, note="b"), replace(BASE, criteria="so"))
    assert merged.clashes == {"note", "criteria"}
    assert merged.prediction == replace(BASE, note="b")


def pairs(seed: int) -> tuple[Prediction, Prediction, Prediction]:
    """A prediction, and two branches that took some fields and forecasts from others."""
    base = drawn(seed)
    sides = []
    for step in (1, 2):
        other = drawn(seed + 4 * step)
        note = other.note if seed % 3 else base.note
        forecasts = base.forecasts if base.kind == "choice" else base.forecasts + other.forecasts
        sides.append(replace(base, note=note, tags=other.tags, forecasts=forecasts))
    return base, sides[0], sides[1]


SEEDS = st.integers(0, 10_000)


def as_set(prediction: Prediction) -> dict[str, Any]:
    values = comparable(prediction)
    return values | {"forecasts": sorted(map(repr, values["forecasts"]))}


@given(SEEDS)
def test_either_branch_may_be_ours(seed: int) -> None:
    base, ours, theirs = pairs(seed)
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert as_set(one.prediction) == as_set(other.prediction)
        assert sorted(map(repr, standing(one.prediction))) == sorted(
            map(repr, standing(other.prediction))
        )


@given(SEEDS)
def test_a_merge_with_what_it_holds_already_changes_nothing(seed: int) -> None:
    base, ours, theirs = pairs(seed)
    merged = merge(base, ours, theirs)
    for side in (ours, theirs) if merged.is_clean else ():
        assert comparable(united(merged.prediction, side, base)) == comparable(merged.prediction)
    assert united(ours, ours, base) == ours
    assert comparable(united(base, theirs, base)) == comparable(theirs)


@given(SEEDS)
def test_nothing_that_a_branch_said_is_lost_and_nothing_clean_is_invalid(seed: int) -> None:
    base, ours, theirs = pairs(seed)
    merged = merge(base, ours, theirs)
    of_ours = {each.ours for each in merged.entries}
    of_theirs = {each.theirs for each in merged.entries}
    assert of_ours >= {*range(len(ours.forecasts))}
    assert of_theirs >= {*range(len(theirs.forecasts))}
    if merged.is_clean:
        assert findings(merged.prediction) == []
