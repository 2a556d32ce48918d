"""One thing that waits, as a person looks at it: the file, the reading beside it, what it is held for and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...domain.campaign import Version
from ...domain.documents import Kind, Reading
from ...domain.evidence_words import EvidenceLine, evidence_lines
from ...domain.incoming import Attribution, IncomingMessage
from ...domain.seals import SealVerdict, seal_of
from ...domain.signatures import signature_words
from ...domain.submissions import version_of
from ...domain.tray import Case
from ...domain.wording import VERSION_WORDS
from ...store import Store
from ..state.situation import Situation
from .page_pictures import Drawn, drawn_pages
from .tray_laid import LaidView, laid_view
from .tray_pages import PageView, page_views, table_views
from .tray_pages import TableView as TableView
from .tray_rows import RowView, row_views

LONGEST_TEXT = 6000
"""Characters of a mail or a plain file that are shown; the original can be fetched."""

MOST_PAGES = 6
"""Pages shown at once; others are a click away."""

_OFD_DRAWN = "页面按OFD文件中的文字、表格线和图片绘出，字体、颜色可能不同；电子印章只标出位置。"
_OFD_NOT_DRAWN = "本机没有中文字体，不能绘出OFD页面；下面是读出的表格。"

_SEAL_WORDS = {
    SealVerdict.SEEN: "已见公章",
    SealVerdict.NOT_SEEN: "未见公章",
    SealVerdict.CANNOT_TELL: "无法判断有无公章",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SealView:
    """What is known of the seal: verdict in words, text read, names expected, the page where it is seen."""

    words: str
    text: str = ""
    expected: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileView:
    """The file: its pages as pictures, or its tables where it has none, and how many pages there are.

    ``about_pages`` says how the pages were made or why there are none, ``later`` that they can be made.
    """

    document: str
    filename: str
    version: str
    problem: str
    page_count: int
    pages: tuple[PageView, ...]
    tables: tuple[TableView, ...]
    text: str
    seal: SealView | None
    signatures: str
    notes: tuple[str, ...]
    about_pages: str = ""
    later: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MailView:
    """The mail as plain text; ``files`` are pairs of SHA-256 and name, ``original`` its own SHA-256."""

    subject: str
    sender: str
    sender_name: str
    channel: str
    received_at: datetime
    text: str
    files: tuple[tuple[str, str], ...]
    original: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """A case with all that a person needs to settle it.

    ``elsewhere`` are items that only the other version reports, with its text. ``may_…`` say what can be decided.
    """

    case: Case
    evidence: tuple[EvidenceLine, ...]
    file: FileView | None
    mail: MailView | None
    rows: tuple[RowView, ...]
    elsewhere: tuple[tuple[int, str], ...]
    may_accept: bool
    may_assign: bool
    may_dismiss: bool


def case_view(
    store: Store, here: Situation, case: Case, *, page: int | None = None, lay_out: bool = False
) -> CaseView:
    """Return a case as it is shown; its pages are drawn where they were not before.

    :param page: a page that is wanted besides those where something is marked.
    :param lay_out: lay an Office file out on pages where that was not done before; it takes seconds.
    :raises LostOriginal: when the file is missing from the originals.
    """
    one = case.attribution
    rows, elsewhere = row_views(here, case) if one and one.document else ((), ())
    file = _file(store, here, case, one, rows, page, lay_out) if one and one.document else None
    return CaseView(
        case=case,
        evidence=evidence_lines(one.evidence) if one else (),
        file=file,
        mail=_mail(store, one.message) if one else None,
        rows=rows,
        elsewhere=elsewhere,
        may_accept=file is not None
        and case.unit is not None
        and all(reason.code != "closed_period" for reason in case.reasons),
        may_assign=file is not None and case.report,
        may_dismiss=file is not None or case.mail is not None,
    )


def draw_ahead(store: Store, here: Situation, case: Case, *, lay_out: bool = False) -> None:
    """Draw what will be shown of a case, so that it is there when it is asked for."""
    case_view(store, here, case, lay_out=lay_out)


def _file(
    store: Store,
    here: Situation,
    case: Case,
    one: Attribution,
    rows: Sequence[RowView],
    page: int | None,
    lay_out: bool,
) -> FileView:
    assert one.document is not None
    reading = one.document.reading
    laid = laid_view(store, reading, rows, page, make=lay_out)
    if laid is None:
        seal = seal_of(one.document)
        drawn = drawn_pages(store, reading, _wanted(reading, rows, seal.page, page))
        pages = page_views(reading, drawn, rows)
        laid = LaidView(pages=pages, page_count=len(reading.pages), note=_note(reading, drawn))
    version = version_of(one.document)
    return FileView(
        document=one.document.document,
        filename=one.document.filename,
        version=VERSION_WORDS[version] if version else "",
        problem=reading.problem.detail if reading.problem else "",
        page_count=laid.page_count,
        pages=laid.pages,
        tables=() if laid.pages else table_views(reading, rows),
        text="" if laid.pages or reading.tables else reading.text[:LONGEST_TEXT],
        seal=_seal(here, case, one) if version is Version.STAMPED else None,
        signatures=signature_words(reading.signatures),
        notes=reading.notes,
        about_pages=laid.note,
        later=laid.later,
    )


def _note(reading: Reading, drawn: Mapping[int, Drawn]) -> str:
    if reading.kind is not Kind.OFD or reading.problem or not reading.pages:
        return ""
    return _OFD_DRAWN if drawn else _OFD_NOT_DRAWN


def _wanted(reading: Reading, rows: Sequence[RowView], sealed: int | None, page: int | None) -> list[int]:
    """The pages to show: one asked for, those with what is marked, that of the seal or the last; else the first."""
    last = len(reading.pages)
    marked = [row.page for row in rows if row.reasons]
    seal = sealed or (last if reading.kind in (Kind.PDF, Kind.IMAGE) else None)
    wanted = [*([page] if page else []), *marked, *([seal] if seal else [])] or [1]
    return sorted(dict.fromkeys([*wanted, 1][: MOST_PAGES + 1]))[:MOST_PAGES]


def _seal(here: Situation, case: Case, one: Attribution) -> SealView:
    assert one.document is not None
    found = seal_of(one.document)
    unit = here.campaign.unit(case.unit) if case.unit else None
    expected = tuple(dict.fromkeys((unit.full_name, unit.name))) if unit else ()
    return SealView(
        words=_SEAL_WORDS[found.verdict],
        text=found.seal.text if found.seal else "",
        expected=expected,
        page=found.page,
    )


def _mail(store: Store, message: IncomingMessage) -> MailView:
    stored = store.messages.get(message.id)
    return MailView(
        subject=message.subject,
        sender=message.sender,
        sender_name=message.sender_name,
        channel=message.channel,
        received_at=message.received_at,
        text=message.text[:LONGEST_TEXT],
        files=tuple((one.sha256, one.filename) for one in store.documents.of_message(message.id)),
        original=stored.sha256 if stored else None,
    )
