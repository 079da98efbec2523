"""Scores, intervals and calibration: numbers in, numbers out.

This room knows no prediction and no file, and needs the standard library only. `binary`, `choice`
and `numeric` score one forecast each; `cells` groups many; `exact` tests them, `implied` inverts
the tests into intervals, `direction` says how much too extreme they are; `calibration`, `corp`,
`consistency`, `bins`, `families` and `skill` work on the groups; `intervals` and `distributions`
stand below.
"""
