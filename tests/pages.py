"""Folders of several sizes and kinds, each the same on every run, whose reports people read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from statistics import NormalDist

from build import built, resolved, said
from predtrack.records.prediction import Forecast, Interval, Prediction

ADA, BEN = "Ada Example", "Ben Example"


def shifted(p: float, slope: float) -> float:
    """A chance with its log odds multiplied."""
    odds = (p / (1 - p)) ** slope
    return odds / (1 + odds)


def sure(n: int, seed: int, slope: float) -> list[Prediction]:
    """Yes-or-no claims of a forecaster whose log odds are so many times the true ones."""
    random, predictions = Random(seed), []
    for _ in range(n):
        truth = random.choice([0.15, 0.3, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9])
        stated = min(0.98, max(0.02, round(shifted(truth, slope), 2)))
        came = "yes" if random.random() < truth else "no"
        predictions.append(built("binary", said(by=ADA, probability=stated), answer=came))
    return named(predictions)


def named(predictions: list[Prediction]) -> list[Prediction]:
    """The predictions with ids of their own."""
    return [
        replace(each, id=f"claim-{k:03}", path=f"claim-{k:03}.yaml", claim=f"Claim number {k}")
        for k, each in enumerate(predictions, 1)
    ]


def two() -> list[Prediction]:
    """Thirty questions: one forecaster is calibrated, the other twice too extreme."""
    random, predictions = Random(11), []
    for _ in range(30):
        truth = random.choice([0.1, 0.25, 0.4, 0.6, 0.75, 0.9])
        came = "yes" if random.random() < truth else "no"
        both = (
            said(by=ADA, probability=truth),
            said(by=BEN, made=date(2024, 2, 1), probability=round(shifted(truth, 2), 2)),
        )
        predictions.append(built("binary", *both, answer=came))
    return named(predictions)


def numbers() -> list[Prediction]:
    """Ranges of 80% that are too narrow, and quantiles of whole numbers, of which some tie."""
    random, predictions = Random(12), []
    for k in range(24):
        middle = random.randint(500_000, 2_000_000)
        drawn = NormalDist(middle, middle / 20)
        low, high = (round(drawn.inv_cdf(level), -3) for level in (0.2, 0.8))
        span = Interval(low=low, high=high, confidence=0.8)
        value = round(random.gauss(middle, middle / 20), -3)
        predictions.append(built("numeric", said(by=ADA, interval=span), answer=value, unit="EUR"))
        if k % 2:
            levels = ((0.1, 2.0), (0.5, 4.0), (0.9, 7.0))
            came = float(sum(random.random() < 0.4 for _ in range(10)))
            goals = built("numeric", said(by=ADA, quantiles=levels), answer=came, unit="goals")
            predictions.append(goals)
    return named(predictions)


def words() -> list[Prediction]:
    """Claims in words, and ranges without a confidence; some name no day."""
    random, predictions = Random(13), []
    for k in range(12):
        if k % 3:
            forecast: Forecast = said(by=ADA, words="It will surely come to that")
            answer: str | float = random.choice(["yes", "yes", "no"])
            kind = "binary"
        else:
            forecast = said(by=ADA, interval=Interval(low=10.0, high=20.0))
            answer, kind = random.uniform(8, 22) // 1, "numeric"
        day = {"deadline": None} if k % 4 == 3 else {}
        predictions.append(built(kind, forecast, answer=answer, decided=date(2024, 9, 1), **day))
    return named(predictions)


PAGES: dict[str, Callable[[], list[Prediction]]] = {
    "five": lambda: sure(5, 7, 1.0),
    "twenty": lambda: sure(20, 8, 2.5),
    "sixty": lambda: [
        replace(each, forecasts=tuple(replace(f, by=ADA) for f in each.forecasts))
        for each in resolved(60, 9, forms=("binary", "date", "choice"))
    ],
    "three-hundred": lambda: sure(300, 10, 1.3),
    "two": two,
    "numbers": numbers,
    "words": words,
}
"""What each folder holds, by its name."""
