"""Submissions: what a document is good for, which of several is the newest, and what is only material."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .campaign import Version
from .documents import Kind
from .incoming import Attribution, IncomingDocument
from .names import UnitNames
from .rows import FormContent
from .seals import SealVerdict, noted_seal, seal_of
from .state import ReceivedVersion

ELECTRONIC_KINDS = frozenset(
    {Kind.DOCX, Kind.XLSX, Kind.DOC, Kind.XLS, Kind.ODT, Kind.ODS, Kind.HTML, Kind.TEXT}
)
STAMPED_KINDS = frozenset({Kind.PDF, Kind.IMAGE, Kind.OFD})
_REPLACES_ALL = "以此为准"


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A document held for one unit and period, with what it is good for."""

    attribution: Attribution
    content: FormContent | None
    version: Version | None

    @property
    def document(self) -> IncomingDocument | None:
        """The file, or None where only a link came."""
        return self.attribution.document

    @property
    def pending(self) -> bool:
        """Whether it waits for the office to say whose it is."""
        return self.attribution.doubt is not None

    @property
    def received_at(self) -> datetime:
        """When it came."""
        return self.attribution.message.received_at

    @property
    def recognised(self) -> bool:
        """Whether its text was recognised from a picture."""
        return self.document is not None and any(page.recognised for page in self.document.reading.pages)


def changes_a_unit(attribution: Attribution) -> bool:
    """Whether a document may change a unit's state, or only lies in the tray.

    Source: contract, "a mail from an unlisted sender without a readable form changes no unit".
    """
    if attribution.unit is None:
        return False
    if attribution.doubt != "unknown_sender":
        return True
    return any(document.form is not None for document in attribution.message.documents)


def version_of(document: IncomingDocument) -> Version | None:
    """Tell which version a document is: electronic with a form in it, stamped, or none."""
    reading = document.reading
    if reading.problem:
        return None
    if reading.kind in ELECTRONIC_KINDS and document.form:
        return Version.ELECTRONIC
    return Version.STAMPED if reading.kind in STAMPED_KINDS else None


def received_version(one: Submission, names: UnitNames) -> ReceivedVersion | None:
    """Describe a version that came in.

    :param names: the units' names as they held when it came.
    """
    if one.document is None:
        return None
    message = one.attribution.message
    return ReceivedVersion(
        document=one.document.document,
        filename=one.document.filename,
        received_at=message.received_at,
        message_id=message.message_id,
        seal=noted_seal(one.document, one.attribution.unit or "", names),
        signatures=one.document.reading.signatures,
        notes=one.document.reading.notes,
        channel=message.channel,
        pending=one.pending,
    )


def since_replacement(submitted: list[Submission]) -> list[Submission]:
    """Drop what came before a whole form that says 以此为准."""
    for index in range(len(submitted) - 1, -1, -1):
        one = submitted[index]
        document = one.document
        if document is None or document.form is None or one.pending:
            continue
        if _REPLACES_ALL in f"{one.attribution.message.subject}{one.attribution.message.text}":
            first = one.attribution.message.id
            start = next(i for i, other in enumerate(submitted) if other.attribution.message.id == first)
            return submitted[start:]
    return submitted


def newest_first(submitted: list[Submission], version: Version) -> list[Submission]:
    """Accepted versions before those in doubt, each newest first; a sealed Word file serves as both."""
    mine = [one for one in submitted if one.version is version or _also_stamped(one, version)]
    return sorted(
        mine, key=lambda one: (not one.pending, one.received_at, one.attribution.message.id), reverse=True
    )


def newest(submitted: list[Submission], version: Version) -> Submission | None:
    """Return the version that stands, or None."""
    return next(iter(newest_first(submitted, version)), None)


def is_replaced(one: Submission, submitted: Sequence[Submission]) -> bool:
    """Whether a later mail brought a usable version of what this file or link was to be.

    Nobody needs to mend or look at what has been replaced: a damaged Word file by a later Word or Excel file, an
    unsealed PDF by a later one, an archive or a link by any later version.
    """
    kind = one.document.reading.kind if one.document else None
    wanted = (
        Version.ELECTRONIC if kind in ELECTRONIC_KINDS else Version.STAMPED if kind in STAMPED_KINDS else None
    )
    return any(
        other.received_at > one.received_at
        and not other.pending
        and other.version is not None
        and (wanted in (None, other.version) or _also_stamped(other, Version.STAMPED))
        for other in submitted
    )


def _also_stamped(one: Submission, version: Version) -> bool:
    return (
        version is Version.STAMPED
        and one.version is Version.ELECTRONIC
        and one.document is not None
        and one.document.reading.red_picture
    )


def versions_of(one: Submission) -> tuple[Version, ...]:
    """Return the versions that a file serves as: a Word file with a sealed picture as both."""
    return tuple(version for version in Version if one.version is version or _also_stamped(one, version))


def form_beside(one: Submission, submitted: list[Submission]) -> bool:
    """Whether the same mail brought the electronic version itself, so that this file is only material to it."""
    return any(
        other is not one
        and other.attribution.message.id == one.attribution.message.id
        and other.version is Version.ELECTRONIC
        and other.content
        for other in submitted
    )


def is_supporting(attribution: Attribution, others: Sequence[Attribution]) -> bool:
    """Whether a PDF with text but no form is only material to a stamped copy that came in the same mail."""
    document = attribution.document
    if document is None or not plain_text_only(document):
        return False
    return any(
        other.document is not None
        and other.document is not document
        and other.message.id == attribution.message.id
        and other.unit == attribution.unit
        and version_of(other.document) is Version.STAMPED
        and (other.document.form is not None or not plain_text_only(other.document))
        for other in others
    )


def plain_text_only(document: IncomingDocument) -> bool:
    """Whether every page is plain text: no picture, no signature, so nothing in it can be a seal."""
    reading = document.reading
    return (
        reading.kind is Kind.PDF
        and not reading.signed
        and bool(reading.pages)
        and all(page.has_text and page.pictures == 0 for page in reading.pages)
    )


def copy_of(stamped: Submission, submitted: Sequence[Submission]) -> list[Submission]:
    """Return the stamped copy that a file is part of: all stamped files that one mail brought for the unit."""
    return [
        one
        for one in submitted
        if one is stamped
        or (one.version is Version.STAMPED and one.attribution.message.id == stamped.attribution.message.id)
    ]


def face_of(stamped: Submission, submitted: Sequence[Submission]) -> Submission:
    """Return the file that stands for a stamped copy: one that shows the seal, else the first."""
    copy = copy_of(stamped, submitted)
    sealed = (one for one in copy if one.document and seal_of(one.document).verdict is SealVerdict.SEEN)
    return next(sealed, stamped)


def is_later_page(document: IncomingDocument) -> bool:
    """Whether a file is a further page of a form that began in another file."""
    return document.sheaf is not None and document.sheaf.documents[0] != document.document


def sealed_beside(one: Submission, submitted: list[Submission]) -> bool:
    """Whether another page of the same hand-over shows the seal: a form photographed in several pictures."""
    return any(
        other is not one
        and other.attribution.message.id == one.attribution.message.id
        and other.document is not None
        and seal_of(other.document).verdict is SealVerdict.SEEN
        for other in submitted
    )


def without_doubtful_rows(submitted: list[Submission]) -> list[Submission]:
    """Take no foreign or unmatched row from recognised text where the unit's electronic version says whose they are."""
    typed = {one.attribution.unit for one in submitted if one.version is Version.ELECTRONIC and one.content}
    return [
        replace(one, content=replace(one.content, foreign=(), unmatched=()))
        if one.recognised and one.content and one.attribution.unit in typed
        else one
        for one in submitted
    ]
