"""OpenDocument spreadsheets: the text of each cell as the program that wrote it showed it."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from reminder_service.domain.documents import Kind, Page, Reading, Row, Table

from .ink import has_red_ink, is_picture
from .limits import MAX_COLUMNS, MAX_ROWS, MAX_TABLES
from .office import Damaged, Package, TooLarge, is_secured_opendocument
from .refusals import DAMAGED_EXCEL, ENCRYPTED_EXCEL, TOO_LARGE
from .sheets import Merge, rows_of
from .texts import clean

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_AROUND = frozenset(_TABLE + name for name in ("table-row-group", "table-header-rows", "table-rows"))
_NOTE = _OFFICE + "annotation"
_SIGNS = {_TEXT + "line-break": "\n", _TEXT + "tab": "\t"}


def read_ods(data: bytes, filename: str) -> Reading:
    """Read a spreadsheet; ``Row.number`` is the row of the sheet, ``Row.page`` the sheet."""
    reading = Reading(document="", filename=filename, kind=Kind.ODS)
    try:
        with Package(data) as package:
            if is_secured_opendocument(package):
                return replace(reading, problem=ENCRYPTED_EXCEL)
            root = package.xml("content.xml")
            if root is None:
                raise Damaged("no content")
            pictures = [
                part
                for name in package.names("Pictures/")
                if (part := package.part(name)) and is_picture(part)
            ]
            return replace(_with_sheets(root, reading), red_picture=any(map(has_red_ink, pictures)))
    except Damaged:
        return replace(reading, problem=DAMAGED_EXCEL)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)


def _with_sheets(root: etree._Element, reading: Reading) -> Reading:
    sheets = list(root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"))[:MAX_TABLES]
    names = [clean(sheet.get(_TABLE + "name") or "") for sheet in sheets]
    found = [_rows(sheet, page) for page, sheet in enumerate(sheets, start=1)]
    return replace(
        reading,
        pages=tuple(
            Page(number=page, width=0.0, height=0.0, has_text=bool(rows))
            for page, rows in enumerate(found, 1)
        ),
        tables=tuple(
            Table(page=rows[0].page, rows=rows, above=name)
            for name, rows in zip(names, found, strict=True)
            if rows
        ),
        text="\n".join(names),
    )


def _rows(sheet: etree._Element, page: int) -> tuple[Row, ...]:
    filled: list[tuple[int, list[str]]] = []
    merges: list[Merge] = []
    index = 0
    for element in _children(sheet, "table-row"):
        texts, spans = _cells(element)
        repeated = _count(element, "number-rows-repeated")
        if any(texts):
            # Only blank rows are repeated a million times.
            if len(filled) + repeated > MAX_ROWS:
                raise TooLarge("too many rows")
            filled += [(index + again, texts) for again in range(repeated)]
            merges += [
                ((index, left), (index + rows - 1, left + columns - 1)) for left, rows, columns in spans
            ]
        index += repeated
    return rows_of(filled, page, merges)


def _cells(row: etree._Element) -> tuple[list[str], list[tuple[int, int, int]]]:
    """Return the texts of a row, and its merged cells: left column, rows, columns."""
    texts: list[str] = []
    spans: list[tuple[int, int, int]] = []
    for cell in row:
        if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        covered = cell.tag == _TABLE + "covered-table-cell"
        rows, columns = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if not covered and (rows > 1 or columns > 1):
            spans.append((len(texts), rows, columns))
        room = MAX_COLUMNS - len(texts)
        texts += ["" if covered else _text(cell)] * min(_count(cell, "number-columns-repeated"), room)
    return texts, spans


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == _TABLE + name:
            yield child
        elif child.tag in _AROUND:
            yield from _children(child, name)


def _count(element: etree._Element, name: str) -> int:
    value = element.get(_TABLE + name) or ""
    return max(1, int(value)) if value.isdecimal() and len(value) < 9 else 1


def _text(cell: etree._Element) -> str:
    lines = ["".join(_pieces(one)) for one in cell.iterchildren(_TEXT + "p", _TEXT + "h")]
    text = clean("\n".join(lines)).strip("\n")
    return text if text.strip() else ""


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == _TEXT + "s":
            yield " " * min(_spaces(child), MAX_COLUMNS)
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag != _NOTE and isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or ""


def _spaces(element: etree._Element) -> int:
    value = element.get(_TEXT + "c") or "1"
    return int(value) if value.isdecimal() and len(value) < 4 else 1
