"""Which cells of an xlsx show their number under which format; calamine gives the bare number."""

import io
import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from .limits import MAX_COLUMNS
from .number_formats import BUILT_IN
from .office import Damaged, Package
from .sheets import Formats

_MOST = 200_000
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_IDENTIFIER = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_IDENTIFIER = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TEXTS = ("s", "str", "inlineStr", "b", "e")


class CellFormats:
    """The formats of a workbook. A part that is missing or torn here costs formats, not the form."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._codes = _codes(_root(package, "xl/styles.xml"))
        self._parts = _parts(package) if self._codes else {}

    def of_sheet(self, index: int, name: str) -> Formats:
        """Return the format codes of the cells of a sheet that change how a number looks."""
        part = self._parts.get(name)
        if part is None:
            return {}
        try:
            data = self._package.part(part) or b""
            return dict(self._cells(data))
        except (Damaged, etree.XMLSyntaxError):
            return {}

    def _cells(self, data: bytes) -> Iterator[tuple[tuple[int, int], str]]:
        row = column = -1
        count = 0
        events = etree.iterparse(
            io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=True
        )
        for event, element in events:
            name = etree.QName(element).localname
            if event == "start" and name == "row":
                row, column = int(element.get("r") or row + 2) - 1, -1
            elif event == "start" and name == "c":
                place = _PLACE.fullmatch(element.get("r") or "")
                column = _column(place[1]) if place else column + 1
                code = self._codes.get(element.get("s") or "")
                if code and column < MAX_COLUMNS and element.get("t") not in _TEXTS:
                    yield (row, column), code
                    count += 1
                    if count == _MOST:
                        return
            elif event == "end" and name == "row":
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _root(package: Package, name: str) -> etree._Element | None:
    try:
        return package.xml(name)
    except Damaged:
        return None


def _codes(styles: etree._Element | None) -> dict[str, str]:
    """Return the format codes by the number of the cell style."""
    if styles is None:
        return {}
    own = {
        one.get("numFmtId"): one.get("formatCode") or "" for one in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    found: dict[str, str] = {}
    for place, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        number = style.get("numFmtId") or "0"
        code = own.get(number) or (BUILT_IN.get(int(number), "") if number.isdecimal() else "")
        if code and code.lower() not in ("general", "@"):
            found[str(place)] = code
    return found


def _parts(package: Package) -> dict[str, str]:
    """Return the part of each sheet by its name."""
    book, relations = _root(package, "xl/workbook.xml"), _root(package, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return {}
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target") or "")).lstrip("/")
        for one in relations.iterfind("{*}Relationship")
    }
    found = {}
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        target = targets.get(sheet.get(_IDENTIFIER) or sheet.get(_STRICT_IDENTIFIER))
        if target:
            found[sheet.get("name") or ""] = target
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
