"""Figures for the terminal."""

from typing import Any

HEAD = (
    "row",
    "req/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "SQL",
    "bytes",
    "worker ms",
    "db ms",
    "ratio",
    "beside",
    "budget",
    "",
)


def cells(result: dict[str, Any]) -> tuple[str, ...]:
    """One row of the table as texts."""

    def number(name: str, form: str) -> str:
        return "" if result.get(name) is None else format(result[name], form)

    kept = {True: "ok", False: "missed", None: ""}[result.get("ok")]
    return (
        result["name"], number("per_second", ",.0f"), number("p50", ".2f"), number("p95", ".2f"), number("p99", ".2f"),
        number("statements", "d"), number("wire_bytes", ",d"), number("worker_ms", ".3f"), number("database_ms", ".3f"),
        number("ratio", ".2f"), result.get("beside") or "", result.get("budget") or "", kept,
    )  # fmt: skip


WIDTHS = (18, 9, 8, 8, 8, 4, 8, 10, 8, 6, 14, 18, 7)


def tell(result: dict[str, Any]) -> None:
    """One finished row, while the others are still to come."""
    reference = result.get("reference")
    more = f"   ({result['beside']}: {reference['per_second']:,.0f}/s)" if reference else ""
    failed = result.get("refused", 0) + result.get("broken", 0)
    more += f"   {failed} of {result['requests']} FAILED" if failed else ""
    print(_line(cells(result)) + more, flush=True)


def head() -> None:
    """The names of the columns."""
    print(_line(HEAD), flush=True)


def _line(texts: tuple[str, ...]) -> str:
    pairs = enumerate(zip(texts, WIDTHS, strict=True))
    return " ".join(text.rjust(width) if n else text.ljust(width) for n, (text, width) in pairs)


def print_footprint(found: dict[str, Any]) -> None:
    """What stands beside the table: start, memory, first visits, and what the writers left behind."""
    for result in found["footprint"]:
        figures = {
            name: value for name, value in result.items() if name not in ("name", "budget", "ok", "processes")
        }
        said = ", ".join(f"{name} {value}" for name, value in figures.items())
        print(f"{result['name']}: {said} ({result['budget']}: {'ok' if result['ok'] else 'missed'})")
        for row in result.get("processes", ()):
            print(f"    {row['process']:24} {row['mb']:6.1f} MB")
    if found["checks"]:
        checks = found["checks"]
        numbers = "dense" if checks["dense"] else "NOT dense"
        print(
            f"after the writers: {checks['posts']} posts, {numbers}; {checks['wrong_counters']} wrong counters"
        )


def head_of_growth(sizes: list[int]) -> None:
    """The names of the columns: milliseconds of processor time, then of waiting, for each size."""
    columns = [f"{posts:,}" for posts in sizes]
    print("row".ljust(18) + "".join(f"{column:>18}" for column in columns) + "   (processor ms / p50 ms)")


def tell_growth(result: dict[str, Any]) -> None:
    """One finished row."""
    figures = [
        f"{f['worker_ms'] + f['database_ms']:9.3f} / {f['p50']:6.2f}" for f in result["sizes"].values()
    ]
    failed = sum(f["refused"] + f["broken"] for f in result["sizes"].values())
    kept = {True: "ok", False: "missed", None: ""}[result["ok"]]
    ratio = "" if result["ratio"] is None else f"{result['ratio']:6.2f} {result['budget']} {kept}"
    said = f"   {failed} FAILED" if failed else ""
    print(
        result["name"].ljust(18) + "".join(text.rjust(18) for text in figures) + "  " + ratio + said,
        flush=True,
    )


def tell_profile(result: dict[str, Any]) -> None:
    """Where one row's time goes."""
    print(
        f"{result['name']}: {result['milliseconds']:.2f} ms of Python; {result['statements']:g} statements, planned in "
        f"{result['planning_ms']:.2f} ms, executed in {result['execution_ms']:.2f} ms"
    )
    print("    " + ", ".join(f"{name} {share:g} %" for name, share in result["packages"].items()))
