"""The same decomposition by model-diagnostics: CSV in, printed figures out."""

import sys

import polars as pl
from model_diagnostics.scoring import SquaredError, decompose

data = pl.read_csv(sys.argv[1])
print(
    decompose(
        y_obs=data["y"].to_numpy(), y_pred=data["p"].to_numpy(), scoring_function=SquaredError()
    )
)
