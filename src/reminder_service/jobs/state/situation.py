"""Where a campaign stands, computed anew from the store each time: nothing derived is kept, so nothing goes stale."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ...domain.campaign import Campaign
from ...domain.decisions import Decisions
from ...domain.error_words import error_words
from ...domain.identity import Identifier, PeriodBook
from ...domain.incoming import (
    Attribution,
)
from ...domain.messages import MailFacts, MessageKind
from ...domain.names import UnitNames
from ...domain.outgoing import OutgoingMail
from ...domain.periods import Period
from ...domain.print_edits import with_print_edits
from ...domain.progress import with_fallen_figures
from ...domain.purging import PURGED, periods_named
from ...domain.receipts import RECEIPT, ReceiptRules
from ...domain.reminders import Planner
from ...domain.review import Reviewer
from ...domain.situation import period_state
from ...domain.state import Contact, MailboxHealth, PeriodState, TrayEntry
from ...domain.workdays import WorkCalendar, due_date
from ...store import OutboxMail, Store, StoredDocument, StoredMessage
from ..setup.contact_sheets import tray_entry, waiting_sheets
from .loader import Loader, running, settled_files, units_by_address
from .memory import Memory
from .settled import decisions_of

_PURGED = MailboxHealth(read_at=None, blind=True, reason="本期材料已按保存期限清除，无法再作统计")


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a campaign stands in besides the store: calendar, office, mailbox folders.

    :param folders: the folders that must have been read well; empty where no mailbox is configured.
    :param authserv_ids: by account, the name under which its server writes Authentication-Results.
    :param stale_after: how old the last good reading may be before the mailbox counts as blind.
    :param memory: what was made of files lately, shared by situations computed one after the other.
    """

    calendar: WorkCalendar
    zone: ZoneInfo
    office_address: str
    folders: tuple[str, ...]
    stale_after: timedelta
    campaigns: Mapping[str, Campaign]
    authserv_ids: Mapping[str, str] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """One campaign at one moment: what came, what was decided, what went out."""

    campaign: Campaign
    around: Surroundings
    now: datetime
    names: UnitNames
    attributions: Sequence[Attribution]
    contacts: Sequence[Contact]
    history: Sequence[OutgoingMail]
    decisions: Decisions
    periods: PeriodBook
    mailbox: MailboxHealth
    purged: frozenset[Period]
    answerable: frozenset[int]
    unprocessed: tuple[TrayEntry, ...] = ()
    contact_sheets: tuple[Attribution, ...] = ()
    bounces: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _states: dict[Period, PeriodState] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def planner(self) -> Planner:
        """The planner of mails to units."""
        return Planner(
            campaign=self.campaign,
            calendar=self.around.calendar,
            zone=self.around.zone,
            contacts=self.contacts,
            history=self.history,
            closed=self.periods.closed,
        )

    @property
    def receipt_rules(self) -> ReceiptRules:
        """The rules for receipts."""
        return ReceiptRules(
            campaign=self.campaign,
            calendar=self.around.calendar,
            zone=self.around.zone,
            contacts=self.contacts,
            history=self.history,
            answerable=self.answerable,
            office=self.around.office_address,
        )

    @property
    def current_period(self) -> Period:
        """The period that was opened last, else the one whose time it is."""
        return self.periods.latest_opened(self.now)

    @property
    def open_periods(self) -> tuple[Period, ...]:
        """Every period that was opened and not closed, else the one whose time it is."""
        opened = [period for period, _ in self.periods.opened if period not in self.periods.closed]
        return tuple(sorted(opened)) if self.periods.opened else (self.periods.fallback,)

    def due(self, period: Period) -> date:
        """Return the due date of a period."""
        return due_date(period, self.campaign.due_rule, self.around.calendar)

    def state(self, period: Period) -> PeriodState:
        """Return the state of a period; it is worked out once."""
        if period not in self._states:
            self._states[period] = self._review(period)
        return self._states[period]

    def _review(self, period: Period) -> PeriodState:
        reviewer = Reviewer(
            campaign=self.campaign,
            names=self.names,
            period=period,
            due=self.due(period),
            decisions=self.decisions,
            day_of=lambda moment: moment.astimezone(self.around.zone).date(),
            undeliverable={
                unit: details for (about, unit), details in self.bounces.items() if about == str(period)
            },
        )
        state = period_state(
            reviewer,
            self.attributions,
            # Its reports were removed for good: nobody may be called missing for that.
            mailbox=_PURGED if period in self.purged else self.mailbox,
            as_of=self.now.astimezone(self.around.zone),
            unprocessed=(*self.unprocessed, *map(tray_entry, self.contact_sheets)),
        )
        before = (self.state(one) for one in reversed(self.campaign.periods_of_year(period)[:-1]))
        told = with_fallen_figures(self.campaign, before, state, self.decisions.figures)
        return with_print_edits(told, self.decisions.printed)


def situation(store: Store, campaign: Campaign, around: Surroundings, *, now: datetime) -> Situation:
    """Compute the situation of a campaign from the store as it stands."""
    with around.memory.lock, _no_collection():
        return _situation(store, campaign, around, now=now)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector of garbage out: with many reports it takes half of the time and finds no cycles."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _situation(store: Store, campaign: Campaign, around: Surroundings, *, now: datetime) -> Situation:
    memory, outbox = around.memory, store.outbox.all()
    keys = memory.keys(outbox)
    history = [
        OutgoingMail(
            key=key,
            message_id=mail.message_id,
            to=mail.to,
            state=mail.state,
            at=mail.created_at,
            bounced=mail.bounced_at is not None,
            dropped=mail.state == "failed" and mail.failed_at is None,
        )
        for mail, key in zip(outbox, keys, strict=True)
        if key and key.campaign == campaign.id
    ]
    # What was known of a body that was merged is known of its successor.
    contacts = [
        replace(contact, unit=campaign.current_unit(contact.unit)) for contact in store.contacts.all()
    ]
    names = memory.names(campaign, store.contacts.aliases())
    decisions = decisions_of(store, campaign)
    periods = _periods(store, campaign, around, now)
    settled, dismissed = settled_files(store, around.campaigns)
    stored = store.messages.outlines()
    files = store.documents.outlines()
    documents: dict[int, list[StoredDocument]] = {}
    for document in files:
        documents.setdefault(document.message, []).append(document)
    material = memory.material(store, stored, files)
    by_address = units_by_address(contacts)
    circumstances = (
        campaign,
        dict(around.campaigns),
        around.office_address,
        around.authserv_ids,
        names,
        decisions.corrected,
        by_address,
        [store.periods.all(id) for id in around.campaigns],
        settled,
        dismissed,
    )
    loader = Loader(
        campaign=campaign,
        campaigns=around.campaigns,
        sent={mail.message_id: key for mail, key in zip(outbox, keys, strict=True)},
        own_files={sha256 for mail in outbox for sha256 in mail.attachments},
        office_address=around.office_address,
        authserv_ids=around.authserv_ids,
        spellings=names.spellings,
        corrections=decisions.corrected,
        contacts=by_address,
        running=running(store, around.campaigns),
        settled=settled,
        dismissed=dismissed,
        material=material,
        loaded=memory.loaded(campaign, circumstances),
    )
    answered = {mail.key.about for mail in history if mail.key.kind == RECEIPT}
    incoming = [
        found
        for message in stored
        if message.kind == MessageKind.SUBMISSION
        and (found := loader.load(message, documents.get(message.id, [])))
    ]
    identifier = memory.identifier(
        Identifier(campaign=campaign, names=names, contacts=contacts, periods=periods, decisions=decisions)
    )
    sheets = {
        file.document.message: store.documents.of_message(file.document.message)
        for file in material.files.values()
        if file.reading.contact_sheet
    }
    return Situation(
        campaign=campaign,
        around=around,
        now=now,
        names=names,
        attributions=identifier.identify(incoming),
        contacts=contacts,
        history=history,
        decisions=decisions,
        periods=periods,
        mailbox=_mailbox(store, around, now),
        purged=periods_named(store.journal.subjects(PURGED), campaign.id),
        answerable=frozenset(
            message.id
            for message in stored
            if message.kind == MessageKind.SUBMISSION
            and _answerable(loader.facts_of(message))
            and not (str(message.id) in answered and _was_read_again(message, documents.get(message.id, ())))
        ),
        unprocessed=tuple(_unprocessed(store, stored, decisions.dismissed)),
        bounces=_bounces(outbox, campaign),
        contact_sheets=waiting_sheets(
            store,
            campaign,
            [message for message in stored if message.id in sheets],
            sheets,
            period=periods.latest_opened(now),
            dismissed=decisions.dismissed,
        ),
    )


def _periods(store: Store, campaign: Campaign, around: Surroundings, now: datetime) -> PeriodBook:
    stored = store.periods.all(campaign.id)
    return PeriodBook(
        opened=tuple((Period.parse(one.period), one.opened_at) for one in stored),
        closed=frozenset(Period.parse(one.period) for one in stored if one.closed_at is not None),
        closed_at={Period.parse(one.period): one.closed_at for one in stored if one.closed_at is not None},
        fallback=_by_calendar(campaign, around, now),
    )


def _by_calendar(campaign: Campaign, around: Surroundings, now: datetime) -> Period:
    """Return the last period whose ladder has begun, else the first."""
    planner = Planner(campaign=campaign, calendar=around.calendar, zone=around.zone, contacts=(), history=())
    current = campaign.first_period
    while (following := campaign.following(current)) and planner.first_notice_at(following) <= now:
        current = following
    return current


def _mailbox(store: Store, around: Surroundings, now: datetime) -> MailboxHealth:
    folders = {folder.folder: folder for folder in store.health.folders()}
    read = [folders[name] for name in around.folders if name in folders]
    good = [folder.good_at for folder in read if folder.good_at is not None]
    read_at = min(good) if len(good) == len(around.folders) and good else None
    # The clerk reads these words; what the server said in English stands in the log and in `doctor`.
    failed = any(folder.error for folder in read)
    if read_at is None:
        return MailboxHealth(read_at=None, blind=True, reason="邮箱无法读取" if failed else "邮箱尚未读取过")
    if failed:
        return MailboxHealth(read_at=read_at, blind=True, reason="最近一次读取邮箱失败")
    if now - read_at > around.stale_after:
        return MailboxHealth(read_at=read_at, blind=True, reason="距上次成功读取邮箱时间过长")
    return MailboxHealth(read_at=read_at, blind=False)


def _answerable(facts: MailFacts | None) -> bool:
    return facts is not None and not (facts.automatic or facts.bulk or facts.null_sender)


def _was_read_again(message: StoredMessage, documents: Sequence[StoredDocument]) -> bool:
    """Whether its files were read after the work on it was done: what is seen now was answered as it was seen then."""
    done = message.handled_at
    return done is not None and any(one.read_at is not None and one.read_at > done for one in documents)


def _unprocessed(
    store: Store, messages: Sequence[StoredMessage], dismissed: frozenset[str]
) -> list[TrayEntry]:
    """Mails that could not be worked on, or not even be fetched: they wait until a person has looked."""
    unfetched = [
        TrayEntry(
            message_id=None,
            document=None,
            reason="not_read",
            suggested_unit=None,
            subject=error_words(seen.error or ""),
        )
        for account in dict.fromkeys(folder.account for folder in store.health.folders())
        for _, seen in store.mailbox.troubles(account)
    ]
    return unfetched + [
        TrayEntry(
            message_id=message.message_id,
            document=message.sha256,
            reason="not_read",
            suggested_unit=None,
            sender=message.from_address or "",
            subject=message.subject or "",
            received_at=message.collected_at,
        )
        for message in messages
        if message.state == "failed" and message.sha256 not in dismissed
    ]


def _bounces(outbox: Sequence[OutboxMail], campaign: Campaign) -> dict[tuple[str, str], tuple[str, ...]]:
    bounces: dict[tuple[str, str], tuple[str, ...]] = {}
    for mail in outbox:
        lost = mail.bounced_at or mail.failed_at
        if lost is None or mail.unit is None or mail.campaign != campaign.id:
            continue
        about = (mail.period, mail.unit)
        detail = f"发往 {mail.to} 的邮件被{'退回' if mail.bounced_at else '拒收'}"
        bounces[about] = tuple(dict.fromkeys((*bounces.get(about, ()), detail)))
    return bounces
