"""What came in, as decisions need it: messages with their files, and what each is held for."""

from dataclasses import dataclass
from datetime import datetime

from .answers import is_blank
from .documents import FormCode, Kind, Reading
from .forms import Form
from .periods import Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheaf:
    """One form whose pages came as several files: these in the order of the pages, the whole form, its code."""

    documents: tuple[str, ...]
    form: Form
    code: FormCode | None


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingDocument:
    """A file of a message with what was seen in it; ``problem`` is ``not_a_form`` or ``other_columns``.

    ``form`` holds the rows of this file, ``sheaf`` what it is a part of where the form came page by page;
    ``other_campaigns`` are the short names of other campaigns that it may belong to just as well.
    """

    document: str
    filename: str
    reading: Reading
    form: Form | None
    problem: str | None = None
    other_campaigns: tuple[str, ...] = ()
    sheaf: Sheaf | None = None

    @property
    def whole(self) -> Form | None:
        """The form with the rows of all its files."""
        return self.sheaf.form if self.sheaf else self.form

    @property
    def code(self) -> FormCode | None:
        """The form code of this file or of another page of its form."""
        return self.sheaf.code if self.sheaf else self.reading.code


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A mail of ours that an incoming mail answers, known by its Message-ID."""

    unit: str
    period: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMessage:
    """A mail or a hand-over with its files.

    ``by_office`` is True where the clerk handed the files in herself, ``forced_unit`` and ``forced_period``
    what she said about them; ``known_at`` is when it came to hand, which for paper is after ``received_at``;
    ``reference`` is the (period, unit code) that the subject names, ``authentication`` what the own mail server
    found out about the sender (``spf=pass dkim=fail``), ``sha256`` names its original, None where no mail came.
    """

    id: int
    message_id: str | None
    sender: str
    sender_name: str
    subject: str
    text: str
    received_at: datetime
    channel: str
    by_office: bool = False
    forced_unit: str | None = None
    forced_period: str | None = None
    known_at: datetime | None = None
    answers: tuple[Answered, ...] = ()
    reference: tuple[str, str] | None = None
    links: tuple[str, ...] = ()
    documents: tuple[IncomingDocument, ...] = ()
    authentication: str = ""
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One reason to hold a document for a unit's or a period's: where it was seen and what it says."""

    kind: str
    says: str
    trusted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribution:
    """What a document (or a mail that brought only a link) is held for.

    ``unit`` is None where nothing points to one; ``rivals`` are all units concerned by a doubt about the unit;
    ``doubt`` is the finding code that a person must settle, None where the evidence is enough.
    """

    message: IncomingMessage
    document: IncomingDocument | None
    unit: str | None
    period: Period
    doubt: str | None = None
    rivals: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    trusted: bool = False


def is_unfilled_own_form(document: IncomingDocument) -> bool:
    """Whether the file is our own form, come back as we sent it out: with nothing filled in."""
    return is_unfilled_own(document.reading, document.whole)


def is_unfilled_own(reading: Reading, form: Form | None) -> bool:
    """Whether a file is of our making and holds nothing that a unit wrote.

    :param form: the form that was found in it.
    """
    if reading.own:
        return True
    if reading.code is None or form is None:
        return False
    return all(is_blank(row.measures) for row in form.rows)


_NEVER_A_REPORT = (".ics", ".vcf", ".p7s", ".p7m", ".asc", ".sig", ".pgp", ".vcs")
_ICON = 160
_INLINE_LOGO = 400


def is_decoration(reading: Reading, *, inline: bool) -> bool:
    """Whether a picture is only part of a signature: an icon, or a small picture shown inside the text.

    A page of a form is never that small, photographed or scanned; sizes are in pixels of the shorter side.
    """
    if reading.kind is not Kind.IMAGE or not reading.pages:
        return False
    side = min(min(page.width, page.height) for page in reading.pages)
    return side < (_INLINE_LOGO if inline else _ICON)


def may_be_report(reading: Reading, *, has_form: bool) -> bool:
    """Whether a file could be a report: anything but our own workbooks, calendars, cards and signatures.

    A text, a web page or the mail's own text is one only if it holds the form.
    """
    if reading.own or reading.kind is Kind.MAIL:
        return False
    if reading.kind in (Kind.TEXT, Kind.HTML):
        return has_form
    return reading.kind is not Kind.OTHER or not reading.filename.lower().endswith(_NEVER_A_REPORT)
