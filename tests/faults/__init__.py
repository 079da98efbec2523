"""Files that survive anything: faults that are counted, and the tests that count them.

`calls` fails a system call in turn, `program` runs the program under such a fault, `hostile` lays
out the hostile corpus, `generated` makes sound records in every style. `tests/soak.py` runs the
same to the end.
"""
