"""When the office is told that its mailbox cannot be read: once per outage, and once when it works again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .health import ServiceHealth

MAX_TRIES = 5
"""After so many failures of a chat service an alarm is given up there; the log says so each time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A time in which reading fails, and who knows of it.

    ``since`` is the last good reading, or when the outage was first seen where there was none. ``told`` are the
    marks of those who were told; ``over_at`` is None while it lasts. ``reached`` and ``tries`` are about the notice
    that is under way now: the marks it got to, and how often it failed somewhere.
    """

    since: datetime
    told: frozenset[str] = frozenset()
    over_at: datetime | None = None
    reached: frozenset[str] = frozenset()
    tries: int = 0

    @property
    def is_over(self) -> bool:
        """Whether reading works again."""
        return self.over_at is not None


def looked(outage: Outage | None, found: ServiceHealth) -> Outage | None:
    """Return the outage as it stands after another look, None if there is none.

    One that ends before anybody was told of it is forgotten; one that comes back is a new one.
    """
    if found.reading_works:
        if outage is None or not outage.told:
            return None
        return outage if outage.is_over else replace(outage, over_at=found.at, reached=frozenset(), tries=0)
    if outage is None or outage.is_over:
        return Outage(since=found.read_at or found.at)
    return outage


def to_tell(outage: Outage, marks: frozenset[str], *, after: timedelta, now: datetime) -> frozenset[str]:
    """Return who of ``marks`` is to be told now, of the outage or of its end.

    :param after: how long reading must have failed; that it works again is told at once, to those who knew.
    """
    if not outage.is_over and now - outage.since < after:
        return frozenset()
    wanted = marks & outage.told if outage.is_over else marks
    return frozenset() if outage.tries >= MAX_TRIES else wanted - outage.reached


def after_telling(outage: Outage, reached: frozenset[str], *, failed: bool) -> Outage:
    """Return the outage once a notice went to ``reached``; ``failed`` says whether it did not get somewhere else."""
    return replace(
        outage,
        told=outage.told if outage.is_over else outage.told | reached,
        reached=outage.reached | reached,
        tries=outage.tries + failed,
    )
