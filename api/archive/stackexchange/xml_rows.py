"""Streams the `<row .../>` elements of one file of a dump in constant memory.

Expat does the parsing. It is told of no document type at all: a dump has none, and entity bombs and
external entities cannot be written without one.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from xml.parsers import expat

CHUNK = 64 * 1024  # bytes read at a time
LONGEST_ROW = 16 * 1024 * 1024  # characters; real rows end near 200,000, and expat holds an open one
_GZIP_MAGIC = b"\x1f\x8b"
# What XML 1.0 cannot hold, as raw characters and as numeric references (older dumps have both).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_LONGEST_REFERENCE = 14
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Row:
    """The attributes of one `<row>` and the line it stands on (from 1)."""

    line: int
    attributes: dict[str, str]


class DamagedFile(Exception):
    """A file that cannot be read to its end. The rows before `line` were handed out and are good."""

    def __init__(self, file: str, line: int, reason: str, kept: int) -> None:
        super().__init__(f"{file}, line {line}: {reason}; {kept} rows before it were kept")
        self.file = file
        self.line = line
        self.reason = reason
        self.kept = kept


class _Refused(Exception):
    pass


class RowReader:
    """Iterates over the rows of one file; raises DamagedFile where it stops being readable.

    `replaced` counts the characters that XML or UTF-8 do not allow; each was read as U+FFFD.
    """

    def __init__(self, path: Path, *, opened: BufferedIOBase | None = None) -> None:
        self.path = path
        self.kept = 0
        self.replaced = 0
        self._opened = opened
        self._rows: list[Row] = []
        self._unfinished = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def __iter__(self) -> Iterator[Row]:
        stream = self._opened or _open(self.path)
        with stream:
            try:
                for text in self._characters(stream):
                    self._feed(text)
                    yield from self._drain()
                self._parser.Parse("", True)
            except expat.ExpatError as error:
                yield from self._drain()
                raise self._damage(error.lineno, expat.ErrorString(error.code)) from None
            except _Refused as refusal:
                yield from self._drain()
                raise self._damage(self._parser.CurrentLineNumber, str(refusal)) from None
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                line = self._parser.CurrentLineNumber
                with suppress(expat.ExpatError):
                    self._parser.Parse("", True)  # hands out what expat held back for speed
                yield from self._drain()
                raise self._damage(line, f"the compressed data is damaged ({error})") from None
            yield from self._drain()

    def _feed(self, text: str) -> None:
        self._parser.Parse(text, False)
        self._unfinished = 0 if self._rows else self._unfinished + len(text)
        if self._unfinished > LONGEST_ROW:
            raise _Refused(f"a row is longer than {LONGEST_ROW} characters")

    def _characters(self, stream: BufferedIOBase) -> Iterator[str]:
        """Text in pieces that XML accepts; a piece never ends inside a numeric reference."""
        # An undecodable byte becomes a lone surrogate, which `_allowed` counts and replaces.
        decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        held = ""
        # read1 hands over what could be unpacked before the place where a packed file is damaged.
        while chunk := stream.read1(CHUNK):
            text = held + decoder.decode(chunk)
            cut = text.rfind("&", max(0, len(text) - _LONGEST_REFERENCE))
            if cut >= 0 and ";" not in text[cut:]:
                text, held = text[:cut], text[cut:]
            else:
                held = ""
            yield self._allowed(text)
        yield self._allowed(held + decoder.decode(b"", final=True))

    def _allowed(self, text: str) -> str:
        text, forbidden = _FORBIDDEN.subn(_REPLACEMENT, text)
        self.replaced += forbidden
        return _REFERENCE.sub(self._reference, text)

    def _reference(self, match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else int(match[2])
        if code <= 0x10FFFF and not _FORBIDDEN.match(chr(code)):
            return match[0]
        self.replaced += 1
        return _REPLACEMENT

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._rows.append(Row(self._parser.CurrentLineNumber, attributes))

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise _Refused("a document type is not allowed in a dump")

    def _drain(self) -> Iterator[Row]:
        rows, self._rows = self._rows, []
        for row in rows:
            self.kept += 1
            yield row

    def _damage(self, line: int, reason: str) -> DamagedFile:
        return DamagedFile(self.path.name, line, reason, self.kept)


def _open(path: Path) -> BufferedIOBase:
    """The file's bytes, unpacked when it is gzip, whatever its name says."""
    with path.open("rb") as probe:
        packed = probe.read(2) == _GZIP_MAGIC
    return gzip.open(path, "rb") if packed else path.open("rb")
