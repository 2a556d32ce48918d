"""Where a campaign stands, computed anew from the store each time: nothing derived is kept, so nothing goes stale."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ...domain.campaign import Campaign
from ...domain.decisions import Decisions
from ...domain.identity import Identifier, PeriodBook
from ...domain.incoming import (
    Attribution,
)
from ...domain.messages import MessageKind
from ...domain.names import UnitNames
from ...domain.outgoing import MailKey, OutgoingMail
from ...domain.periods import Period
from ...domain.print_edits import with_print_edits
from ...domain.progress import with_fallen_figures
from ...domain.purging import PURGED, periods_named
from ...domain.receipts import RECEIPT, ReceiptRules
from ...domain.reminders import Planner
from ...domain.review import Reviewer
from ...domain.situation import period_state
from ...domain.state import Contact, MailboxHealth, PeriodState, TrayEntry
from ...domain.workdays import due_date
from ...store import OutboxMail, Store, StoredDocument, StoredMessage
from ..setup.contact_sheets import tray_entry, waiting_sheets
from .loader import Loader, running, settled_files, units_by_address
from .memory import Material
from .settled import decisions_of
from .surroundings import (
    Surroundings,
    bounces,
    is_answerable,
    mailbox_health,
    period_book,
    unprocessed,
    was_read_again,
)

_PURGED = MailboxHealth(read_at=None, blind=True, reason="本期材料已按保存期限清除，无法再作统计")


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
    history = _history(outbox, keys, campaign)
    # What was known of a body that was merged is known of its successor.
    contacts = [
        replace(contact, unit=campaign.current_unit(contact.unit)) for contact in store.contacts.all()
    ]
    names = memory.names(campaign, store.contacts.aliases())
    decisions = decisions_of(store, campaign)
    periods = period_book(store, campaign, around, now)
    stored = store.messages.outlines()
    files = store.documents.outlines()
    documents = _by_message(files)
    material = memory.material(store, stored, files)
    loader = _loader(
        store,
        campaign,
        around,
        names=names,
        contacts=units_by_address(contacts),
        decisions=decisions,
        outbox=tuple(zip(outbox, keys, strict=True)),
        material=material,
    )
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
        mailbox=mailbox_health(store, around, now),
        purged=periods_named(store.journal.subjects(PURGED), campaign.id),
        answerable=_answerable(stored, documents, loader, history),
        unprocessed=tuple(unprocessed(store, stored, decisions.dismissed)),
        bounces=bounces(outbox, campaign),
        contact_sheets=waiting_sheets(
            store,
            campaign,
            [message for message in stored if message.id in sheets],
            sheets,
            period=periods.latest_opened(now),
            dismissed=decisions.dismissed,
        ),
    )


def _by_message(files: Sequence[StoredDocument]) -> dict[int, list[StoredDocument]]:
    documents: dict[int, list[StoredDocument]] = {}
    for document in files:
        documents.setdefault(document.message, []).append(document)
    return documents


def _answerable(
    stored: Sequence[StoredMessage],
    documents: Mapping[int, Sequence[StoredDocument]],
    loader: Loader,
    history: Sequence[OutgoingMail],
) -> frozenset[int]:
    """Return which submissions may get a receipt."""
    answered = {mail.key.about for mail in history if mail.key.kind == RECEIPT}
    return frozenset(
        message.id
        for message in stored
        if message.kind == MessageKind.SUBMISSION
        and is_answerable(loader.facts_of(message))
        and not (str(message.id) in answered and was_read_again(message, documents.get(message.id, ())))
    )


def _history(
    outbox: Sequence[OutboxMail], keys: Sequence[MailKey | None], campaign: Campaign
) -> list[OutgoingMail]:
    return [
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


def _loader(
    store: Store,
    campaign: Campaign,
    around: Surroundings,
    *,
    names: UnitNames,
    contacts: Mapping[str, frozenset[str]],
    decisions: Decisions,
    outbox: Sequence[tuple[OutboxMail, MailKey | None]],
    material: Material,
) -> Loader:
    """Return what loads mails; what it loaded last time holds while these circumstances are the same."""
    settled, dismissed = settled_files(store, around.campaigns)
    circumstances = (
        campaign,
        dict(around.campaigns),
        around.office_address,
        around.authserv_ids,
        names,
        decisions.corrected,
        contacts,
        [store.periods.all(id) for id in around.campaigns],
        settled,
        dismissed,
    )
    return Loader(
        campaign=campaign,
        campaigns=around.campaigns,
        sent={mail.message_id: key for mail, key in outbox},
        own_files={sha256 for mail, _ in outbox for sha256 in mail.attachments},
        office_address=around.office_address,
        authserv_ids=around.authserv_ids,
        spellings=names.spellings,
        corrections=decisions.corrected,
        contacts=contacts,
        running=running(store, around.campaigns),
        settled=settled,
        dismissed=dismissed,
        material=material,
        loaded=around.memory.loaded(campaign, circumstances),
    )
