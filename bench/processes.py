"""What processes cost: processor time and memory, read from the kernel's own books."""

from dataclasses import dataclass
from pathlib import Path

import psutil

# Postgres tidies up when it likes; that is no request's fault.
_NOT_COUNTED = "autovacuum worker"


@dataclass(frozen=True)
class Group:
    """A process and all that it started, as one bill. `leader` is not counted where only its workers do the work."""

    leader: int
    with_leader: bool = True

    def cpu_seconds(self) -> dict[int, float]:
        """Processor time that each process used so far, user and kernel, by process number."""
        first = psutil.Process(self.leader)
        found = {}
        for process in [*([first] if self.with_leader else []), *first.children(recursive=True)]:
            try:
                if _NOT_COUNTED not in " ".join(process.cmdline()):
                    times = process.cpu_times()
                    found[process.pid] = times.user + times.system
            except psutil.NoSuchProcess:
                continue
        return found

    def cpu_since(self, before: dict[int, float]) -> float:
        """Seconds used since an earlier reading. Of processes that ended meanwhile nothing is known."""
        return sum(seconds - before.get(pid, 0.0) for pid, seconds in self.cpu_seconds().items())


def pss_bytes(pid: int) -> int:
    """Proportional set size: shared pages are divided among those who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)
