"""Make a new folder of records: its README about the format, and one example to write over."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date, timedelta
from importlib import resources

from predtrack.errors import RefusedError
from predtrack.store import writing
from predtrack.store.scalars import scalar

EXAMPLE = "ten-forecasts.yaml"


def start(root: str, today: date, by: str) -> list[str]:
    """Write the files of a new folder and return their paths; refuse a folder that is not empty."""
    texts = {"README.md": _text("README.md"), EXAMPLE: _example(today, by)}
    missing = _missing(root)
    written: list[str] = []
    with writing.undisturbed():
        try:
            _empty(root)
            for name, text in texts.items():
                writing.create(os.path.join(root, name), text.encode())
                written.append(os.path.join(root, name))
        except BaseException:
            _take_back(written, missing)
            raise
    return written


def _missing(root: str) -> list[str]:
    """Return the folders that are yet to be made, the deepest first."""
    folders = []
    while root and not os.path.lexists(root):
        folders.append(root)
        root = os.path.dirname(root)
    return folders


def _empty(root: str) -> None:
    try:
        os.makedirs(root, exist_ok=True)
        names = os.listdir(root)
    except OSError as error:
        message = f"{root} could not be made ({error.strerror}); nothing was changed"
        raise RefusedError(f"{message}; name another folder") from None
    if names:
        raise RefusedError(f"{root} is not empty; nothing was changed: name a new folder")


def _take_back(files: list[str], folders: list[str]) -> None:
    for path in files:
        with suppress(OSError):
            os.unlink(path)
    for path in folders:
        with suppress(OSError):  # it was never made, or somebody put something into it
            os.rmdir(path)


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text("utf-8")


def _example(today: date, by: str) -> str:
    words = {"TODAY": today.isoformat(), "LATER": (today + timedelta(30)).isoformat()}
    text = _text("example.yaml")
    for word, value in words.items():
        text = text.replace(word, value)
    return text.replace("NAME", scalar(by))
