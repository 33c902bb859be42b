"""The client's shell: the built index.html with the page's head written into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

_PLACEHOLDER = re.compile(r"%PARLEY_(ROOT|NAME|TITLE|LANG)%")
_HEAD_END = "</head>"
BUILD_HINT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{name}</title>
</head>
<body>
<main>
<h1>{name}</h1>
<p>The API is running, but the web client has not been built. <code>make run</code> builds it; by hand it is
<code>npm ci</code> and <code>npm run build</code> in the folder <code>frontend</code>.</p>
<p lang="zh-Hans">API 已在运行，但网页客户端尚未构建。<code>make run</code> 会自动构建；手动构建请在 <code>frontend</code>
目录中运行 <code>npm ci</code> 和 <code>npm run build</code>。</p>
<p><a href="{root}/api/docs">API reference</a></p>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Head:
    """What differs from page to page. `canonical` is absolute; "" leaves the link out."""

    title: str
    lang: str
    canonical: str = ""
    description: str = ""
    indexed: bool = True


class Shell:
    """Reads the built index.html again whenever its file changes, so a new build needs no restart."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "index.html"
        self._read: tuple[int, str] | None = None

    def fill(self, head: Head, root: str, name: str) -> str | None:
        """The page as HTML, or None where no client is built.

        `root` is the path of the forum, "" or "/forum"; `name` is the forum's own.
        """
        source = self._source()
        if source is None:
            return None
        values: Mapping[str, str] = {"ROOT": root, "NAME": name, "TITLE": head.title, "LANG": head.lang}
        page = _PLACEHOLDER.sub(lambda found: escape(values[found[1]]), source)
        before, end, after = page.partition(_HEAD_END)
        return before + "".join(_lines(head)) + end + after

    def _source(self) -> str | None:
        try:
            changed = self.file.stat().st_mtime_ns
            if self._read is None or self._read[0] != changed:
                self._read = (changed, self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return self._read[1]


def _lines(head: Head) -> list[str]:
    lines = []
    if head.canonical:
        lines.append(f'<link rel="canonical" href="{escape(head.canonical)}">\n')
    if head.description:
        lines.append(f'<meta name="description" content="{escape(head.description)}">\n')
    if not head.indexed:
        lines.append('<meta name="robots" content="noindex">\n')
    return lines
