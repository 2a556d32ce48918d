"""Web pages and mail bodies: their tables by the true grid, text around them. Nothing they name is fetched."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree
from lxml import html as lxml_html

from reminder_service.domain.documents import Cell, Kind, Page, Reading, Row, Table

from .limits import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MAX_TABLES, MAX_TEXT
from .office import TooLarge
from .refusals import TOO_LARGE, without_reader
from .text import decoded
from .texts import clean

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_HEAD_BYTES = 4096
_LINES_NEAR = 12
_FEWEST_COLUMNS = 3
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "li",
        "tr",
        "table",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "pre",
    )
    + ("blockquote", "center")
)
_CELLS = ("td", "th")
_GROUPS = ("thead", "tbody", "tfoot")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x00"
"""Stands for a line that really breaks while the source's own line breaks are taken for blanks."""


def read_html(data: bytes, filename: str) -> Reading:
    """Read a web page; one without any table waits for a person."""
    reading = replace(read_markup(_text_of(data)), filename=filename)
    if not reading.tables and not reading.problem:
        return replace(reading, problem=without_reader(Kind.HTML))
    return reading


def read_markup(markup: str) -> Reading:
    """Return the tables and the text of HTML; all of it is page 1."""
    reading = Reading(document="", filename="", kind=Kind.HTML)
    if not markup.strip():
        return reading
    if len(markup) > MAX_FILE_BYTES:
        return replace(reading, problem=TOO_LARGE)
    # An encoding that the markup declares was true of its bytes: lxml refuses it beside a text.
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, recover=True, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
        tables, lines = _contents(root)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but comments or blanks
        return reading
    except TooLarge:
        return replace(reading, problem=TOO_LARGE)
    page = Page(number=1, width=0.0, height=0.0, has_text=bool(tables or lines))
    return replace(
        reading, pages=(page,), tables=tuple(tables[:MAX_TABLES]), text="\n".join(lines)[:MAX_TEXT]
    )


def _text_of(data: bytes) -> str:
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    name = declared[1].decode("ascii").lower() if declared else ""
    if name.startswith(("gb", "x-gbk")):
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:  # declared by the editor's habit
            return decoded(data)
    return decoded(data)


def _contents(root: etree._Element) -> tuple[list[Table], list[str]]:
    """Return the tables that hold text, each with the lines around it, and the lines outside of tables."""
    tables: list[Table] = []
    lines: list[str] = []
    since: list[str] = []
    pieces: list[str] = []

    def close() -> None:
        if tables:
            tables[-1] = replace(tables[-1], below="\n".join(since[:_LINES_NEAR]))

    def flush() -> None:
        since.extend(_lines("".join(pieces)))
        pieces.clear()

    for found in _blocks(root):
        if isinstance(found, str):
            pieces.append(found)
        elif rows := _rows(found):
            flush()
            close()
            tables.append(Table(page=1, rows=rows, above="\n".join(since[-_LINES_NEAR:])))
            lines += since
            since.clear()
    flush()
    close()
    return tables, [*lines, *since]


def _blocks(element: etree._Element) -> Iterator[str | etree._Element]:
    """Yield texts and tables in order. A narrow table around another only lays out the page: it is looked through."""
    yield element.text or ""
    for child in element:
        if _is_seen(child):
            nested = child.tag == "table" and child.find(".//table") is not None
            if child.tag == "table" and (not nested or _columns(child) >= _FEWEST_COLUMNS):
                yield _BREAK
                yield child
                if nested:
                    yield from child.iterfind(".//table")
            else:
                # Markup is nested as deep as its author likes; lxml itself stops at 256 levels.
                around = _BREAK if child.tag in _BLOCKS or child.tag == "br" else ""
                yield around
                yield from _blocks(child)
                yield "\t" if child.tag in _CELLS else "" if child.tag == "br" else around
        yield child.tail or ""


def _is_seen(element: etree._Element) -> bool:
    return element.tag not in _UNSEEN and not _HIDDEN.search(element.get("style") or "")


def _lines(text: str) -> list[str]:
    return [line for line in map(_squeezed, text.split(_BREAK)) if line]


def _squeezed(text: str) -> str:
    return clean(_BLANKS.sub(" ", text.replace("\xa0", " "))).strip()


def _columns(table: etree._Element) -> int:
    return max((len(list(row.iterchildren(*_CELLS))) for row in _table_rows(table)), default=0)


def _rows(table: etree._Element) -> tuple[Row, ...]:
    """Return the rows of a table by its grid, or none where no cell holds text."""
    covered: dict[int, int] = {}
    rows: list[tuple[list[str], frozenset[int]]] = []
    for element in _table_rows(table):
        if len(rows) == MAX_ROWS:
            raise TooLarge("too many rows")
        texts, merged, begun = _row(element, covered)
        covered = {column: left - 1 for column, left in covered.items() if left > 1} | begun
        rows.append((texts, merged))
    if not any(any(texts) for texts, _ in rows):
        return ()
    width = max(len(texts) for texts, _ in rows)
    return tuple(
        Row(
            page=1,
            number=number,
            cells=tuple(Cell(text=text) for text in texts + [""] * (width - len(texts))),
            merged=merged,
        )
        for number, (texts, merged) in enumerate(rows, start=1)
    )


def _row(
    element: etree._Element, covered: dict[int, int]
) -> tuple[list[str], frozenset[int], dict[int, int]]:
    """Return the texts of a row, the columns that cells from above cover, and how far its own cells reach down.

    :param covered: how many rows, this one included, cells from above still cover, by column.
    """
    texts: list[str] = []
    begun: dict[int, int] = {}
    for cell in element.iterchildren(*_CELLS):
        while len(texts) in covered:
            texts.append("")
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        if len(texts) + across > MAX_COLUMNS:
            break
        if down > 1:
            begun |= dict.fromkeys(range(len(texts), len(texts) + across), down - 1)
        texts += [_cell_text(cell), *[""] * (across - 1)]
    texts += [""] * (max(covered, default=-1) + 1 - len(texts))
    return texts, frozenset(covered), begun


def _table_rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _GROUPS:
            yield from child.iterchildren("tr")


def _span(cell: etree._Element, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(1, int(value)), MAX_ROWS) if value.isdecimal() and len(value) < 6 else 1


def _cell_text(cell: etree._Element) -> str:
    text = "".join(piece if isinstance(piece, str) else _BREAK + _cell_text(piece) for piece in _blocks(cell))
    return "\n".join(_lines(text))
