"""What processes cost: processor time and memory, read from the kernel's own books."""

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Group:
    """A process and all that it started, as one bill. `leader` is not counted where only its workers do the work."""

    leader: int
    with_leader: bool = True

    def processes(self) -> list[psutil.Process]:
        """Those that run now."""
        first = psutil.Process(self.leader)
        return [*([first] if self.with_leader else []), *first.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Processor time used so far, user and kernel. Of processes that ended meanwhile nothing is known."""
        total = 0.0
        for process in self.processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total


def pss_bytes(pid: int) -> int:
    """Proportional set size: shared pages are divided among those who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)
