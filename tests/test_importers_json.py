"""`import json` reads the document that `export json` writes, and refuses any other."""

from __future__ import annotations

import io
import json
from unittest import mock

import pytest

from predtrack.errors import UnreadableError
from predtrack.importers import FORMATS, Imported, Source, Unread
from predtrack.importers import json as importer

HEAD = '{"schema": "predtrack/export/1", "predictions": '


def imported(data: str | bytes) -> list[Imported | Unread]:
    """What the importer yields of a document that messages call `it`."""
    held = data.encode() if isinstance(data, str) else data
    return list(FORMATS["json"]([Source("it", io.BytesIO(held))], {}))


def test_records_are_yielded_in_the_order_of_the_document():
    entries = [{"id": "b", "path": "x", "record": {"claim": "B"}}, {"id": "a", "record": {}}]
    document = {"schema": "predtrack/export/1", "as_of": "2027-03-01", "predictions": entries}
    assert imported(json.dumps(document)) == [Imported("b", {"claim": "B"}), Imported("a", {})]
    assert imported(HEAD + "[]}") == []


def test_null_is_absent_and_never_a_text():
    entry = '[{"id": "a", "record": {"note": null, "forecasts": [{"words": null, "by": "A"}]}}]}'
    assert imported(HEAD + entry) == [Imported("a", {"forecasts": [{"by": "A"}]})]


def test_an_entry_without_an_id_is_handed_on_without_one():
    assert imported(HEAD + '[{"record": {}}, {"id": 7, "record": {}}]}') == [
        Imported("", {}),
        Imported("7", {}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_document_of_another_encoding_is_read(encoding):
    assert imported((HEAD + '[{"id": "a", "record": {}}]}').encode(encoding)) != []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "it is not JSON (Expecting value"),
        ("claim: It rains", "it is not JSON (Expecting value"),
        (b"\xff\xfe\x00", "it is not JSON ("),
        (HEAD, "it is not JSON ("),
        (HEAD + "[" * 100_000 + "]" * 100_000 + "}", "it is not JSON (maximum recursion depth"),
        (HEAD + "[" + "9" * 5000 + "]}", "it is not JSON (Exceeds the limit"),
        ("[]", "it is no export: it has no schema"),
        ('"a"', "it is no export: it has no schema"),
        ('{"schema": null}', "it is no export: it has no schema"),
        (
            '{"schema": "predtrack/list/1"}',
            "it is no export: its schema is 'predtrack/list/1'; write it with",
        ),
        ('{"schema": ["\\u001b"]}', "it is no export: its schema is ['\\x1b']; write it with"),
        (HEAD + "{}}", "it holds no list of predictions; export it again"),
        ('{"schema": "predtrack/export/1"}', "it holds no list of predictions"),
        (HEAD + "[5]}", "it: prediction 1 has no `record`; export it again"),
        (HEAD + '[{"id": "a", "record": {}}, {"id": "b"}]}', "it: prediction 2 has no `record`"),
        (HEAD + '[{"id": "a", "record": "b"}]}', "it: prediction 1 has no `record`"),
    ],
)
def test_another_document_is_refused_with_its_remedy(data, told):
    with pytest.raises(UnreadableError) as refused:
        imported(data)
    assert str(refused.value).startswith(told)
    assert refused.value.exit_code == 6


def test_a_document_that_floods_is_refused():
    with mock.patch.object(importer, "MOST_BYTES", 100), pytest.raises(UnreadableError) as refused:
        imported(b" " * 101)
    assert str(refused.value).startswith("it is larger than 256 MiB; export fewer predictions")


def record_of(added, options='["A", "B"]'):
    """Return a document with the days on which options came."""
    return HEAD + f'[{{"id": "a", "record": {{"options": {options}, "options_added": {added}}}}}]}}'


@pytest.mark.parametrize(
    ("added", "options", "why"),
    [
        ('{"C": "2026-03-01"}', '["A", "B"]', "`options_added` names C, which is not in `options`"),
        ('{"C": "2026-03-01", "B": "2026-03-01"}', '["A", "B"]', "`options_added` names C, which"),
        ('{"C": "2026-03-01"}', "null", "`options_added` names C, which is not in `options`"),
        ('{"C": "2026-03-01"}', "[3, [], {}]", "`options_added` names C, which is not in"),
        ('["C"]', '["C"]', "`options_added` is no object of options and their days"),
        ("3", '["C"]', "`options_added` is no object of options and their days"),
    ],
)
def test_days_of_options_that_are_none_are_named(added, options, why):
    (unread,) = imported(record_of(added, options))
    assert isinstance(unread, Unread)
    assert unread.place == "it: prediction 1"
    assert unread.why.startswith(why)
    if "names" in why:
        assert unread.why.endswith("which is not in `options`; add it or take it out")


def test_days_of_options_stand_beside_them_in_a_file():
    (found,) = imported(record_of('{"B": "2026-03-01"}'))
    assert found.record == {"options": ["A", {"name": "B", "added": "2026-03-01"}]}
    (found,) = imported(record_of("{}"))
    assert found.record == {"options": ["A", "B"]}
