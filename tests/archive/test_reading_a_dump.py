import gzip
import tracemalloc
from datetime import UTC, datetime

import pytest

from api.archive.stackexchange import xml_rows
from api.archive.stackexchange.reader import Dump
from api.archive.stackexchange.records import split_tags
from api.archive.stackexchange.xml_rows import DamagedFile, RowReader

HEAD = '\ufeff<?xml version="1.0" encoding="utf-8"?>\n'


@pytest.fixture
def write(tmp_path):
    def write(name, text, *, packed=False):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
        return Dump(tmp_path)

    return write


def tags(*rows):
    return HEAD + "<tags>\n" + "".join(f"  <row {row} />\n" for row in rows) + "</tags>"


def read(path):
    """The rows of a file and what ended the reading, None when it was read to its end."""
    rows, reader = [], RowReader(path)
    try:
        rows.extend(reader)
    except DamagedFile as damage:
        return rows, damage
    return rows, None


@pytest.mark.parametrize("name", ["Tags.xml", "tags.xml", "TAGS.XML", "Tags.xml.gz", "tAgS.Xml.GZ"])
def test_a_file_is_found_in_any_case_and_packed_or_not(write, name):
    dump = write(name, tags('Id="1" TagName="bell" Count="3"'), packed=name.lower().endswith("gz"))
    assert [(tag.id, tag.name, tag.count) for tag in dump.tags()] == [(1, "bell", 3)]
    assert "Tags" not in dump.missing()
    assert "Posts" in dump.missing()


def test_a_packed_file_is_known_by_its_bytes_and_not_by_its_name(write):
    dump = write("Tags.xml", tags('Id="1" TagName="bell"'), packed=True)
    assert [tag.name for tag in dump.tags()] == ["bell"]


def test_a_byte_order_mark_is_not_needed(write):
    dump = write("Tags.xml", tags('Id="1" TagName="bell"').removeprefix("\ufeff"))
    assert [tag.name for tag in dump.tags()] == ["bell"]


def test_a_post_comes_with_typed_fields(write):
    row = (
        'Id="7" PostTypeId="1" AcceptedAnswerId="9" CreationDate="2018-03-12T17:00:45.567" Score="-2" '
        'ViewCount="11" Title="A &amp; B" Tags="&lt;bell&gt;&lt;c#&gt;" Body="&lt;p&gt;Hi&lt;/p&gt;&#xA;" '
        'OwnerUserId="-1" ClosedDate="2019-01-01T00:00:00.000" ContentLicense="CC BY-SA 4.0"'
    )
    (post,) = write("Posts.xml", tags(row)).posts()
    assert post.created_at == datetime(2018, 3, 12, 17, 0, 45, 567000, tzinfo=UTC)
    assert (post.kind, post.accepted_id, post.parent_id, post.score, post.owner_id) == (1, 9, None, -2, -1)
    assert (post.title, post.tags, post.body_html) == ("A & B", ("bell", "c#"), "<p>Hi</p>\n")
    assert (post.closed_at.year, post.edited_at, post.licence) == (2019, None, "CC BY-SA 4.0")


def test_a_post_without_an_owner_keeps_the_name_that_was_left(write):
    row = 'Id="1" PostTypeId="2" ParentId="7" CreationDate="2018-01-01T00:00:00" OwnerDisplayName="user12"'
    (post,) = write("Posts.xml", tags(row)).posts()
    assert (post.owner_id, post.owner_name) == (None, "user12")


def test_tags_are_split_in_both_spellings():
    assert split_tags("<c#><two-words>") == split_tags("|c#|two-words|") == ("c#", "two-words")
    assert split_tags("") == ()


def test_a_row_without_a_needed_field_is_left_out_and_named(write):
    dump = write("Tags.xml", tags('TagName="lost"', 'Id="x" TagName="odd"', 'Id="3" TagName="bell"'))
    assert [tag.name for tag in dump.tags()] == ["bell"]
    assert [tag.name for tag in dump.tags()] == ["bell"]  # a second pass does not report twice
    assert [(bad.line, bad.reason) for bad in dump.unreadable.values()] == [
        (3, "Id is missing"),
        (4, "Id is not a whole number: 'x'"),
    ]


@pytest.mark.parametrize("number", ["9007199254740992", "9" * 4000, "9" * 5000, "1e3", ""])
def test_a_number_that_no_id_can_be_is_left_out(write, number):
    dump = write("Tags.xml", tags(f'Id="{number}" TagName="odd"', 'Id="3" TagName="bell"'))
    assert [tag.name for tag in dump.tags()] == ["bell"]
    assert len(dump.unreadable) == 1


def test_malformed_xml_is_named_by_file_and_line_and_the_rows_before_are_kept(write):
    text = tags(
        'Id="1" TagName="one"', 'Id="2" TagName="two"', 'Id="3" TagName="a < b"', 'Id="4" TagName="d"'
    )
    dump = write("Tags.xml", text)
    assert [tag.name for tag in dump.tags()] == ["one", "two"]
    (damage,) = dump.damaged.values()
    assert (damage.file, damage.line, damage.kept) == ("Tags.xml", 5, 2)
    assert "not well-formed" in str(damage)
    assert "2 rows before it were kept" in str(damage)


def test_a_file_cut_off_in_the_middle_keeps_what_was_there(write):
    text = tags('Id="1" TagName="one"', 'Id="2" TagName="two"')
    dump = write("Tags.xml", text[: text.index("two")])
    assert [tag.name for tag in dump.tags()] == ["one"]
    assert dump.damaged["Tags.xml"].line == 4


def test_a_packed_file_cut_off_in_the_middle_keeps_what_was_there(write):
    rows = [f'Id="{n}" TagName="tag-{n * 7919 % 104729}"' for n in range(1, 20001)]
    dump = write("Tags.xml.gz", gzip.compress(tags(*rows).encode())[:-40000])
    kept = [tag.id for tag in dump.tags()]
    assert 1000 < len(kept) < 20000
    assert kept == list(range(1, len(kept) + 1))
    assert "compressed data is damaged" in dump.damaged["Tags.xml.gz"].reason


def test_something_else_than_xml_is_refused_with_its_line(write):
    dump = write("Tags.xml", "PK\x03\x04 this is an archive")
    assert list(dump.tags()) == []
    assert dump.damaged["Tags.xml"].line == 1


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE tags [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE tags [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE tags SYSTEM "http://127.0.0.1:9/evil.dtd">',
        "<!DOCTYPE tags>",
    ],
)
def test_entity_bombs_and_external_entities_are_refused(write, declaration):
    text = HEAD + declaration + '\n<tags>\n<row Id="1" TagName="&a;" />\n</tags>'
    dump = write("Tags.xml", text)
    assert list(dump.tags()) == []
    assert "document type" in dump.damaged["Tags.xml"].reason


def test_characters_that_xml_forbids_are_replaced_and_counted(write):
    broken = tags('Id="1" TagName="a\x00b\x1fc&#x0;d&#31;e&#xD800;f&#xFFFF;g&#x110000;h"').encode()
    dump = write("Tags.xml", broken.replace(b"h", b"\xff\xfe"))
    (tag,) = dump.tags()
    assert tag.name == "a�b�c�d�e�f�g���"
    assert dump.replaced == {"Tags.xml": 9}


def test_characters_that_xml_allows_stay(write):
    (tag,) = (dump := write("Tags.xml", tags('Id="1" TagName="&#x9;&#10;&#x1F600;&amp;量�"'))).tags()
    assert tag.name == "\t\n\U0001f600&量�"
    assert dump.replaced == {}


@pytest.mark.parametrize("chunk", [1, 2, 3, 7])
def test_a_reference_may_lie_across_two_chunks(write, monkeypatch, chunk):
    monkeypatch.setattr(xml_rows, "CHUNK", chunk)
    dump = write("Tags.xml", tags('Id="1" TagName="量&#x1F600;&#0;&amp;&lt;b&gt;"'))
    (tag,) = dump.tags()
    assert tag.name == "量\U0001f600�&<b>"


def test_a_row_without_end_is_given_up_before_memory_is(write, monkeypatch, tmp_path):
    monkeypatch.setattr(xml_rows, "LONGEST_ROW", 200_000)
    write("Tags.xml", HEAD + '<tags>\n<row Id="1" />\n<row Id="' + "1" * 400_000)
    rows, damage = read(tmp_path / "Tags.xml")
    assert len(rows) == 1
    assert "longer than" in damage.reason


def test_memory_does_not_grow_with_the_file(write):
    row = f'Id="1" TagName="bell" Body="{"x" * 2000}"'
    dump = write("Tags.xml.gz", tags(*[row] * 5000), packed=True)
    tracemalloc.start()
    try:
        assert sum(1 for _ in dump.tags()) == 5000  # 10 MB of rows
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
