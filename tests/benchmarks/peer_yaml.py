"""A bare load of every record by PyYAML's C parser: nothing checked, kept or shown."""

import os
import sys

import yaml

for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            yaml.load(file.read(), Loader=yaml.CSafeLoader)
