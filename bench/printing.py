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


WIDTHS = (18, 9, 8, 8, 8, 4, 8, 10, 8, 6, 14, 14, 7)


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
