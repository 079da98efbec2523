"""Turn results into something to look at. A view returns it, and never prints.

`text` makes any text safe to show, `wording` puts values into words, `tables`, `page` and
`report` build what a person reads, `plain`, `json` and `csv` what a program reads.
"""
