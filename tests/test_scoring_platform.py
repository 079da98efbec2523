"""Scores of platforms: the published figures, and what must hold of any forecasts."""

from __future__ import annotations

import math
from random import Random

import pytest

from predtrack.scoring.platform import (
    Spell,
    Window,
    baseline,
    baseline_score,
    baseline_score_binned,
    bin_chance,
    bin_of,
    peer,
    peer_score,
    spot_baseline,
    spot_peer,
)

WINDOW = Window(0, 10, 10)


def stood(
    by: str, p: float | None, start: float = 0, end: float = math.inf, rest: float = 0.0
) -> Spell:
    """A forecast of two options while it stood."""
    return Spell(by, start, end, p, baseline_score(rest if p is None else p, 2), rest)


def drawn(seed: int) -> list[Spell]:
    """Forecasters who come and revise at random, and of whom all but the first may leave."""
    random = Random(seed)
    found = []
    for by in range(random.randint(2, 6)):
        times = sorted(random.uniform(-2, 12) for _ in range(random.randint(1, 5)))
        gone = random.choice([math.inf, times[-1] + 1]) if by else math.inf
        for start, end in zip(times, [*times[1:], gone], strict=True):
            found.append(stood(str(by), random.uniform(0.01, 0.99), start, end))
    return found


@pytest.mark.parametrize(
    ("p", "score"),
    [(0.9, 84.8), (0.1, -232.2), (0.999, 99.9), (0.001, -896.6), (0.5, 0), (1, 100)],
)
def test_the_baseline_of_two_options_is_as_published(p, score):
    assert baseline_score(p, 2) == pytest.approx(score, abs=0.05)


def test_who_knows_nothing_scores_zero_and_who_was_sure_and_wrong_infinitely_little():
    assert baseline_score(1 / 7, 7) == pytest.approx(0, abs=1e-12)
    assert baseline_score_binned(0.95 / 200, 200, 1, in_tail=False) == pytest.approx(0, abs=1e-12)
    assert baseline_score_binned(0.05, 200, 1, in_tail=True) == 0
    assert baseline_score(0, 2) == -math.inf
    assert baseline_score_binned(0, 200, 2, in_tail=True) == -math.inf


def test_a_value_on_an_edge_belongs_to_the_bin_below_it():
    edges = [1 + 1.495 * k for k in range(201)]
    assert [bin_of(edges[k], edges) for k in (0, 1, 2, 100, 200)] == [1, 1, 2, 100, 200]
    assert bin_of(edges[3] + 1e-12, edges) == 3  # as little as arithmetic adds
    assert bin_of(edges[3] + 1e-6, edges) == 4
    assert bin_of(edges[0] + 1e-12, edges) == 1
    assert (bin_of(0.99, edges), bin_of(300.1, edges)) == (0, 201)


def test_the_chances_of_all_bins_amount_to_one():
    cdf = [0.05, 0.2, 0.6, 0.97]
    assert [bin_chance(cdf, k) for k in range(5)] == pytest.approx([0.05, 0.15, 0.4, 0.37, 0.03])


def test_a_baseline_is_weighed_by_time_and_earns_nothing_after_an_early_close():
    spells = [stood("Ada", 0.5, 0, 4), stood("Ada", 1.0, 4)]
    assert baseline(spells, WINDOW) == {"Ada": pytest.approx(60)}
    assert baseline(spells, Window(0, 5, 10)) == {"Ada": pytest.approx(10)}
    assert baseline([stood("Ada", 1.0, -5, 5)], WINDOW) == {"Ada": pytest.approx(50)}
    assert baseline([stood("Ada", 1.0, 10), stood("Bo", 1.0, -2, 0)], WINDOW) == {}


def test_a_spot_score_is_of_the_forecast_that_stood_then():
    spells = [stood("Ada", 0.5, 0, 4), stood("Ada", 1.0, 4, 10), stood("Bo", 1.0, 5)]
    assert spot_baseline(spells, 4) == {"Ada": 100}
    assert spot_baseline(spells, 10) == {"Bo": 100}
    assert spot_peer(spells, spells, 0) == {"Ada": 0}  # nobody stood before


@pytest.mark.parametrize("seed", range(20))
def test_what_all_who_stand_earn_from_each_other_amounts_to_nothing(seed):
    spells = drawn(seed)
    assert sum(spot_peer(spells, spells, 6).values()) == pytest.approx(0, abs=1e-9)
    assert sum(peer(spells, spells, WINDOW).values()) == pytest.approx(0, abs=1e-9)


def test_a_peer_score_of_numbers_is_half():
    spells = [stood("Ada", 0.8), stood("Bo", 0.2)]
    whole, half = peer(spells, spells, WINDOW), peer(spells, spells, WINDOW, numeric=True)
    assert half == {by: score / 2 for by, score in whole.items()}
    spot = spot_peer(spells, spells, 5, numeric=True)
    assert spot == {by: pytest.approx(score) for by, score in half.items()}


def test_who_was_there_alone_earns_nothing_from_others():
    assert peer([stood("Ada", 0.9)], [stood("Ada", 0.9)], WINDOW) == {"Ada": 0}
    assert peer_score(0.9, math.log(0.9), 1) == 0


def test_one_may_be_compared_with_others_without_being_one_of_them():
    bot, people = stood("bot", 0.4), [stood("Ada", 0.8), stood("Bo", 0.2)]
    assert peer([bot, *people], people, WINDOW)["bot"] == pytest.approx(0, abs=1e-9)
    assert peer([bot], [], WINDOW) == {"bot": 0}
    assert spot_peer([bot], [], 5) == {"bot": 0}


def test_an_option_not_on_offer_yet_is_read_from_the_last_one():
    early, late = stood("Ada", None, rest=0.3), stood("Bo", 0.6, rest=0.1)
    found = spot_peer([early, late], [early, late], 5)
    middle = (math.log(0.3) + math.log(0.1)) / 2
    assert found["Ada"] == pytest.approx(200 * (math.log(0.3) - middle))
    assert found["Bo"] == pytest.approx(200 * (math.log(0.6) - middle))


def test_a_chance_of_zero_is_infinitely_bad_and_beside_another_undefined():
    one, two = stood("Ada", 0.0), stood("Bo", 0.5)
    assert peer([one, two], [one, two], WINDOW)["Bo"] == math.inf
    assert spot_baseline([one], 5) == {"Ada": -math.inf}
    assert math.isnan(peer([one], [one, two], WINDOW)["Ada"])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: baseline_score(1.1, 2),
        lambda: baseline_score(0.5, 1),
        lambda: baseline_score_binned(0.5, 0, 1, in_tail=False),
        lambda: baseline_score_binned(0.5, 9, 3, in_tail=False),
        lambda: peer_score(-0.1, 0, 2),
        lambda: bin_of(1, [1]),
        lambda: baseline([], Window(5, 9, 5)),
        lambda: peer([], [], Window(5, 9, 5)),
    ],
)
def test_what_is_no_chance_no_grid_or_no_window_is_refused(wrong):
    with pytest.raises(ValueError, match=r"a chance|options|bins|edges|window"):
        wrong()
