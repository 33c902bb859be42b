"""Writes results into docs/performance.md, between markers, and draws docs/bench.svg."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench import results
from bench.growth import cost
from bench.plot import draw

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
PICTURE = DOCS / "bench.svg"
NEVER = "Not measured yet.\n"
KEPT = {True: "ok", False: "**missed**", None: ""}
TITLES = {
    "static": "nginx, a file of the same bytes as the anonymous list",
    "constant": "Flask answering a constant of the size of the signed-in list",
    "naive": "the naive application's list",
    "pgbench": "Postgres alone on the naive list's query, 16 clients",
    "commit": "Postgres alone inserting one row and committing, one client",
}
Result = dict[str, Any]


def write_report() -> list[Path]:
    """Fill every marked place of the page that there is a result for; draw the picture. The files written."""
    text = PAGE.read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"<!-- bench:([a-z0-9-]+) -->", text))):
        text = _fill(text, name, _part(name))
    PAGE.write_text(text, encoding="utf-8")
    growth = results.load("growth")
    if growth is None:
        return [PAGE]
    PICTURE.write_text(draw(growth), encoding="utf-8")
    return [PAGE, PICTURE]


def _fill(text: str, name: str, part: str) -> str:
    place = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)", re.DOTALL)
    return place.sub(lambda match: f"{match[1]}\n{part}\n{match[2]}", text)


def _part(name: str) -> str:
    found = results.load(name)
    if found is None:
        return NEVER
    tables = {"growth": growth_tables, "profile": profile_table}.get(name, all_tables)(found)
    return f"{_circumstances(found)}\n\n{tables}"


def _circumstances(found: Result) -> str:
    machine, versions = found["machine"], found["versions"]
    said = ", ".join(f"{name} {value}" for name, value in versions.items())
    return (
        f"`{found['command']}` on {found['date']} at {found['commit']}: {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, {machine['system']}; {said}."
    )


def all_tables(found: Result) -> str:
    """The whole of one run on one corpus."""
    parts = [_references(found["references"]), _rows(found["rows"])]
    if found["footprint"]:
        parts.append(_footprint(found["footprint"]))
    if found["checks"]:
        checks = found["checks"]
        parts.append(
            f"After the writers the topic that all of them wrote to has {checks['posts']:,} posts, numbered "
            f"{'without a hole' if checks['dense'] else '**with holes**'}; `parley recount` finds "
            f"{checks['wrong_counters']} wrong counters.\n"
        )
    return "\n".join(parts)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
    return "\n".join(lines) + "\n"


def _references(references: Sequence[Result]) -> str:
    rows = []
    for r in references:
        mean = _number(r, "p50", ".2f") or _number(r, "mean", ".2f")
        rows.append(
            (TITLES[r["name"]], _number(r, "per_second", ",.0f"), mean, _number(r, "wire_bytes", ",d"))
        )
    return _markdown(("reference", "req/s", "p50 ms", "bytes"), rows)


def _rows(rows: Sequence[Result]) -> str:
    head = ("row", "req/s", "p50 ms", "p95 ms", "p99 ms", "statements", "bytes", "worker ms", "database ms",
            "beside", "ratio", "budget", "")  # fmt: skip
    return _markdown(head, map(_row, rows))


def _row(r: Result) -> Sequence[str]:
    reference = r["reference"]
    who = "visitor" if r["beside"] == "static" else "member"
    said = f"{r['beside']} {reference['per_second']:,.0f}/s" if reference else ""
    failed = r["refused"] + r["broken"]
    return (
        f"{who}: {r['title']}" if r["name"] != "sign-in" else r["title"],
        _number(r, "per_second", ",.0f"), _number(r, "p50", ".2f"), _number(r, "p95", ".2f"), _number(r, "p99", ".2f"),
        _number(r, "statements", "d"), _number(r, "wire_bytes", ",d"),
        _number(r, "worker_ms", ".2f"), _number(r, "database_ms", ".2f"),
        said, _number(r, "ratio", ".2f"), r["budget"] or "",
        f"**{failed} failed**" if failed else KEPT[r["ok"]],
    )  # fmt: skip


def _footprint(footprint: Sequence[Result]) -> str:
    rows = [(r["name"], _measured(r), r["budget"], KEPT[r["ok"]]) for r in footprint]
    text = _markdown(("what", "measured", "budget", ""), rows)
    for result in footprint:
        if "processes" in result:
            rows = [(row["process"], f"{row['mb']:.1f}") for row in result["processes"]]
            text += "\n" + _markdown(("process, at rest", "PSS, MB"), rows)
    return text


def _measured(r: Result) -> str:
    if "total_mb" in r:
        return f"{r['total_mb']:.0f} MB"
    if "script_kb" in r:
        return f"{r['script_kb']:.1f} kB script, {r['style_kb']:.1f} kB style, packed"
    return f"{r['seconds']:.1f} s (the very first start, which makes the database: {r['first_start_seconds']:.1f} s)"


def growth_tables(found: Result) -> str:
    """Cost and time of every hot read for each size."""
    sizes = found["sizes"]
    head = ("processor ms / p50 ms, posts:", *(f"{posts:,}" for posts in sizes), "ratio", "budget", "")
    rows = []
    for r in found["rows"]:
        figures = [f"{cost(f):.2f} / {f['p50']:.2f}" for f in r["sizes"].values()]
        rows.append((r["title"], *figures, _number(r, "ratio", ".2f"), r["budget"] or "", KEPT[r["ok"]]))
    picture = f"![Processor time of a request against the number of posts]({PICTURE.name})"
    return f"{picture}\n\n{_markdown(head, rows)}"


def profile_table(found: Result) -> str:
    """Where the time of hot reads goes."""
    rows = []
    for r in found["rows"]:
        shares = ", ".join(f"{name} {share:g} %" for name, share in list(r["packages"].items())[:7])
        figures = [f"{r[name]:.2f}" for name in ("milliseconds", "planning_ms", "execution_ms")]
        rows.append((r["title"], *figures, f"{r['statements']:g}", shares))
    return _markdown(
        ("read", "Python, ms", "planner, ms", "executor, ms", "statements", "Python's shares"), rows
    )


def _number(result: Result, name: str, form: str) -> str:
    return "" if result.get(name) is None else format(result[name], form)
