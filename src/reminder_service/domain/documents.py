"""What a reader saw in one file: pages, tables, marks. Readers make it, decisions are taken from it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

Box = tuple[float, float, float, float]


FORM_PROPERTY = "ReminderServiceForm"
"""Custom document property of our forms; it holds the form code."""

REPORT_PROPERTY = "ReminderServiceReport"
"""Custom document property of our workbooks and digests, which never count as a report."""

_CODE = re.compile(r"RS1:([a-z0-9][a-z0-9-]{0,63}):([0-9A-Z-]{4,10}):([0-9]{2,6})")


class Kind(StrEnum):
    """What a file is, told from its content."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    IMAGE = "image"
    DOC = "doc"
    XLS = "xls"
    OFD = "ofd"
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    MAIL = "mail"
    HTML = "html"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell of a table; ``box`` in the page's units, ``confidence`` 0..1 where the text was recognised."""

    text: str
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a table as it stands on one page.

    ``page`` and ``number`` count from 1, ``number`` within the table. A merged cell gives its text to the
    first row and an empty cell marked ``merged`` to the rows below (see ``merged``: indices of such cells).
    """

    page: int
    number: int
    cells: tuple[Cell, ...]
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table of the document, joined over page breaks where the reader is sure of it."""

    page: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """A place where a seal was seen, or the statement that none can be judged (``cannot_tell``)."""

    box: Box | None
    score: float
    text: str
    verdict: str = "seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page: ``width`` and ``height`` in points (documents) or pixels (pictures); ``rotation`` in degrees."""

    number: int
    width: float
    height: float
    rotation: int = 0
    has_text: bool = False
    pictures: int = 0
    recognised: bool = False
    seals: tuple[Seal, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FormCode:
    """What our own form says about itself in its properties or its QR code."""

    campaign: str
    period: str
    unit_code: str

    def __str__(self) -> str:
        return f"RS1:{self.campaign}:{self.period}:{self.unit_code}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a code as ``str()`` writes it; anything else is None."""
        match = _CODE.fullmatch(text.strip())
        return cls(campaign=match[1], period=match[2], unit_code=match[3]) if match else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a file could not be read: ``unreadable`` (the file's fault) or ``not_read`` (ours), and a sentence in Chinese."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Everything that was seen in one file.

    ``text`` is the text outside tables, a line each paragraph; ``code`` the form code found; ``own`` is True for
    workbooks and digests that this program made; ``red_picture`` is True when a picture with red ink is inside;
    ``signed`` when a PDF carries a digital signature field.
    """

    document: str
    filename: str
    kind: Kind
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    text: str = ""
    code: FormCode | None = None
    own: bool = False
    red_picture: bool = False
    signed: bool = False
    problem: Problem | None = None
