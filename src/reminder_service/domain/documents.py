"""What a reader saw in one file: pages, tables, marks. Readers make it, decisions are taken from it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

Box = tuple[float, float, float, float]


FORM_PROPERTY = "ReminderServiceForm"
"""Custom document property of our forms; it holds the form code."""

REPORT_PROPERTY = "ReminderServiceReport"
"""Custom document property of our workbooks and digests, which never count as a report."""

CONTACT_SHEET_PROPERTY = "ReminderServiceContacts"
"""Custom document property of the sheet on which a unit names its people; it holds the sheet's mark."""

_SHEET_MARK = re.compile(r"RC1:([a-z0-9][a-z0-9-]{0,63}):([0-9]{2,6}):([0-9a-f]{16})")
_CODE = re.compile(r"RS1:([a-z0-9][a-z0-9-]{0,63}):([0-9A-Z-]{4,10}):([0-9]{2,6})")


class Kind(StrEnum):
    """What a file is, told from its content; ``MSG`` is a mail as Outlook keeps it (.msg, winmail.dat)."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    IMAGE = "image"
    DOC = "doc"
    XLS = "xls"
    ODT = "odt"
    ODS = "ods"
    OFD = "ofd"
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    MAIL = "mail"
    MSG = "msg"
    HTML = "html"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A letter that was hardly recognised, in 【】 between its neighbours, and how sure it is (0..1)."""

    text: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell of a table; ``box`` in the page's units, ``confidence`` 0..1 where the text was recognised.

    ``confidence`` is that of the least sure letter, ``figures_confidence`` that of the least sure digit,
    ``doubts`` are the letters that are to be looked at, in their order.
    """

    text: str
    box: Box | None = None
    confidence: float | None = None
    figures_confidence: float | None = None
    doubts: tuple[Doubt, ...] = ()


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
    """A table of the document, joined over page breaks where the reader is sure of it.

    Each row stays as it stands on its page: a row torn by a page break is two rows here; the form mends it.
    ``above`` holds the last lines of text before the table, ``below`` the first ones after it.
    """

    page: int
    rows: tuple[Row, ...]
    above: str = ""
    below: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """A place where a seal was seen, or the verdict that none is there (``none``) or can be judged (``cannot_tell``)."""

    box: Box | None
    score: float
    text: str
    verdict: str = "seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page; ``width`` and ``height`` in points (documents) or pixels (pictures), ``rotation`` in degrees."""

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
class SheetMark:
    """What our own contact sheet says about itself in its properties: whose it is, and how we filled it in.

    ``print`` is the fingerprint of the rows as they went out: a sheet that still has it holds nothing new.
    """

    campaign: str
    unit_code: str
    print: str

    def __str__(self) -> str:
        return f"RC1:{self.campaign}:{self.unit_code}:{self.print}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a mark as ``str()`` writes it; anything else is None."""
        match = _SHEET_MARK.fullmatch(text.strip())
        return cls(campaign=match[1], unit_code=match[2], print=match[3]) if match else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a file was not read: ``unreadable`` (the file's fault) or ``not_read`` (ours), and a Chinese sentence."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """A digital signature on a file, and what verifying it gave.

    ``verdict`` is ``intact``, ``altered`` (the file is not what was signed) or ``unchecked`` (an algorithm that the
    program does not know, as the national ones). ``signed_at`` is what the signer's machine says; ``whole`` tells
    whether the signature covers the whole file, ``trusted`` whether this machine knows the issuer.
    """

    signer: str
    signed_at: str | None = None
    verdict: str = "unchecked"
    whole: bool = False
    trusted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, weakref_slot=True)
class Reading:
    """Everything that was seen in one file.

    ``text`` is the text outside tables, a line each paragraph; ``code`` the form code found; ``own`` is True
    for workbooks, digests and contact sheets that this program made, ``contact_sheet`` what such a sheet says of
    itself; ``red_picture`` is True when a picture with red ink is
    inside; ``signed`` when the file carries a digital signature, ``signatures`` what verifying them gave;
    ``notes`` what the clerk should know of the file besides, in her words.
    """

    document: str
    filename: str
    kind: Kind
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    text: str = ""
    code: FormCode | None = None
    own: bool = False
    contact_sheet: SheetMark | None = None
    red_picture: bool = False
    signed: bool = False
    signatures: tuple[Signature, ...] = ()
    notes: tuple[str, ...] = ()
    problem: Problem | None = None


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain JSON values; ``reading_from_json`` gives back an equal reading."""
    problem = reading.problem
    return {
        "document": reading.document,
        "filename": reading.filename,
        "kind": reading.kind.value,
        "pages": [_page_to_json(page) for page in reading.pages],
        "tables": [_table_to_json(table) for table in reading.tables],
        "text": reading.text,
        "code": str(reading.code) if reading.code else None,
        "own": reading.own,
        "contact_sheet": str(reading.contact_sheet) if reading.contact_sheet else None,
        "red_picture": reading.red_picture,
        "signed": reading.signed,
        "signatures": [asdict(signature) for signature in reading.signatures],
        "notes": list(reading.notes),
        "problem": problem and {"code": problem.code, "detail": problem.detail},
    }


def reading_from_json(data: dict[str, Any]) -> Reading:
    """Return the reading that ``reading_to_json`` wrote.

    :raises KeyError: when a field is missing.
    :raises ValueError: when a field holds what no reading holds.
    """
    return Reading(
        document=data["document"],
        filename=data["filename"],
        kind=Kind(data["kind"]),
        pages=tuple(_page_from_json(page) for page in data["pages"]),
        tables=tuple(_table_from_json(table) for table in data["tables"]),
        text=data["text"],
        code=FormCode.parse(data["code"]) if data["code"] else None,
        own=data["own"],
        contact_sheet=SheetMark.parse(data.get("contact_sheet") or ""),
        red_picture=data["red_picture"],
        signed=data["signed"],
        # Readings of earlier versions have none.
        signatures=tuple(Signature(**one) for one in data.get("signatures", ())),
        notes=tuple(data.get("notes", ())),
        problem=Problem(**data["problem"]) if data["problem"] else None,
    )


def _page_to_json(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "has_text": page.has_text,
        "pictures": page.pictures,
        "recognised": page.recognised,
        "seals": [
            {"box": _numbers(seal.box), "score": seal.score, "text": seal.text, "verdict": seal.verdict}
            for seal in page.seals
        ],
        "codes": list(page.codes),
    }


def _page_from_json(data: dict[str, Any]) -> Page:
    seals = tuple(Seal(**{**seal, "box": _box(seal["box"])}) for seal in data["seals"])
    return Page(**{**data, "seals": seals, "codes": tuple(data["codes"])})


def _table_to_json(table: Table) -> dict[str, Any]:
    return {
        "page": table.page,
        "rows": [
            {
                "page": row.page,
                "number": row.number,
                "cells": [_cell_to_json(cell) for cell in row.cells],
                "merged": sorted(row.merged),
            }
            for row in table.rows
        ],
        "above": table.above,
        "below": table.below,
    }


def _table_from_json(data: dict[str, Any]) -> Table:
    rows = tuple(
        Row(
            page=row["page"],
            number=row["number"],
            cells=tuple(_cell_from_json(*cell) for cell in row["cells"]),
            merged=frozenset(row["merged"]),
        )
        for row in data["rows"]
    )
    return Table(page=data["page"], rows=rows, above=data["above"], below=data["below"])


def _cell_to_json(cell: Cell) -> list[Any]:
    values: list[Any] = [cell.text, _numbers(cell.box), cell.confidence]
    if cell.doubts:
        return [*values, cell.figures_confidence, [[one.text, one.confidence] for one in cell.doubts]]
    return values if cell.figures_confidence is None else [*values, cell.figures_confidence]


def _cell_from_json(
    text: str,
    box: list[float] | None,
    sure: float | None,
    figures: float | None = None,
    doubts: Sequence[tuple[str, float]] = (),
) -> Cell:
    # Typed cells and readings of earlier versions have no fourth and fifth value.
    hardly = tuple(Doubt(text=letter, confidence=how) for letter, how in doubts)
    return Cell(text=text, box=_box(box), confidence=sure, figures_confidence=figures, doubts=hardly)


def _numbers(box: Box | None) -> list[float] | None:
    return None if box is None else list(box)


def _box(values: list[float] | None) -> Box | None:
    if values is None:
        return None
    x0, top, x1, bottom = values
    return (x0, top, x1, bottom)
