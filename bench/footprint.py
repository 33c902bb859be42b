"""What `make run` takes: seconds to the first answer, memory at rest, and kilobytes of a first visit."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright

from bench.processes import pss_bytes
from bench.servers import FOLDER, Servers
from bench.subjects import Subjects
from tests.e2e.browsing import FLAGS, PROGRAM
from tests.servers.launched import Launched

START_BUDGET_SECONDS = 5.0
MEMORY_BUDGET_MB = 400
SCRIPT_BUDGET_KB = 60
STYLE_BUDGET_KB = 15
# Some use: what is imported at its first use is there afterwards.
VISITED = ("/", "/api/v1/topics", "/api/v1/categories", "/api/v1/search?q=%E8%AE%BA%E5%9D%9B", "/api/v1/meta")
VISITS = 20
REST_SECONDS = 3
# What changes by less than this share between two looks is at rest.
STILL = 0.01
# A worker holds the application; the HTTP router of uWSGI is a tenth of that.
SMALLEST_WORKER_BYTES = 20_000_000
FIRST_VISITS_SETTLE_MS = 20_000
Result = dict[str, Any]


def measure_start_and_memory() -> list[Result]:
    """A new data folder is made, started once for making everything, then again as on every other day."""
    data = FOLDER / "started"
    shutil.rmtree(data, ignore_errors=True)
    try:
        first, _ = _start(data)
        seconds, memory = _start(data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    start = {
        "name": "cold start to the first answer",
        "first_start_seconds": round(first, 2),
        "seconds": round(seconds, 2),
        "budget": f"≤ {START_BUDGET_SECONDS:g} s",
        "ok": seconds <= START_BUDGET_SECONDS,
    }
    return [start, *memory]


def _start(data: Path) -> tuple[float, list[Result]]:
    begin = time.monotonic()
    running = Launched(data)
    try:
        running.ask_until("/api/v1/topics")
        seconds = time.monotonic() - begin
        running.wait_until_ready()
        memory = [_memory(running, "memory at rest after the start")]
        for _ in range(VISITS):
            for path in VISITED:
                running.ask(path)
        return seconds, [*memory, _memory(running, "memory at rest after some use")]
    finally:
        running.stop()


def _memory(running: Launched, name: str) -> Result:
    """PSS of every process but Postgres's, once it does not change any more."""
    before, now = 0.0, _read_memory(running, name)
    while abs(now["total_mb"] - before) > STILL * now["total_mb"]:
        time.sleep(REST_SECONDS)
        before, now = now["total_mb"], _read_memory(running, name)
    return now


def _read_memory(running: Launched, name: str) -> Result:
    rows = [{"process": "launcher", "mb": _megabytes(running.process.pid)}]
    for process in running.descendants():
        try:
            role = _role_of(process, running.process.pid)
            if role != "postgres":
                rows.append({"process": role, "mb": _megabytes(process.pid)})
        except (psutil.NoSuchProcess, OSError):
            continue  # Postgres starts and ends processes as it likes.
    total = round(sum(row["mb"] for row in rows), 1)
    return {
        "name": name,
        "processes": sorted(rows, key=lambda row: row["process"]),
        "total_mb": total,
        "budget": f"≤ {MEMORY_BUDGET_MB} MB",
        "ok": total <= MEMORY_BUDGET_MB,
    }


def _megabytes(pid: int) -> float:
    return round(pss_bytes(pid) / 1_000_000, 1)


def _role_of(process: psutil.Process, launcher: int) -> str:
    """What a process is for: uWSGI's own share one command line, so a small child is the router."""
    if "postgres" in Path(process.exe()).name:
        return "postgres"
    line = " ".join(process.cmdline())
    if "api.worker" in line:
        return "worker of jobs"
    instance = "events" if "uwsgi-events.ini" in line else "api"
    if process.ppid() == launcher:
        return f"{instance}: master"
    return f"{instance}: worker" if pss_bytes(process.pid) > SMALLEST_WORKER_BYTES else f"{instance}: router"


def measure_first_visits(servers: Servers, subjects: Subjects) -> list[Result]:
    """What a browser with an empty cache loads: every script and style, as they lie packed on the server's disk."""
    topic = subjects.topics[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        pages = {"home page": "/", "topic page": f"/t/{topic.id}/{topic.slug}"}
        found = []
        for name, path in pages.items():
            found.append({"name": name, **weigh_first_visit(browser, servers.url, path, servers.frontend)})
        browser.close()
    return found


def weigh_first_visit(browser: Browser, url: str, path: str, frontend: Path) -> Result:
    """Kilobytes of script and style that a page asks for by itself; `frontend` is the folder they are served from."""
    context = browser.new_context()
    page = context.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(url + path, wait_until="networkidle", timeout=FIRST_VISITS_SETTLE_MS)
    context.close()
    return _weigh(url, set(loaded), frontend)


def _weigh(url: str, loaded: Iterable[str], frontend: Path) -> Result:
    names = [address.removeprefix(f"{url}/") for address in loaded if "/assets/" in address]
    script = sum(_packed_bytes(frontend / name) for name in names if name.endswith(".js")) / 1_000
    style = sum(_packed_bytes(frontend / name) for name in names if name.endswith(".css")) / 1_000
    return {
        "script_kb": round(script, 1),
        "style_kb": round(style, 1),
        "files": len(names),
        "budget": f"≤ {SCRIPT_BUDGET_KB} kB script, ≤ {STYLE_BUDGET_KB} kB style",
        "ok": script <= SCRIPT_BUDGET_KB and style <= STYLE_BUDGET_KB,
    }


def _packed_bytes(file: Path) -> int:
    """What nginx sends: the packed twin where there is one."""
    twin = file.with_name(f"{file.name}.gz")
    return (twin if twin.exists() else file).stat().st_size
