"""A look at every file of a folder and into none: what no listing of it can do without."""

import os
import sys

for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        os.stat(os.path.join(folder, name))
