"""Measuring side by side: A B A B … in one run, medians, ratios, peak memory; and one table."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Work = Callable[[], object]


@dataclass
class Times:
    """The durations of one thing, in milliseconds."""

    all: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(self.all)

    def at(self, percent: int) -> float:
        """The duration that `percent` of all stay within."""
        rows = sorted(self.all)
        return rows[min(len(rows) - 1, int(len(rows) * percent / 100))]


def in_turn(works: Mapping[str, Work], rounds: int, warm: int = 2) -> dict[str, Times]:
    """Each thing once per round, in turn, so that a busy moment of the machine hits all of them."""
    taken = {name: Times() for name in works}
    for number in range(rounds + warm):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if number >= warm:
                taken[name].all.append((time.perf_counter() - start) * 1000)
    return taken


class Memory:
    """The most memory that this process held since `start`, in MB."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Forget the peak so far, where the kernel allows it."""
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            return

    @property
    def peak(self) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


HEAD = ("workload", "floor ms", "peer ms", "ours ms", "p95 / p99", "to floor", "peer to ours", "rows", "peak MB", "aim")


class Table:
    """The results, printed as a Markdown table."""

    def __init__(self, title: str) -> None:
        self.title, self.rows, self.missed = title, [HEAD], 0

    def add(
        self,
        workload: str,
        ours: Times,
        *,
        floor: float | None = None,
        peer: float | None = None,
        rows: int | str = "",
        peak: int | str = "",
        aim: str = "",
        met: bool | None = None,
    ) -> None:
        """One line; `met` says whether the aim was reached."""
        self.missed += met is False
        verdict = {True: " ✓", False: " ✗", None: ""}[met]
        self.rows.append((
            workload, _ms(floor), _ms(peer), _ms(ours.p50), f"{_ms(ours.at(95))} / {_ms(ours.at(99))}",
            f"{ours.p50 / floor:.1f}×" if floor else "–", f"{peer / ours.p50:.0f}×" if peer else "–",
            f"{rows:,}" if isinstance(rows, int) else rows, str(peak), f"{aim}{verdict}",
        ))  # fmt: skip

    def show(self) -> None:
        """Print it."""
        print(f"\n### {self.title}\n")
        widths = [max(len(row[column]) for row in self.rows) for column in range(len(HEAD))]
        for number, row in enumerate(self.rows):
            print(_line(row, widths))
            if number == 0:
                print(_line(["-" * width for width in widths], widths))
        print(f"\n{self.missed} of {len(self.rows) - 1} lines miss their aim." if self.missed else "", flush=True)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _ms(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
