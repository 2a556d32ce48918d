"""Contact sheets that units send back: their people are taken over, what is odd goes to the office."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...domain.campaign import Campaign
from ...domain.contact_sheets import SheetLine, is_trusted, is_unfilled
from ...domain.documents import Reading, SheetMark, reading_from_json
from ...domain.incoming import Attribution, Evidence, IncomingDocument, IncomingMessage
from ...domain.messages import facts_from_json
from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.state import TrayEntry
from ...store import Store, StoredDocument, StoredMessage
from .contacts_file import ContactsFile, contacts_of
from .contacts_sheet import Column, Sheet, SheetRow, sheet_of

logger = logging.getLogger(__name__)

TAKEN = "contact_sheet_taken"
"""The journal's action for a sheet that was taken over; its subject is the file's SHA-256."""

_COLUMNS = (Column.UNIT, Column.DEPARTMENT, Column.PERSON, Column.ADDRESS, Column.PHONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnedSheet:
    """A unit's contact sheet with something new in it; ``rows`` leaves out those that name nobody."""

    campaign: Campaign
    unit: str
    document: StoredDocument
    reading: Reading
    rows: Sheet

    @property
    def file(self) -> ContactsFile:
        """Its contacts, the unit's own alone, and a sentence for every odd row."""
        return _of_unit(self.rows, self.campaign, self.unit)


def returned_sheets(
    campaigns: Mapping[str, Campaign], documents: Iterable[StoredDocument]
) -> Iterator[ReturnedSheet]:
    """Find our contact sheets among files, as far as somebody wrote into them."""
    for document in documents:
        mark = SheetMark.parse((document.reading or {}).get("contact_sheet") or "")
        campaign = campaigns.get(mark.campaign) if mark else None
        unit = campaign.unit_by_code(mark.unit_code) if mark and campaign else None
        if mark is None or campaign is None or unit is None or document.reading is None:
            continue
        reading = reading_from_json(document.reading)
        sheet = sheet_of(reading)
        if sheet is None or is_unfilled(mark, map(_line, sheet.rows)):
            continue
        named = tuple(row for row in sheet.rows if any(_line(row)[1:]))
        rows = replace(sheet, rows=named, columns=sheet.columns - {Column.ALIASES})
        yield ReturnedSheet(campaign=campaign, unit=unit.name, document=document, reading=reading, rows=rows)


def take_contact_sheets(
    store: Store,
    campaigns: Mapping[str, Campaign],
    message: StoredMessage,
    *,
    now: datetime,
    settled: frozenset[str] = frozenset(),
) -> None:
    """Put the people of a unit's sheet in place of those known, where the mail comes from the unit.

    A sheet is taken once: a mail that is worked on again never brings old contacts back. One that leaves no
    usable address changes nothing.

    :param message: the mail, as it stands in the store with its sender.
    :param settled: files that a person has accepted.
    """
    for sheet in returned_sheets(campaigns, store.documents.of_message(message.id)):
        sha256 = sheet.document.sha256
        if not _may_change(store, sheet, message, sha256 in settled) or sha256 in store.journal.subjects(
            TAKEN
        ):
            continue
        file = sheet.file
        usable = any(contact.address for contact in file.contacts)
        with store.transaction():
            if usable:
                store.contacts.replace_units([sheet.unit], file.contacts)
            taken = len(file.contacts) if usable else 0
            detail = {"campaign": sheet.campaign.id, "contacts": taken, "problems": len(file.problems)}
            store.journal.write(now, sheet.unit, TAKEN, sha256, detail)
        logger.info("Contact sheet of %s taken, %s contacts", sheet.unit, taken, extra={"action": TAKEN})


def waiting_sheets(
    store: Store,
    campaign: Campaign,
    stored: Sequence[StoredMessage],
    documents: Mapping[int, Sequence[StoredDocument]],
    *,
    period: Period,
    dismissed: frozenset[str],
) -> tuple[Attribution, ...]:
    """Return the sheets that nobody vouches for: they wait for a person at the office."""
    taken = frozenset(store.journal.subjects(TAKEN)) | dismissed
    return tuple(
        Attribution(
            message=_incoming(message),
            document=IncomingDocument(
                document=sheet.document.sha256,
                filename=sheet.document.filename,
                reading=sheet.reading,
                form=None,
            ),
            unit=sheet.unit,
            period=period,
            doubt="unknown_sender",
            evidence=(Evidence(kind="contact_sheet", says=sheet.unit),),
        )
        for message in stored
        for sheet in returned_sheets({campaign.id: campaign}, documents.get(message.id, ()))
        if sheet.document.sha256 not in taken
    )


def tray_entry(waiting: Attribution) -> TrayEntry:
    """Say in the tray that a sheet waits; it suggests no unit, for it is no report that may have come."""
    assert waiting.document is not None
    return TrayEntry(
        message_id=waiting.message.message_id,
        document=waiting.document.document,
        reason="unknown_sender",
        suggested_unit=None,
        filename=waiting.document.filename,
        sender=waiting.message.sender,
        subject=waiting.message.subject,
        received_at=waiting.message.received_at,
        notes=(f"{waiting.unit}的联系人表（不是报表），来自名录以外的地址；认可后才登记",),
    )


def taken_since(store: Store, campaign: Campaign, since: datetime) -> list[str]:
    """Say which sheets were taken over since a moment and what was odd about them, a line each."""
    lines = []
    for entry in store.journal.since(TAKEN, since):
        if entry.detail.get("campaign") != campaign.id:
            continue
        documents = store.documents.by_sha(entry.subject)[:1]
        odd = [
            text for one in returned_sheets({campaign.id: campaign}, documents) for text in one.file.problems
        ]
        count = entry.detail.get("contacts")
        what = f"已登记{count}人" if count else "没有可用的邮箱，原有联系人未改动，请电话核对"
        lines.append("；".join((f"{entry.author}交回联系人表，{what}", *(text.rstrip("。") for text in odd))))
    return lines


def _may_change(store: Store, sheet: ReturnedSheet, message: StoredMessage, accepted: bool) -> bool:
    facts = facts_from_json(message.facts) if message.sha256 and message.facts else None
    answered = {
        key.unit
        for known in ((*facts.in_reply_to, *facts.references) if facts else ())
        if (mail := store.outbox.by_message_id(known))
        and (key := MailKey.parse(mail.key))
        and key.campaign == sheet.campaign.id
    }
    sender = message.from_address
    units = {one.unit for one in store.contacts.all() if sender and one.address == sender}
    current = sheet.campaign.current_unit
    return is_trusted(
        sheet.unit,
        units_of_sender=set(map(current, units)),
        answered=set(map(current, answered)),
        settled=accepted or message.sha256 is None,
    )


def _of_unit(rows: Sheet, campaign: Campaign, unit: str) -> ContactsFile:
    file = contacts_of(rows, [campaign])
    others = dict.fromkeys(contact.unit for contact in file.contacts if contact.unit != unit)
    return replace(
        file,
        contacts=tuple(contact for contact in file.contacts if contact.unit == unit),
        aliases={},
        problems=(*file.problems, *(f"本表只登记{unit}的联系人，{other}的未登记。" for other in others)),
    )


def _line(row: SheetRow) -> SheetLine:
    unit, department, person, address, phone = (row.cells.get(column, "") for column in _COLUMNS)
    return unit, department, person, address, phone


def _incoming(message: StoredMessage) -> IncomingMessage:
    return IncomingMessage(
        id=message.id,
        message_id=message.message_id,
        sender=message.from_address or "",
        sender_name=message.from_name or "",
        subject=message.subject or "",
        text="",
        received_at=message.received_at or message.collected_at,
        channel=message.note or "",
    )
