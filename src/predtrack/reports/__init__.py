"""Compute chances, scores and the calibration report from predictions: data, no words.

`listing` says where each prediction stands on a day, `chances` which probabilities were stated
of what and whether it happened, `scores` what each forecast scores, `report` how a forecaster did.
"""
