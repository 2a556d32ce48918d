"""What may be removed for good: never anything that an open period needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .periods import Period

PURGED = "purge_period"
"""The journal's word for a period whose reports were removed; its subject is ``campaign/period``."""

Place = tuple[str, Period]
"""A campaign's id and one of its periods."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cutoffs:
    """What is old enough to go: all of its kind from before these moments; None keeps everything.

    ``reports`` are mails and files that were reports, ``other`` all other mails that came, ``sent`` what went out.
    """

    reports: datetime | None = None
    other: datetime | None = None
    sent: datetime | None = None

    @classmethod
    def all_before(cls, moment: datetime) -> "Cutoffs":
        """Return the same moment for every kind."""
        return cls(reports=moment, other=moment, sent=moment)


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignPeriods:
    """The periods of one campaign: those still at work, since when, and when the others were closed."""

    campaign: str
    open: frozenset[Period]
    open_since: datetime | None
    closed: Mapping[Period, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldMessage:
    """A message that is kept: ``places`` are the periods it reports for, ``finished`` whether all work is done."""

    id: int
    collected_at: datetime
    finished: bool
    places: frozenset[Place]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldMail:
    """A mail of the outbox; ``place`` is None where it is about no configured campaign's period."""

    id: int
    created_at: datetime
    finished: bool
    place: Place | None


def periods_named(subjects: Iterable[str], campaign: str) -> frozenset[Period]:
    """Return a campaign's periods among subjects of the journal like ``campaign/2024Q2``."""
    found = (subject.rpartition("/") for subject in subjects)
    return frozenset(Period.parse(period) for of, _, period in found if of == campaign)


def purgeable_periods(campaigns: Iterable[CampaignPeriods], before: datetime) -> frozenset[Place]:
    """Return the periods whose reports may go: closed before a moment and needed by no open one.

    An open period needs itself, every period of its year (cumulative figures) and the one before it (what fell,
    what was handed in again).
    """
    return frozenset(
        (one.campaign, period)
        for one in campaigns
        for period, closed_at in one.closed.items()
        if closed_at < before and not any(_needs(open_, period) for open_ in one.open)
    )


def _needs(open_: Period, other: Period) -> bool:
    return other >= open_ or other.end.year == open_.end.year or other.next() == open_


def purgeable_messages(
    messages: Iterable[HeldMessage],
    periods: Collection[Place],
    cutoffs: Cutoffs,
    *,
    open_since: datetime | None,
) -> list[HeldMessage]:
    """Return the messages that may go.

    A report goes when all its periods do. Any other mail goes when it is older than its cutoff and than every
    open period: it may be about one. Unfinished mails wait for a person and stay.

    :param open_since: when the first of the open periods was opened, None where none is.
    """

    def may_go(message: HeldMessage) -> bool:
        if not message.finished:
            return False
        if message.places:
            return _is_before(message.collected_at, cutoffs.reports) and message.places <= set(periods)
        older = open_since is None or message.collected_at < open_since
        return older and _is_before(message.collected_at, cutoffs.other)

    return [message for message in messages if may_go(message)]


def purgeable_mails(
    mails: Iterable[HeldMail], periods: Collection[Place], cutoffs: Cutoffs
) -> list[HeldMail]:
    """Return the mails of the outbox that may go: done with, old, and about no period that stays."""
    return [
        mail
        for mail in mails
        if mail.finished
        and _is_before(mail.created_at, cutoffs.sent)
        and (mail.place is None or mail.place in periods)
    ]


def _is_before(moment: datetime, cutoff: datetime | None) -> bool:
    return cutoff is not None and moment < cutoff
