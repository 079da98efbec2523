"""What holds for every test: nothing of the surroundings reaches it, and it runs the same twice."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

# A shell starts what it puts in the background deaf to Ctrl-C; what is tested must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No time is measured, nothing is kept between runs, and the examples are the same each time.
settings.register_profile("same", deadline=None, database=None, derandomize=True)
settings.load_profile("same")


@pytest.fixture(autouse=True)
def no_settings_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Take the variables that the program reads out of the environment; caches go elsewhere."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("PREDTRACK_FOLDER", "PREDTRACK_AS_OF", "PREDTRACK_BY", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
