"""The office's desk in one process: a real store and readers, mails that arrive at a time, jobs that run at a time."""

import email
import email.policy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from builders import CALENDAR, ZONE, at
from offices import campaign, mail, store_with_contacts
from reminder_service.documents.reader import READER_VERSION, Reader
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.campaign import Campaign
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.periods import Period
from reminder_service.domain.state import UnitState
from reminder_service.domain.workdays import WorkCalendar
from reminder_service.jobs.decisions.decide import Settled, decide
from reminder_service.jobs.digest.digest import digest
from reminder_service.jobs.incoming.process import process
from reminder_service.jobs.outgoing.answer import answer
from reminder_service.jobs.outgoing.letters import Letters
from reminder_service.jobs.outgoing.remind import planned, remind
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.mail.compose import Composer
from reminder_service.resources import packaged_templates
from reminder_service.store import Store
from reminder_service.store.outbox import OutboxMail

Q2, Q3 = Period.parse("2024Q2"), Period.parse("2024Q3")
SHIPPED = campaign()


class ChildReader:
    version = READER_VERSION

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, path: Path, filename: str) -> Reading:
        return self._reader.read(path, filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        return self._reader.unpack(data, filename)


class TheOffice:
    name = "县妇儿工委办公室"
    phone = "6967116"
    address = "office@example.cn"


@dataclass(kw_only=True)
class Desk:
    """What a story does and sees; the mailbox has been read well at every moment asked about."""

    store: Store
    reader: ChildReader
    campaign: Campaign = SHIPPED
    calendar: WorkCalendar = CALENDAR

    def write_only_to(self, *units: str) -> None:
        """Leave these units alone a contact."""
        contacts = [one for one in self.store.contacts.all() if one.unit in units]
        self.store.contacts.replace_all(contacts)

    def arrives(self, raw: bytes, when: str) -> None:
        sha256 = self.store.originals.put(raw)
        self.store.messages.record(
            sha256=sha256, channel="邮件", collected_at=at(when), dedup_key=sha256, internal_date=at(when)
        )
        process(self.store, self.reader, {self.campaign.id: self.campaign}, now=at(when))

    def sends(self, sender: str, files: Mapping[str, bytes], when: str, **more: str) -> None:
        """A person sends files; the identity of the mail is its sender and moment."""
        self.arrives(mail(sender, files, message_id=f"<{sender}-{when}>".replace(" ", "T"), **more), when)

    def now(self, when: str) -> Situation:
        self.store.health.note_reading("office@imap", "INBOX", at(when))
        around = Surroundings(
            calendar=self.calendar,
            zone=ZONE,
            office_address=TheOffice.address,
            folders=("INBOX",),
            stale_after=timedelta(hours=2),
            campaigns={self.campaign.id: self.campaign},
        )
        return situation(self.store, self.campaign, around, now=at(when))

    def unit(self, name: str, when: str, period: Period = Q2) -> UnitState:
        return self.now(when).state(period).unit(name)

    def codes(self, name: str, when: str, period: Period = Q2) -> list[str]:
        return [finding.code for finding in self.unit(name, when, period).findings]

    @property
    def letters(self) -> Letters:
        return Letters(
            campaign=self.campaign,
            office=TheOffice(),
            composer=Composer([packaged_templates()]),
            calendar=self.calendar,
            zone=ZONE,
            secret=b"s" * 32,
        )

    def reminds(self, when: str) -> list[OutboxMail]:
        """Run the job of reminders; return the mails that it queued, which count as sent."""
        before = {one.id for one in self.store.outbox.all()}
        remind(self.store, self.now(when), self.letters)
        return [one for one in self.store.outbox.all() if one.id not in before]

    def answers(self, when: str) -> list[OutboxMail]:
        before = {one.id for one in self.store.outbox.all()}
        answer(self.store, self.now(when), self.letters)
        return [one for one in self.store.outbox.all() if one.id not in before]

    def digest(self, when: str) -> str:
        """The text of the digest of a day."""
        before = {one.id for one in self.store.outbox.all()}
        digest(self.store, self.now(when), self.letters, [TheOffice.address], lambda sha256: sha256)
        (one,) = (one for one in self.store.outbox.all() if one.id not in before)
        return self.text(one)

    def text(self, one: OutboxMail) -> str:
        """The plain text of one of our mails."""
        raw = email.message_from_bytes(self.store.originals.read(one.raw_sha256), policy=email.policy.default)
        assert isinstance(raw, EmailMessage)
        body = raw.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def plan(self, start: str, end: str) -> list[tuple[str, str, str]]:
        """The planned mails between two moments: day and time, kind, unit."""
        mails = planned(self.now(start), start=at(start), end=at(end)).mails
        return [(f"{one.time.astimezone(ZONE):%Y-%m-%d %H:%M}", str(one.kind), one.unit) for one in mails]

    def decide(self, kind: DecisionKind, when: str, **more: object) -> None:
        decide(self.store, self.now(when), Settled(kind=kind, author="李", **more))  # type: ignore[arg-type]


@contextmanager
def desk_at(folder: Path, reader: ChildReader) -> Iterator[Desk]:
    """A desk on a store of its own, where every unit has one contact."""
    with store_with_contacts(folder) as store:
        yield Desk(store=store, reader=reader)
