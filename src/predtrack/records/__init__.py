"""What a prediction is, how its fields are written, and what may happen to it.

`forms` turns the text of one field into a value, `prediction` holds the frozen records,
`rules` says what must hold across fields, `life` what is known on a day and what may change.
"""
