"""The state of a period: who reported what, what is wrong, whom it waits for."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from .campaign import Extras, Version
from .documents import Doubt, Signature
from .periods import Period
from .seals import SealFinding


class Status(StrEnum):
    """Where a unit stands in a period (contract, section ``status --json``)."""

    COMPLETE = "complete"
    ATTENTION = "attention"
    PARTIAL = "partial"
    MISSING = "missing"
    UNKNOWN = "unknown"


class WaitsFor(StrEnum):
    """Who has to act on a finding."""

    UNIT = "unit"
    OFFICE = "office"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something wrong or doubtful; ``detail`` is a sentence in Chinese for the clerk.

    ``versions`` are what a file was that was given back whole; a Word file with a sealed picture is both.
    """

    code: str
    waits_for: WaitsFor
    detail: str
    document: str | None = None
    filename: str | None = None
    item: int | None = None
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedVersion:
    """A version that came in; ``pending`` is True while its document waits for the office (待核).

    ``seal`` says what is known of a stamped version's seal, ``signatures`` of the digital signatures on it,
    ``notes`` what its reader said besides; ``channel`` how it came (邮件, 微信, 纸质…).
    """

    document: str
    filename: str
    received_at: datetime
    message_id: str | None
    seal: SealFinding | None = None
    signatures: tuple[Signature, ...] = ()
    notes: tuple[str, ...] = ()
    channel: str = "邮件"
    pending: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a duty's text stands: document (SHA-256), page and row counted from 1.

    ``confidence`` (0..1) is there where the text was recognised from a picture, or put into columns by where it
    stands; ``doubts`` are the letters that were hardly recognised.
    """

    document: str
    filename: str
    page: int
    row: int
    recognised: bool = False
    confidence: float | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyState:
    """One duty: its reported text, or None; ``waived`` is the reason where the office let it off,
    ``finished`` whether that is because the item is done for the unit (销号).

    ``original`` is what stood in the file where a person corrected the text, else None; ``printed`` is what the
    office prints in place of the text, None for the text itself.
    """

    item: int
    unit: str
    measures: str | None = None
    deadline: str | None = None
    waived: str | None = None
    finished: bool = False
    source: Source | None = None
    pending: bool = False
    extras: Extras = ()
    original: str | None = None
    printed: str | None = None

    @property
    def reported(self) -> bool:
        """Whether nothing more is expected for this duty."""
        return self.measures is not None or self.waived is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """A later due date that the office granted to one unit."""

    until: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """A document that the office gave back to be mended: whole, or only the rows of ``items``.

    ``at`` is None only where a test or a preview has no moment.
    """

    document: str
    items: tuple[int, ...] = ()
    reason: str = ""
    at: datetime | None = None

    @property
    def name(self) -> str:
        """What stands in the key of the mail about it: the same return told again is the same mail."""
        told = f"{self.document}/{','.join(map(str, self.items))}/{self.reason}"
        return f"R-{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """A return that its unit has not answered yet, with the file and mail it is about."""

    back: Return
    filename: str
    received_at: datetime
    message_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What was said by telephone or over the counter about a unit's report."""

    at: datetime
    text: str
    author: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitState:
    """Where one unit stands in one period.

    ``due`` is the period's due date, ``maybe_reported`` True while the tray suggests this unit for a mail
    of an unlisted sender, ``returned`` what was given back to it and not yet mended. ``in_at`` is when the last
    file came that was needed for everything to be in, None while something lacks.
    """

    unit: str
    status: Status
    late: bool
    due: date
    extended: Extension | None = None
    promised_until: date | None = None
    electronic: ReceivedVersion | None = None
    stamped: ReceivedVersion | None = None
    duties: tuple[DutyState, ...] = ()
    findings: tuple[Finding, ...] = ()
    maybe_reported: bool = False
    returned: tuple[Returned, ...] = ()
    in_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrayEntry:
    """Something that waits for a person at the office; ``notes`` say what else is known of the sender."""

    message_id: str | None
    document: str | None
    reason: str
    suggested_unit: str | None
    filename: str | None = None
    sender: str = ""
    subject: str = ""
    received_at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxHealth:
    """What is known of the mailbox: last good reading; ``blind`` with the reason (Chinese) when it cannot be relied on."""

    read_at: datetime | None
    blind: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodState:
    """The state of one period of a campaign at one moment."""

    campaign: str
    period: Period
    due: date
    as_of: datetime
    mailbox: MailboxHealth
    units: tuple[UnitState, ...]
    tray: tuple[TrayEntry, ...] = ()
    _by_name: dict[str, UnitState] = field(default_factory=dict, init=False, repr=False, compare=False)

    def unit(self, name: str) -> UnitState:
        """Return the state of the unit with this canonical name."""
        if not self._by_name:
            self._by_name.update((unit.unit, unit) for unit in self.units)
        return self._by_name[name]

    def count(self, status: Status) -> int:
        """Return how many units stand at this status."""
        return sum(unit.status is status for unit in self.units)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A person of a unit who can be written to or called.

    ``order`` is the place among the unit's contacts (0 first); ``bounced`` is True after a mail came back.
    """

    unit: str
    name: str = ""
    department: str = ""
    address: str | None = None
    phone: str = ""
    order: int = 0
    bounced: bool = False
