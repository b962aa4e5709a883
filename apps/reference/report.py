"""What became of a file: rows taken, and rows refused with line, field and reason."""

from dataclasses import dataclass, field


class TableError(Exception):
    """The file as a whole is not the table it should be; nothing of it was taken."""


class FieldError(Exception):
    """One field of a row cannot be taken; the row is refused, the others go on."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True)
class Rejection:
    """A row that was not taken: the line in the file (the heading is line 1), the field and the reason."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.reason}"


@dataclass
class Report:
    """Counts of a load; `complete` tells whether absence from the file may be given a meaning."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    passed_over: int = 0
    ended: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    complete: bool = True

    def reject(self, line: int, name: str, reason: str, *, hides_code: bool = False) -> None:
        """Refuse a row; `hides_code` when it cannot be told which code the row was about."""
        self.rejected.append(Rejection(line, name, reason))
        if hides_code:
            self.complete = False

    def __str__(self) -> str:
        return (
            f"{self.accepted} accepted, {self.updated} updated, {self.unchanged} unchanged, "
            f"{self.passed_over} passed over, {self.ended} ended, {len(self.rejected)} rejected"
        )
