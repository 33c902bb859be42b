"""What an import took, what it left and why, and what looks different here."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

EXAMPLES = 3
KINDS = ("members", "topics", "answers", "comments", "revisions")


@dataclass
class Report:
    """Filled while the import runs. What was left is counted (`skipped`) or named by kind and id there (`left`)."""

    source: str = ""
    site: str = ""
    category: str = ""
    taken: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    left: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    differing: list[dict[str, Any]] = field(default_factory=list)
    checked: int = 0
    missing_files: list[str] = field(default_factory=list)
    damage: list[dict[str, Any]] = field(default_factory=list)

    def leave(self, reason: str, what: str) -> None:
        """Note something that has no place here."""
        self.left.setdefault(reason, []).append(what)

    def change(self, reason: str, what: str) -> None:
        """Note something that was taken in another form."""
        self.changed.setdefault(reason, []).append(what)

    def check(self, what: str, differences: list[str]) -> None:
        """Note how a text's rendering compares with the original."""
        self.checked += 1
        if differences:
            self.differing.append({"what": what, "differences": differences})

    @property
    def likeness(self) -> float:
        """Percentage of texts that show the same text, links, code and images as the original."""
        return 100.0 * (self.checked - len(self.differing)) / self.checked if self.checked else 100.0

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "site": self.site,
            "category": self.category,
            "taken": {kind: self.taken[kind] for kind in KINDS},
            "already_there": {kind: self.already[kind] for kind in KINDS},
            "skipped": dict(self.skipped),
            "left": self.left,
            "changed": self.changed,
            "checked": self.checked,
            "likeness_percent": round(self.likeness, 2),
            "differing": self.differing,
            "missing_files": self.missing_files,
            "damage": self.damage,
        }

    def lines(self) -> list[str]:
        """The same for people: groups with a few examples."""
        said = [f"Imported from {self.source} into the category {self.category}."]
        said.append(f"  taken: {_counts(self.taken)}")
        if self.already.total():
            said.append(f"  there already: {_counts(self.already)}")
        if self.checked:
            same = self.checked - len(self.differing)
            said.append(
                f"  the same text, links, code and images: {same} of {self.checked} ({self.likeness:.2f} %)"
            )
        said += [f"    {entry['what']}: {'; '.join(entry['differences'])}" for entry in self.differing]
        said += [f"  left: {n:,} x {reason}" for reason, n in self.skipped.most_common()]
        said += _groups("left", self.left) + _groups("changed", self.changed)
        if self.missing_files:
            said.append(f"  not in the folder: {', '.join(self.missing_files)}")
        said += [f"  damaged: {entry['message']}" for entry in self.damage]
        return said


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{counter[kind]:,} {kind}" for kind in KINDS if counter[kind]) or "nothing"


def _groups(title: str, groups: dict[str, list[str]]) -> list[str]:
    said = []
    for reason, names in sorted(groups.items(), key=lambda group: -len(group[1])):
        examples = ", ".join(names[:EXAMPLES]) + (", .." if len(names) > EXAMPLES else "")
        said.append(f"  {title}: {len(names):,} x {reason} ({examples})")
    return said
