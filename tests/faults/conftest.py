"""The process that the fault tests fork their runs from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults.program import Server, server


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A process with the program imported, one for all tests."""
    with server(tmp_path_factory.mktemp("faults")) as started:
        yield started


@pytest.fixture
def to(shared: Server, tmp_path: object) -> Server:
    """The process, for runs in a folder of the test's own."""
    return shared._replace(cwd=tmp_path)
