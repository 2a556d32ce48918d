"""Whether the service can see and speak: how reading and sending stand, by account, at one moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class HealthState(StrEnum):
    """How one way in or out stands; in the order of how bad it is."""

    GOOD = "good"
    STALE = "stale"
    """The last good attempt is older than allowed: nobody tries any more."""
    FAILING = "failing"
    """The last attempt failed."""
    NEVER = "never"
    """It has never worked."""


_ORDER = tuple(HealthState)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """The attempts on one way in or out as noted: ``error`` is the last one's, None if it was good.

    ``folder`` is empty for a way out; ``attempted_at`` is None where nobody has tried yet.
    """

    account: str
    folder: str = ""
    attempted_at: datetime | None = None
    good_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One folder that is read, or one account that sends, and how it stands."""

    account: str
    folder: str
    state: HealthState
    attempted_at: datetime | None
    good_at: datetime | None
    error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceHealth:
    """How the service stands at one moment.

    ``sending`` is empty before the first mail: that nothing had to be sent is no fault.
    """

    at: datetime
    reading: tuple[Way, ...]
    sending: tuple[Way, ...]

    @property
    def state(self) -> HealthState:
        """The worst of all ways, which is what the service as a whole is worth."""
        states = [way.state for way in (*self.reading, *self.sending)]
        return max(states, key=_ORDER.index, default=HealthState.GOOD)

    @property
    def read_at(self) -> datetime | None:
        """Since when nothing can have been missed: the oldest last good reading, None if one never was."""
        moments = [way.good_at for way in self.reading]
        return None if None in moments else min((moment for moment in moments if moment), default=None)

    @property
    def reading_works(self) -> bool:
        """Whether every folder was read well, and lately."""
        return all(way.state is HealthState.GOOD for way in self.reading)


def service_health(
    read: Iterable[Tried],
    sent: Iterable[Tried],
    *,
    folders: Sequence[str],
    stale_after: timedelta,
    now: datetime,
) -> ServiceHealth:
    """Judge what was noted about reading and sending.

    :param folders: the folders that must be read; others count for nothing, and one without a note was never read.
    :param stale_after: how old the last good reading may be. Sending happens when there is something to send,
        so it does not go stale.
    """
    known: dict[str, list[Tried]] = {}
    for one in read:
        known.setdefault(one.folder, []).append(one)
    wanted = [
        one
        for folder in dict.fromkeys(folders)
        for one in known.get(folder, [Tried(account="", folder=folder)])
    ]
    return ServiceHealth(
        at=now,
        reading=tuple(_way(one, now - stale_after) for one in wanted),
        sending=tuple(_way(one, None) for one in sent),
    )


def _way(one: Tried, oldest: datetime | None) -> Way:
    return Way(
        account=one.account,
        folder=one.folder,
        state=_state(one, oldest),
        attempted_at=one.attempted_at,
        good_at=one.good_at,
        error=one.error,
    )


def _state(one: Tried, oldest: datetime | None) -> HealthState:
    if one.good_at is None:
        return HealthState.NEVER
    if one.error is not None:
        return HealthState.FAILING
    if oldest is not None and one.good_at < oldest:
        return HealthState.STALE
    return HealthState.GOOD
