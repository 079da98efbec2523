"""Manifold's bets and markets become records; a bet is a belief that is inferred."""

from __future__ import annotations

import json
from typing import Any

import pytest

from importing import expected, exported, prediction, source, taken, whys
from predtrack.errors import UnreadableError
from predtrack.importers import manifold

AT = 1704100000000


def bet(**more: Any) -> dict[str, Any]:
    """A bet that moves the market `m1` to 40%."""
    held = {"id": "b", "userId": "u1", "contractId": "m1", "createdTime": AT, "amount": 10}
    return held | {"outcome": "NO", "probBefore": 0.5, "probAfter": 0.4} | more


def market(**more: Any) -> dict[str, Any]:
    """A market on yes or no that is open."""
    held = {"id": "m1", "question": "Will it rain?", "createdTime": AT, "outcomeType": "BINARY"}
    return held | more


def ended(word: str, **more: Any) -> dict[str, Any]:
    """What a market says once it is resolved."""
    return {"isResolved": True, "resolution": word, "resolutionTime": AT} | more


def text(*entries: Any) -> str:
    """A file that holds these bets and markets."""
    return json.dumps(entries)


def outcome(*entries: Any) -> tuple[Any, tuple[str, ...]]:
    """The answer of the one record that these amount to, and its remarks."""
    (found,) = taken("manifold", [source(text(*entries))])[0].values()
    ended = prediction(found).outcome
    return ended and ended.answer, found.remarks


ANSWERS = {"outcomeType": "MULTIPLE_CHOICE", "answers": [{"id": "a1", "text": "Reds"}]}


def test_an_export_becomes_the_records_that_were_written_beside_it() -> None:
    records, _ = taken("manifold", exported("manifold"))
    assert {own: prediction(each) for own, each in records.items()} == expected("manifold")


def test_what_is_no_forecast_and_what_is_missing_is_named() -> None:
    _, unread = taken("manifold", exported("manifold"))
    assert [each.place for each in unread] == ["markets.json, entry 8", "bets.json, entry 14"]
    assert "a market of type STONK is no forecast" in unread[0].why
    assert "save /v0/market/lost1 too" in unread[1].why


def test_what_was_inferred_and_left_out_is_said() -> None:
    records, _ = taken("manifold", exported("manifold"))
    told = records["manifold-hlnotmjxbinary"].remarks
    what = "redemptions, cancelled orders and orders that met no other"
    assert told == (manifold.INFERRED, f"left out: 3 of its entries, {what}")
    assert manifold.CLOSED in records["manifold-partial1"].remarks
    assert manifold.PARTIAL in records["manifold-partial1"].remarks


def test_bets_of_one_time_keep_their_order_with_the_last_one_first() -> None:
    bets = bet(id="2", probAfter=0.2), bet(id="1", probAfter=0.1)
    (found,) = taken("manifold", [source(text(*bets, market()))])[0].values()
    assert [each.probability for each in prediction(found).forecasts] == [0.1, 0.2]


def test_a_user_is_called_by_its_name_where_a_bet_has_it() -> None:
    held = text(bet(userUsername="ada"), market())
    (found,) = taken("manifold", [source(held)])[0].values()
    assert prediction(found).forecasts[0].by == "ada"


def test_a_percentage_or_a_time_that_is_missing_leaves_no_outcome() -> None:
    assert outcome(bet(), market(**ended("MKT"))) == (None, (manifold.INFERRED, manifold.NO_SHARE))
    found = outcome(bet(), market(**ended("NO", resolutionTime=None)))
    assert found == (None, (manifold.INFERRED, manifold.UNDATED))


def test_a_market_that_is_said_to_be_open_has_no_outcome() -> None:
    assert outcome(bet(), market(**ended("YES", isResolved=False)))[0] is None


def test_a_percentage_of_nothing_or_all_is_no_or_yes() -> None:
    assert outcome(bet(), market(**ended("MKT", resolutionProbability=0)))[0] == "no"
    assert outcome(bet(), market(**ended("MKT", resolutionProbability=1.0)))[0] == "yes"


def test_an_answer_that_resolved_by_itself_ends_as_it_says() -> None:
    answer = {"id": "a1", "text": "Reds", "resolution": "MKT", "resolutionProbability": 0.5}
    held = market(**ended("a2")) | {"outcomeType": "MULTIPLE_CHOICE", "answers": [answer]}
    assert outcome(bet(answerId="a1"), held)[0] == 0.5


def test_answers_of_a_cancelled_an_open_and_a_divided_market() -> None:
    assert outcome(bet(answerId="a1"), market(**ANSWERS, **ended("CANCEL")))[0] == "void"
    assert outcome(bet(answerId="a1"), market(**ANSWERS))[0] is None
    divided = market(**ANSWERS, **ended("MKT", resolutions={"a2": 100}))
    assert outcome(bet(answerId="a1"), divided)[0] == "no"
    lost = market(**ANSWERS, **ended("CHOOSE_MULTIPLE"))
    assert outcome(bet(answerId="a1"), lost) == (None, (manifold.INFERRED, manifold.NO_SHARE))


def test_a_number_that_is_void_or_has_no_value_says_so() -> None:
    held = market(outcomeType="PSEUDO_NUMERIC", min=-5, max=5)
    assert outcome(bet(), held | ended("CANCEL"))[0] == "void"
    found = outcome(bet(), held | ended("MKT"))
    assert found == (None, (manifold.INFERRED, manifold.NO_SHARE))


HOSTILE = [
    ((bet(contractId="../x"), market(id="../x")), '"../x" is not an id'),
    ((bet(contractId="a\x1b"),), "control character U+001B"),
    ((bet(), market(question="\x1b]0;x")), "control character U+001B"),
    ((bet(), market(question="x" * 10_000_000)), "longer than 131072 characters"),
    ((bet(), market(question={"a": []})), "question is not a text"),
    ((bet(probAfter=40), market()), "40 is not between 0 and 1"),
    ((bet(createdTime=None), market()), "a bet has no createdTime"),
    ((bet(createdTime="now"), market()), 'createdTime: "now" is not a day'),
    ((bet(createdTime=True), market()), "createdTime is not a time"),
    ((bet(createdTime=10**30), market()), "createdTime is out of range"),
    ((bet(userId=None), market()), "userId is missing"),
    ((bet(), market(**ended("OTHER"))), '"OTHER" is no resolution'),
    ((bet(answerId="a9"), market(**ANSWERS)), 'a bet is on the answer "a9"'),
    ((bet(), market(**ANSWERS)), 'a bet is on the answer "none"'),
    ((bet(), market(answers=[3])), "an answer is not an object"),
    ((bet(), market(outcomeType="NUMBER")), "a market of type NUMBER without answers"),
    ((bet(), market(outcomeType="PSEUDO_NUMERIC", min=5, max=5)), "min is not below max"),
    ((bet(), market(outcomeType="PSEUDO_NUMERIC", min="low")), 'min: "low" is not a number'),
]


@pytest.mark.parametrize(("entries", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_what_is_hostile_or_broken_is_named_and_left_unread(entries: Any, why: str) -> None:
    (told,) = whys("manifold", text(*entries))
    assert why in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            text(market()),
            "markets and no bets of Manifold in it, so nobody's forecasts; save what /v0/bets",
        ),
        (text({"id": 1}), "neither a bet nor a market of Manifold"),
        ('"text"', "neither bets nor markets of Manifold"),
        ("a,b\n1,2\n", "its columns are a, b; save what /v0/bets"),
        ("[" * 200_000, "nested too deep"),
        (b"\xc3\x28", "byte 0 is not UTF-8"),
        (b"\x80\x05x", "is a Python pickle"),
    ],
    ids=["markets", "other", "text", "table", "deep", "latin", "pickle"],
)
def test_what_is_no_export_at_all_is_refused_in_a_sentence(content: str | bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        taken("manifold", [source(content, "bets.json")])
    assert str(refusal.value).startswith("bets.json")
    assert why in str(refusal.value)


def test_a_bet_is_taken_once_and_as_it_was_updated_last() -> None:
    order = bet(probAfter=0.5, amount=0, isFilled=False, updatedTime=AT)
    filled = bet(probAfter=0.6, isFilled=True, updatedTime=AT + 1)
    for entries in ((order, filled), (filled, order, filled)):
        records, _ = taken("manifold", [source(text(market(), *entries))])
        (found,) = records["manifold-m1"].record["forecasts"]
        assert found["probability"] == 0.6
    with pytest.raises(UnreadableError) as refusal:
        taken("manifold", [source(text(market(), bet(), bet(probAfter=0.9)))])
    assert "entry 3: a bet says two things" in str(refusal.value)


def test_bets_within_a_market_are_its_bets() -> None:
    own = {key: value for key, value in bet().items() if key != "contractId"}
    records, _ = taken("manifold", [source(text(market(bets=[own])))])
    assert len(records["manifold-m1"].record["forecasts"]) == 1
    with pytest.raises(UnreadableError) as refusal:
        taken("manifold", [source(text(market(bets=7)))])
    assert "bets is not a list" in str(refusal.value)
