"""The same decomposition by scikit-learn: CSV in, printed figures out."""

import sys

import pandas as pd
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

data = pd.read_csv(sys.argv[1])
p, y = data["p"].to_numpy(), data["y"].to_numpy()
recalibrated = IsotonicRegression(y_min=0, y_max=1).fit(p, y).predict(p)
score, best = brier_score_loss(y, p), ((recalibrated - y) ** 2).mean()
unc = y.mean() * (1 - y.mean())
print("MCB", score - best, "DSC", unc - best, "UNC", unc, "Brier", score)
