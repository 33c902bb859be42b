"""Draws docs/bench.svg: processor time of a request against the number of posts. Text and lines suit light and dark."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bench.growth import cost

READS = ("list", "topic", "replies-last", "category", "tag", "author")
SEARCHES = ("search-chinese", "search-english", "search-phrase", "search-frequent", "search-rare")
WIDTH, HEIGHT = 920, 380
TOP, BOTTOM = 64, 44
PANEL, LEFT, GAP = 260, 52, 200
LABEL_APART = 16
# One hue for each place in a panel: for light backgrounds, for dark ones.
HUES = (
    ("#2a78d6", "#5598e7"), ("#c9551f", "#eb7f4e"), ("#138a60", "#2fbf8c"),
    ("#a87400", "#e0a92e"), ("#7a4fc9", "#a98aea"), ("#b8377e", "#e370ac"),
)  # fmt: skip
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True)
class Panel:
    """One diagram: where it begins, which sizes it spans and how high it goes."""

    left: int
    sizes: Sequence[int]
    highest: float

    def x(self, posts: int) -> float:
        low, high = math.log10(self.sizes[0]), math.log10(self.sizes[-1])
        return self.left + PANEL * (math.log10(posts) - low) / max(high - low, 1e-9)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.highest


def draw(found: dict[str, Any]) -> str:
    """The whole picture from the result of a growth run."""
    rows = {row["name"]: row for row in found["rows"]}
    parts = [_panel(LEFT, "Lists and topics", [rows[n] for n in READS if n in rows], found["sizes"])]
    parts.append(
        _panel(LEFT + PANEL + GAP, "Search", [rows[n] for n in SEARCHES if n in rows], found["sizes"])
    )
    title = "Milliseconds of processor a request takes (uWSGI and Postgres) as the forum grows"
    return "\n".join([_head(title), *parts, "</svg>", ""])


def _head(title: str) -> str:
    light = "".join(f".c{n}{{--c:{hue}}}" for n, (hue, _) in enumerate(HUES))
    dark = "".join(f".c{n}{{--c:{hue}}}" for n, (_, hue) in enumerate(HUES))
    ink = ".t{fill:#1f2328}.q{fill:#59636e}.g{stroke:#d1d9e0}.b{fill:#fff}"
    night = ".t{fill:#f0f6fc}.q{fill:#9198a1}.g{stroke:#3d444d}.b{fill:#0d1117}"
    style = (
        f"text{{font:13px system-ui,sans-serif}}.h{{font-weight:600}}.q{{font-size:12px}}"
        f".l{{fill:none;stroke:var(--c);stroke-width:2}}.p{{fill:var(--c)}}{light}{ink}"
        f"@media(prefers-color-scheme:dark){{{dark}{night}}}"
    )
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    return (
        f"<svg {box}><title>{escape(title)}</title><style>{style}</style>"
        f'<rect class="b" width="{WIDTH}" height="{HEIGHT}"/>'
        f'<text class="t h" x="16" y="24">{escape(title)}</text>'
    )


def _panel(left: int, name: str, rows: Sequence[dict[str, Any]], sizes: Sequence[int]) -> str:
    most = max((cost(f) for row in rows for f in row["sizes"].values()), default=1.0)
    panel = Panel(left, sizes, most * 1.1)
    parts = [f'<text class="t h" x="{left}" y="{TOP - 16}">{escape(name)}</text>', *_axes(panel)]
    ends = []
    for number, row in enumerate(rows):
        points = [(panel.x(posts), panel.y(cost(figures))) for posts, figures in row["sizes"].items()]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<g class="c{number}"><polyline class="l" points="{path}"/>')
        parts += [f'<circle class="p" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points]
        parts.append("</g>")
        ends.append((points[-1][1], number, row["name"]))
    return "\n".join([*parts, *_labels(left + PANEL + 12, ends)])


def _axes(panel: Panel) -> list[str]:
    parts = []
    step = min((tick for tick in TICKS if panel.highest / tick <= 6), default=TICKS[-1])
    for number in range(int(panel.highest / step) + 1):
        y = panel.y(number * step)
        parts.append(
            f'<line class="g" x1="{panel.left}" x2="{panel.left + PANEL}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(
            f'<text class="q" x="{panel.left - 8}" y="{y + 4:.1f}" text-anchor="end">{number * step:g}</text>'
        )
    foot = HEIGHT - BOTTOM + 18
    parts += [
        f'<text class="q" x="{panel.x(posts):.1f}" y="{foot}" text-anchor="middle">{_short(posts)}</text>'
        for posts in panel.sizes
    ]
    parts.append(
        f'<text class="q" x="{panel.left + PANEL / 2}" y="{HEIGHT - 8}" text-anchor="middle">posts</text>'
    )
    return parts


def _short(posts: int) -> str:
    return (
        f"{posts // 1_000_000} M"
        if posts >= 1_000_000
        else f"{posts // 1_000} k"
        if posts >= 1_000
        else str(posts)
    )


def _labels(x: float, ends: Sequence[tuple[float, int, str]]) -> list[str]:
    """The lines' names beside their ends, moved apart where they would lie on each other."""
    parts, last = [], -math.inf
    for y, number, name in sorted(ends):
        place = max(y, last + LABEL_APART)
        last = place
        parts.append(f'<circle class="p c{number}" cx="{x}" cy="{place - 4:.1f}" r="4"/>')
        parts.append(f'<text class="t" x="{x + 9}" y="{place:.1f}">{escape(name)}</text>')
    return parts
