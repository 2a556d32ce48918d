"""Word files: tables by the true grid, text around them, properties, pictures.

python-docx loses tracked insertions, content controls and nested tables, so the XML is read itself.
"""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from reminder_service.domain.documents import Cell, Kind, Page, Reading, Row, Table

from .docx_numbers import write_out_numbers
from .ink import has_red_ink, is_picture
from .inner_pictures import in_order, with_pictures_read
from .left_alone import left_alone_in_package
from .limits import MAX_COLUMNS, MAX_ROWS, MAX_TABLES, MAX_TEXT
from .office import Damaged, Package, TooLarge, form_code, is_own_report
from .refusals import DAMAGED_WORD, ENCRYPTED_WORD, TOO_LARGE
from .sniff import is_encrypted_office
from .texts import clean

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AROUND = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_UNSEEN = frozenset(_W + name for name in ("del", "moveFrom", "instrText", "delText")) | {_FALLBACK}
_SIGNS = {_W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-", _W + "sym": "□"}
_LINES_NEAR = 12
_TWIPS = 20
_PLACE_OF_TEXT = "word/document.xml"


def read_docx(data: bytes, filename: str) -> Reading:
    """Read a docx; all its rows are on page 1, since only a printer knows its pages."""
    reading = Reading(document="", filename=filename, kind=Kind.DOCX)
    if is_encrypted_office(data):
        return replace(reading, problem=ENCRYPTED_WORD)
    try:
        with Package(data) as package:
            return _read(package, reading)
    except Damaged:
        return replace(reading, problem=DAMAGED_WORD)
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)


def _read(package: Package, reading: Reading) -> Reading:
    root = package.xml(_main_part(package))
    if root is None:
        raise Damaged("the package has no document")
    write_out_numbers(root, package)
    tables, lines = _contents(root)
    heads = [line for name in package.names("word/header") for line in _lines_of(package, name)]
    feet = [line for name in package.names("word/footer") for line in _lines_of(package, name)]
    pictures = [
        part
        for name in in_order(package.names("word/media/"))
        if (part := package.part(name)) and is_picture(part)
    ]
    text = "\n".join([*heads, *lines, *feet])[:MAX_TEXT]
    typed = replace(
        reading,
        pages=(_page(root, has_text=bool(text or tables), pictures=len(pictures)),),
        tables=tuple(tables[:MAX_TABLES]),
        text=text,
        code=form_code(package),
        own=is_own_report(package),
        notes=left_alone_in_package(package),
        red_picture=any(map(has_red_ink, pictures)),
    )
    return with_pictures_read(typed, pictures)


def _main_part(package: Package) -> str:
    relations: list[etree._Element] = []
    root = package.xml("_rels/.rels")
    if root is not None:
        relations = list(root.iterfind("{*}Relationship"))
    for relation in relations:
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/") or _PLACE_OF_TEXT
    return _PLACE_OF_TEXT


def _lines_of(package: Package, name: str) -> list[str]:
    """Return the lines of a header or footer, cells of its tables included."""
    if not name.endswith(".xml"):
        return []
    try:
        root = package.xml(name)
    except Damaged:  # a torn header must not cost the form
        return []
    return [] if root is None else _filled(_text(root))


def _page(root: etree._Element, *, has_text: bool, pictures: int) -> Page:
    sizes = list(root.iter(_W + "pgSz"))
    width = _number(sizes[-1], "w") / _TWIPS if sizes else 0.0
    height = _number(sizes[-1], "h") / _TWIPS if sizes else 0.0
    return Page(number=1, width=width, height=height, has_text=has_text, pictures=pictures)


def _contents(root: etree._Element) -> tuple[list[Table], list[str]]:
    """Return the tables, each with the lines around it, and all lines outside tables."""
    tables: list[Table] = []
    lines: list[str] = []
    since: list[str] = []
    fresh = 0  # tables that still want the lines below them

    def close() -> None:
        for index in range(len(tables) - fresh, len(tables)):
            tables[index] = replace(tables[index], below="\n".join(since[:_LINES_NEAR]))

    body = root.find(_W + "body")
    for block in _blocks(root if body is None else body):
        found = list(_tables_in(block))
        if block.tag != _W + "tbl":
            since += _filled(_text(block, tables=False))
        if found:
            close()
            above = "\n".join(since[-_LINES_NEAR:])
            tables += [Table(page=1, rows=rows, above=above) for rows in found]
            lines += since
            since, fresh = [], len(found)
    close()
    return tables, [*lines, *since]


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in (_W + "p", _W + "tbl"):
            yield child
        elif child.tag in _AROUND:
            yield from _blocks(child)


def _tables_in(block: etree._Element) -> Iterator[tuple[Row, ...]]:
    """Yield the table, then those in its cells or in text boxes: a form often stands in a layout table."""
    for table in block.iter(_W + "tbl"):
        if not any(parent.tag in _UNSEEN for parent in table.iterancestors()) and (rows := _rows(table)):
            yield rows


def _rows(table: etree._Element) -> tuple[Row, ...]:
    rows: list[Row] = []
    for element in _children(table, "tr"):
        properties = element.find(_W + "trPr")
        if properties is not None and properties.find(_W + "del") is not None:
            continue
        if len(rows) == MAX_ROWS:
            raise TooLarge("too many rows")
        rows.append(_row(element, properties, number=len(rows) + 1))
    width = max((len(row.cells) for row in rows), default=0)
    return tuple(replace(row, cells=row.cells + (Cell(text=""),) * (width - len(row.cells))) for row in rows)


def _row(element: etree._Element, properties: etree._Element | None, *, number: int) -> Row:
    before = properties.find(_W + "gridBefore") if properties is not None else None
    texts = [""] * _span(before)
    merged: set[int] = set()
    for cell in _children(element, "tc"):
        settings = cell.find(_W + "tcPr")
        merge = settings.find(_W + "vMerge") if settings is not None else None
        span = max(1, _span(settings.find(_W + "gridSpan") if settings is not None else None))
        if len(texts) + span > MAX_COLUMNS:
            break
        if merge is not None and merge.get(_W + "val", "continue") == "continue":
            merged |= set(range(len(texts), len(texts) + span))
            texts += [""] * span
        else:
            texts += [clean(_text(cell)).strip("\n"), *[""] * (span - 1)]
    return Row(
        page=1, number=number, cells=tuple(Cell(text=text) for text in texts), merged=frozenset(merged)
    )


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == _W + name:
            yield child
        elif child.tag in _AROUND:
            yield from _children(child, name)


def _span(element: etree._Element | None) -> int:
    return min(int(_number(element, "val")), MAX_COLUMNS) if element is not None else 0


def _number(element: etree._Element, name: str) -> float:
    try:
        return max(0.0, float(element.get(_W + name, "0")))
    except ValueError:
        return 0.0


def _filled(text: str) -> list[str]:
    return [line for line in clean(text).splitlines() if line.strip()]


def _text(element: etree._Element, *, tables: bool = True) -> str:
    return "".join(_pieces(element, tables)).removeprefix("\n")


def _pieces(element: etree._Element, tables: bool) -> Iterator[str]:
    """Yield text as it is seen: insertions kept, deletions, hidden runs and doubled drawings left out."""
    for child in element:
        tag = child.tag
        if tag in _UNSEEN or (tag == _W + "tbl" and not tables) or (tag == _W + "r" and _is_hidden(child)):
            continue
        if tag == _W + "t":
            yield child.text or ""
        elif tag == _W + "tab" and element.tag == _W + "r":
            yield "\t"
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        else:
            if tag == _W + "p":
                yield "\n"
            yield from _pieces(child, tables)


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(_W + "val", "true") not in ("0", "false", "off")
