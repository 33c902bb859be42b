"""Writes an HTML table as a Markdown one."""

import re
from collections.abc import Callable, Iterator

from bs4.element import Tag

_WIDEST = 100  # columns
_ALIGNED = {"left": ":--", "center": ":-:", "right": "--:"}


def table(node: Tag, cell: Callable[[Tag], str]) -> list[str]:
    """A caption, where there is one, and the table; `cell` writes a cell's content on one line.

    Markdown wants one row of headings: it stays empty where the first row has none.
    """
    rows = [list(_cells(row)) for row in _rows(node)]
    rows = [row for row in rows if row]
    written = [text for caption in node.find_all("caption", recursive=False) if (text := cell(caption))]
    if not rows:
        return written
    width = min(_WIDEST, max(sum(_span(column) for column in row) for row in rows))
    has_heading = all(column.name == "th" for column in rows[0])
    marks = [_alignment(column) for column in rows[0]][:width]
    lines = [] if has_heading else [_line([], width)]
    lines += [_line(_texts(row, cell), width) for row in rows]
    lines.insert(1, _line(marks + ["---"] * (width - len(marks)), width))
    return [*written, "\n".join(lines)]


def _rows(node: Tag) -> Iterator[Tag]:
    for child in node.find_all(("tr", "thead", "tbody", "tfoot"), recursive=False):
        if child.name == "tr":
            yield child
        else:
            yield from child.find_all("tr", recursive=False)


def _cells(row: Tag) -> Iterator[Tag]:
    yield from row.find_all(("td", "th"), recursive=False)


def _texts(row: list[Tag], cell: Callable[[Tag], str]) -> list[str]:
    return [text for column in row for text in (cell(column), *[""] * (_span(column) - 1))]


def _line(cells: list[str], width: int) -> str:
    filled = (cells + [""] * width)[: max(width, len(cells))]
    return "|" + "|".join(f" {text} " if text else " " for text in filled[:width]) + "|"


def _span(column: Tag) -> int:
    raw = str(column.get("colspan") or "1")
    return max(1, min(_WIDEST, int(raw))) if re.fullmatch(r"[0-9]{1,4}", raw) else 1


def _alignment(column: Tag) -> str:
    style = re.search(r"text-align:\s*(left|center|right)", str(column.get("style") or ""))
    return _ALIGNED[style[1]] if style else _ALIGNED.get(str(column.get("align") or ""), "---")
