"""Stored messages as decisions need them: each campaign gets its own mails and files of one mailbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...domain.campaign import Campaign
from ...domain.cell_corrections import CellCorrection, corrected
from ...domain.documents import Kind, Problem, Reading
from ...domain.forms import table_problem
from ...domain.incoming import Answered, IncomingDocument, IncomingMessage, is_decoration
from ...domain.messages import MailFacts, subject_reference
from ...domain.outgoing import MailKey
from ...domain.routing import Pointers, Routes, route
from ...domain.sheaves import bound, with_whole_sheaves
from ...domain.state import Contact
from ...domain.trust import authentication
from ...store import Store, StoredDocument, StoredMessage
from .memory import Loaded, Material
from .settled import decisions_of

CHANNEL_MAIL = "邮件"
ByDocument = dict[str, frozenset[str]]


def units_by_address(contacts: Sequence[Contact]) -> dict[str, frozenset[str]]:
    """Return the units that each address is a contact of."""
    units: dict[str, frozenset[str]] = {}
    for contact in contacts:
        if contact.address:
            units[contact.address] = units.get(contact.address, frozenset()) | {contact.unit}
    return units


def running(store: Store, campaigns: Mapping[str, Campaign]) -> Callable[[datetime], frozenset[str]]:
    """Tell which campaigns had a period open at a moment: one that has not asked yet is not what is answered."""
    periods = [(id, one) for id in campaigns for one in store.periods.all(id)]

    def at(moment: datetime) -> frozenset[str]:
        return frozenset(
            id
            for id, one in periods
            if one.opened_at <= moment and (one.closed_at is None or moment < one.closed_at)
        )

    return at


def settled_files(store: Store, campaigns: Mapping[str, Campaign]) -> tuple[ByDocument, ByDocument]:
    """By document, the campaigns in which a person settled whose it is, and those in which it is no report."""
    settled: ByDocument = {}
    dismissed: ByDocument = {}
    for id, campaign in campaigns.items() if len(campaigns) > 1 else ():
        decisions = decisions_of(store, campaign)
        for document in {*decisions.assigned, *decisions.accepted}:
            settled[document] = settled.get(document, frozenset()) | {id}
        for document in decisions.dismissed:
            dismissed[document] = dismissed.get(document, frozenset()) | {id}
    return settled, dismissed


@dataclass(frozen=True, kw_only=True, slots=True)
class Loader:
    """Turns stored messages into what decisions are taken from, for one campaign.

    :param sent: our mails by Message-ID.
    :param contacts: the units that each address is a contact of.
    :param running: the campaigns that had a period open at a moment.
    :param settled: by document, the campaigns in which a person settled whose it is.
    :param dismissed: by document, the campaigns in which a person said that it is no report.
    :param material: the mails and files, read.
    :param loaded: what was loaded before under the same circumstances; it is added to.
    """

    campaign: Campaign
    campaigns: Mapping[str, Campaign]
    sent: Mapping[str, MailKey | None]
    own_files: set[str]
    office_address: str
    authserv_ids: Mapping[str, str]
    spellings: frozenset[str]
    corrections: Mapping[str, Sequence[CellCorrection]]
    contacts: Mapping[str, frozenset[str]]
    running: Callable[[datetime], frozenset[str]]
    settled: Mapping[str, frozenset[str]]
    dismissed: Mapping[str, frozenset[str]]
    material: Material
    loaded: dict[int, Loaded]

    def load(self, message: StoredMessage, documents: Sequence[StoredDocument]) -> IncomingMessage | None:
        """Return the message with its files, or None where it belongs to another campaign."""
        facts = self.facts_of(message)
        named = (*facts.in_reply_to, *facts.references) if facts else ()
        answered = tuple(key for known in named if (key := self.sent.get(known)) is not None)
        foreign = tuple(one for one in documents if one.sha256 not in self.own_files)
        known = self.loaded.get(message.id)
        if known is None or not known.is_of(message, foreign, answered):
            incoming = self._load(message, facts, answered, foreign)
            known = Loaded(message=message, documents=foreign, answered=answered, incoming=incoming)
            self.loaded[message.id] = known
        return known.incoming

    def facts_of(self, message: StoredMessage) -> MailFacts | None:
        """Return the facts of a message, None where no mail came or it was not worked on yet."""
        known = self.material.facts.get(message.id)
        return known[1] if known else None

    def _load(
        self,
        message: StoredMessage,
        facts: MailFacts | None,
        answered: Sequence[MailKey],
        documents: Sequence[StoredDocument],
    ) -> IncomingMessage | None:
        read = [
            (document, reading)
            for document in documents
            if not is_decoration(reading := self._reading(document), inline=document.inline)
        ]
        routes = self._routes(message, [key.campaign for key in answered], [reading for _, reading in read])
        mine = [
            self._document(document, reading, others)
            for (document, reading), possible in zip(read, routes.files, strict=True)
            if (others := self._others(document.sha256, possible)) is not None
        ]
        if not mine and (read or self.campaign.id not in routes.mail):
            return None
        return IncomingMessage(
            id=message.id,
            sha256=message.sha256,
            message_id=message.message_id,
            sender=message.from_address or "",
            sender_name=message.from_name or "",
            subject=message.subject or "",
            text=facts.text if facts else "",
            received_at=message.received_at or message.collected_at,
            known_at=message.collected_at,
            channel=message.note or CHANNEL_MAIL,
            # What the office's own address sends, the clerk sends: its host reports, and she passes files on.
            by_office=message.sha256 is None or message.from_address == self.office_address,
            forced_unit=message.forced_unit and self.campaign.current_unit(message.forced_unit),
            forced_period=message.forced_period,
            answers=tuple(
                Answered(unit=self.campaign.current_unit(key.unit), period=key.period)
                for key in answered
                if key.campaign == self.campaign.id
            ),
            reference=subject_reference(message.subject or "", self.campaign.short_name),
            links=facts.links if facts else (),
            documents=self._corrected(bound(mine, self.campaign.form.columns, self.spellings)),
            authentication=authentication(
                facts.authentication if facts else "", self.authserv_ids.get(message.account or "")
            ),
        )

    def _routes(self, message: StoredMessage, answered: Sequence[str], readings: Sequence[Reading]) -> Routes:
        pointers = Pointers(
            answered=tuple(answered),
            subject=message.subject or "",
            readings=tuple(readings),
            units=self.contacts.get(message.from_address or "", frozenset()),
            running=self.running(message.received_at or message.collected_at),
        )
        return route(pointers, self.campaigns)

    def _others(self, document: str, possible: frozenset[str]) -> tuple[str, ...] | None:
        """The other campaigns that a file may belong to as well, or None where it is not this campaign's."""
        left = self.settled.get(document) or possible - self.dismissed.get(document, frozenset()) or possible
        if self.campaign.id not in left:
            return None
        return tuple(sorted(self.campaigns[id].short_name for id in left - {self.campaign.id}))

    def _document(
        self, document: StoredDocument, reading: Reading, others: tuple[str, ...]
    ) -> IncomingDocument:
        columns = self.campaign.form.columns
        file = self.material.files.get(document.id)
        form = file.form(columns, self.spellings) if file and not reading.problem else None
        return IncomingDocument(
            document=document.sha256,
            filename=document.filename,
            reading=reading,
            other_campaigns=others,
            form=form,
            problem=None if form or reading.problem else table_problem(reading, columns),
        )

    def _reading(self, document: StoredDocument) -> Reading:
        if file := self.material.files.get(document.id):
            return file.reading
        said = document.problem
        problem = Problem(**said) if said else Problem(code="not_read", detail="尚未读取")
        return Reading(document=document.sha256, filename=document.filename, kind=Kind.OTHER, problem=problem)

    def _corrected(self, documents: Sequence[IncomingDocument]) -> tuple[IncomingDocument, ...]:
        """Put in what a person corrected, file by file, after pages of one form were put together."""
        return with_whole_sheaves(
            [
                replace(one, form=corrected(one.form, self.corrections.get(one.document, ())))
                if one.form
                else one
                for one in documents
            ]
        )
