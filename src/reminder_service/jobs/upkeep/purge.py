"""Removing for good what is old: planned and shown first, then carried out and journaled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.purging import (
    PURGED,
    CampaignPeriods,
    Cutoffs,
    HeldMail,
    HeldMessage,
    Place,
    purgeable_mails,
    purgeable_messages,
    purgeable_periods,
)
from ...logs import mask
from ...store import Store
from ..results.versions import versions
from ..state.situation import Situation

_DONE = ("sent", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class PurgePlan:
    """What a purge would remove.

    ``messages`` and ``mails`` are ids, ``periods`` those whose reports go, each with the number of its messages;
    ``unfrozen`` are those of them without a frozen version: nothing that was handed up stays of them in the store.
    """

    messages: tuple[int, ...]
    reports: int
    mails: tuple[int, ...]
    periods: tuple[tuple[Place, int], ...]
    unfrozen: tuple[Place, ...]
    originals: int
    size: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be removed."""
        return not (self.messages or self.mails)


@dataclass(frozen=True, kw_only=True, slots=True)
class PurgeSummary:
    """What was removed."""

    messages: int
    documents: int
    mails: int
    originals: int


def plan_purge(store: Store, situations: Sequence[Situation], cutoffs: Cutoffs) -> PurgePlan:
    """Return what may go; nothing is changed.

    :param situations: of every configured campaign: what belongs to none of them counts as no report.
    """
    campaigns = [_periods(store, here) for here in situations]
    moment = cutoffs.reports or cutoffs.sent
    periods = purgeable_periods(campaigns, moment) if moment else frozenset()
    open_since = min((one.open_since for one in campaigns if one.open_since), default=None)
    held = _messages(store, situations)
    going = purgeable_messages(held, periods, cutoffs, open_since=open_since)
    mails = purgeable_mails(_mails(store, situations), periods, cutoffs)
    ids, mail_ids = [one.id for one in going], [one.id for one in mails]
    originals, size = store.purge.size_without(store.purge.referenced(messages_but=ids, mails_but=mail_ids))
    counts = Counter(place for one in going for place in one.places)
    return PurgePlan(
        messages=tuple(ids),
        reports=sum(bool(one.places) for one in going),
        mails=tuple(mail_ids),
        periods=tuple(sorted(counts.items(), key=lambda pair: (pair[0][0], pair[0][1]))),
        unfrozen=tuple(place for place in sorted(counts) if not versions(store, *place)),
        originals=originals,
        size=size,
    )


def purge(store: Store, plan: PurgePlan, cutoffs: Cutoffs, *, author: str, now: datetime) -> PurgeSummary:
    """Remove what a plan names. The caller holds the work lock, under which the plan was made.

    The store first, in one transaction with the journal; then the files that nothing refers to any more, which the
    next purge does where this one is killed; then the database is written anew without what was removed.

    :raises OutsideError: when the store or the disk fails; then another purge goes on where this one ended.
    """
    before = store.purge.referenced()
    with store.transaction():
        documents = store.purge.forget_messages(plan.messages)
        store.purge.forget_mails(plan.mails)
        for (campaign, period), count in plan.periods:
            store.journal.write(now, author, PURGED, f"{campaign}/{period}", {"messages": count})
        detail = {
            "messages": len(plan.messages), "documents": documents, "mails": len(plan.mails),
            "before": {name: _moment(getattr(cutoffs, name)) for name in ("reports", "other", "sent")},
        }  # fmt: skip
        store.journal.write(now, author, "purge", "store", detail)
    originals = store.purge.sweep(before)
    store.purge.compact()
    return PurgeSummary(
        messages=len(plan.messages), documents=documents, mails=len(plan.mails), originals=originals
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What became of a person's address: contacts removed, queued mails given up, and what still names it."""

    contacts: int
    given_up: int
    messages_left: int
    mails_left: int


def forget(store: Store, address: str, *, author: str, now: datetime) -> Forgotten:
    """Remove an address with name and telephone from the contacts and give up what is still queued for it.

    Mails from and to it stay until they are purged: they are reports and their proofs. The journal names the
    address masked only.
    """
    wanted = address.strip().casefold()
    with store.transaction():
        contacts = store.contacts.forget(wanted)
        queued = [mail for mail in store.outbox.in_state("queued", "draft") if mail.to.casefold() == wanted]
        given_up = sum(store.outbox.drop(mail.id, "The address was forgotten.") for mail in queued)
        found = Forgotten(
            contacts=contacts,
            given_up=given_up,
            messages_left=sum((one.from_address or "") == wanted for one in store.messages.all()),
            mails_left=sum(mail.to.casefold() == wanted for mail in store.outbox.all()),
        )
        detail: dict[str, Any] = {"contacts": contacts, "given_up": given_up}
        store.journal.write(now, author, "forget", mask(wanted), detail)
    return found


def _periods(store: Store, here: Situation) -> CampaignPeriods:
    book = here.periods
    closed = {
        Period.parse(one.period): one.closed_at
        for one in store.periods.all(here.campaign.id)
        if one.closed_at is not None
    }
    # Without other evidence a report belongs to the latest opened period, closed or not.
    at_work = {*here.open_periods, here.current_period, book.fallback}
    opened = [at for period, at in book.opened if period in at_work and period not in closed]
    return CampaignPeriods(
        campaign=here.campaign.id,
        open=frozenset(at_work),
        open_since=min(opened, default=None),
        closed={period: at for period, at in closed.items() if period not in at_work},
    )


def _messages(store: Store, situations: Sequence[Situation]) -> list[HeldMessage]:
    places: dict[int, set[Place]] = {}
    for here in situations:
        for one in here.attributions:
            places.setdefault(one.message.id, set()).add((here.campaign.id, one.period))
    return [
        HeldMessage(
            id=message.id,
            collected_at=message.collected_at,
            finished=message.state == "done",
            places=frozenset(places.get(message.id, ())),
        )
        for message in store.messages.all()
        if message.sha256 is not None or message.kind is not None or message.state != "done"
    ]


def _mails(store: Store, situations: Sequence[Situation]) -> list[HeldMail]:
    configured = {here.campaign.id for here in situations}

    def place(key: MailKey | None) -> Place | None:
        return (key.campaign, Period.parse(key.period)) if key and key.campaign in configured else None

    return [
        HeldMail(
            id=mail.id,
            created_at=mail.created_at,
            finished=mail.state in _DONE,
            place=place(MailKey.parse(mail.key)),
        )
        for mail in store.outbox.all()
        if mail.raw_sha256
    ]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
