"""A reader of the change log, as another catalogue would write one."""

from dataclasses import dataclass, field
from uuid import UUID

from learningcity.catalogue.queries.changes import changes


@dataclass
class Follower:
    """Keeps a copy of what it was told, and every number it was told."""

    size: int = 3
    after: int | None = None
    since: int | None = None
    held: set[UUID] = field(default_factory=set)
    numbers: list[int] = field(default_factory=list)

    def read(self) -> int:
        """Read one part; return how many changes it held."""
        part = changes(after=self.after, since=self.since, size=self.size)
        for change in part.changes:
            self.numbers.append(change.number)
            (self.held.discard if change.is_removed else self.held.add)(change.public_id)
        self.after, self.since = part.after, part.since
        return len(part.changes)

    def read_all(self) -> None:
        """Read to the end."""
        while self.read():
            pass
