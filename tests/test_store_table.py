"""A CSV of anybody's forecasts is read by the names of its columns, block by block."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from predtrack.errors import UnreadableError, UsageError
from predtrack.store import table
from predtrack.store.table import blocks


def written(folder: Path, data: bytes) -> str:
    path = folder / "table.csv"
    path.write_bytes(data)
    return str(path)


def read(path: str, *columns: str) -> list[list[str]]:
    held: list[list[str]] = [[] for _ in columns]
    for block in blocks(path, columns):
        for column, cells in zip(held, block, strict=True):
            column.extend(cells)
    return held


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    path = written(tmp_path, b"day,p, y \n1,0.2,0\n2,0.7,1\n")
    assert read(path, "y", "p") == [["0", "1"], ["0.2", "0.7"]]


def test_a_byte_order_mark_quotes_and_crlf_are_no_part_of_a_cell(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffp,y\r\n"0.2","1"\r\n'.encode())
    assert read(path, "p", "y") == [["0.2"], ["1"]]


def test_a_short_row_has_empty_cells_and_an_empty_row_none(tmp_path: Path) -> None:
    path = written(tmp_path, b"p,y\n0.2\n\n0.7,1\n")
    assert read(path, "p", "y") == [["0.2", "0.7"], ["", "1"]]


def test_blocks_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BLOCK", 3)
    path = written(tmp_path, b"p\n" + b"".join(b"0.%d\n" % k for k in range(10)))
    assert read(path, "p") == [[f"0.{k}" for k in range(10)]]


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.TextIOWrapper(io.BytesIO("\ufeffp,y\n0.2,1\n".encode()), "latin-1")
    monkeypatch.setattr("sys.stdin", held)
    assert read("-", "p", "y") == [["0.2"], ["1"]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty; it needs a header and rows"),
        (b"p,y\n\xff,1\n", "byte 4 is not UTF-8; save the table as UTF-8"),
        (b"p,y\n" + b'"' + b"0" * 200_000 + b'",1\n', "not CSV (field larger"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=r"table\.csv") as caught:
        read(written(tmp_path, data), "p", "y")
    assert message in str(caught.value)
    assert caught.value.exit_code == 6


def test_a_missing_file_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"nowhere\.csv cannot be read"):
        read(str(tmp_path / "nowhere.csv"), "p")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("forcast", 'has no column "forcast"; did you mean "forecast"?'),
        ("zzz", 'has no column "zzz"; its columns are forecast, y, y'),
        ("y", 'has 2 columns "y"; rename all but one'),
    ],
)
def test_a_column_that_is_not_one_is_refused(tmp_path: Path, column: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(written(tmp_path, b"forecast,y,y\n"), column)
    assert message in str(caught.value)
