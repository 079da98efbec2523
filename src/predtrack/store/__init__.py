"""Read and write the records on disk: the only door to them.

`nodes` parses YAML under guard, with positions; `reading` makes records of it; `splice` changes
the lines of an outcome and no others; `writing` replaces a file whole or not at all; `folder`
finds records and knows their ids.
"""
