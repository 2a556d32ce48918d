"""The file of contacts as a sheet: csv or xlsx to rows under known headings, and back."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ...documents.reader import Reader
from ...documents.sniff import sniff
from ...domain.documents import Kind, Reading, Row, Table
from ...domain.errors import WrongUsage
from ...domain.texts import bare
from ...store.faults import disk_faults
from ...store.private import make_file, sync_file
from .plain_text import text_of

MAX_BYTES = 20 * 1024 * 1024
"""A larger file is no list of contacts."""

_HEADING_WITHIN = 10
_LONGEST_CELL = 32_767
_DELIMITERS = ",;\t"
_CURE = (
    "Save it as .csv (UTF-8) or .xlsx with a row of headings, of which 单位 is required, and import it again."
)
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
# Excel takes a csv cell that begins so for a formula; an apostrophe before it keeps it a text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Column(StrEnum):
    """A column of the sheet; the value is its heading."""

    UNIT = "单位"
    DEPARTMENT = "责任科室"
    PERSON = "责任人"
    ADDRESS = "邮箱"
    PHONE = "电话"
    ALIASES = "别名"


_ALSO = {
    Column.UNIT: ("单位名称", "责任单位", "报送单位", "单位全称"),
    Column.DEPARTMENT: ("科室", "责任处室", "处室", "部门"),
    Column.PERSON: ("责任人姓名", "联系人", "联系人姓名", "姓名", "联络员", "经办人"),
    Column.ADDRESS: ("电子邮箱", "邮箱地址", "电子邮箱地址", "电子邮件", "电子邮件地址", "邮件地址", "email"),
    Column.PHONE: (
        "联系电话",
        "电话号码",
        "办公电话",
        "固定电话",
        "座机",
        "手机",
        "手机号",
        "手机号码",
        "联系方式",
    ),
    Column.ALIASES: ("简称", "单位简称", "单位别名"),
}
_COLUMNS = {name: column for column in Column for name in (column.value, *_ALSO[column])}


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """A row under the headings; ``number`` is its row in the sheet, ``cells`` holds cleaned texts."""

    number: int
    cells: Mapping[Column, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The rows that hold anything, and which columns the file has; ``unread`` names sheets that were left."""

    columns: frozenset[Column]
    rows: tuple[SheetRow, ...]
    unread: tuple[str, ...] = ()


class FileReader(Protocol):
    """Reads a file in a child process; ``documents.reader.Reader`` is the real one."""

    def read(self, path: Path, filename: str) -> Reading:
        """Return what stands in a file."""


Grid = Sequence[tuple[int, Sequence[str]]]
"""Rows with their number in the file."""


def read_sheet(path: Path, reader: FileReader | None = None) -> Sheet:
    """Read a csv or xlsx file, told apart by content.

    :param reader: reads the workbook; without it a child process is begun for this file.
    :raises WrongUsage: when it cannot be read, or no row among the first ten has the heading 单位.
    """
    data = _bytes(path)
    match sniff(data, path.name):
        case Kind.XLSX:
            sheet = _workbook(path, reader)
        case Kind.TEXT:
            sheet = _csv(path, data)
        case Kind.XLS:
            raise WrongUsage(f"{path} is an old Excel file (.xls, .et). {_CURE}")
        case _:
            raise WrongUsage(f"{path} is neither csv nor xlsx. {_CURE}")
    if sheet is None:
        raise WrongUsage(f"{path} has no heading 单位 in its first {_HEADING_WITHIN} rows. {_CURE}")
    return sheet


def write_sheet(path: Path, rows: Iterable[Mapping[Column, str]]) -> None:
    """Write rows under the headings, for the owner alone, whole or not at all; an older file is replaced.

    In a csv (UTF-8 with a mark, for Excel) a text that Excel would take for a formula gets an apostrophe, which
    ``read_sheet`` takes away again; in an xlsx every cell is text.

    :raises WrongUsage: when the name ends neither in .csv nor in .xlsx.
    :raises OutsideError: when the file cannot be written.
    """
    lines = [[column.value for column in Column]]
    lines += [[_visible(row.get(column, "")) for column in Column] for row in rows]
    match path.suffix.lower():
        case ".csv":
            data = _csv_bytes(lines)
        case ".xlsx":
            data = _xlsx_bytes(lines)
        case _:
            raise WrongUsage(
                f"{path}: contacts are written as csv or xlsx; end the file's name in .csv or .xlsx."
            )
    draft = path.with_name(f".{path.name}.tmp")
    with disk_faults(path):
        try:
            make_file(draft)
            draft.write_bytes(data)
            sync_file(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WrongUsage(
                f"{path} has more than {MAX_BYTES // 1024 // 1024} MB: that is no list of contacts."
            )
        data = path.read_bytes()
    except OSError as error:
        raise WrongUsage(
            f"{path} cannot be read ({error.strerror}); check the name and its permissions."
        ) from error
    if not data.strip():
        raise WrongUsage(f"{path} is empty. {_CURE}")
    return data


def _csv(path: Path, data: bytes) -> Sheet | None:
    text = text_of(data)
    if text is None:
        raise WrongUsage(f"{path} is neither UTF-8 nor GB18030 text. {_CURE}")
    # The separator is the one under which most headings are known: a comma may well stand inside a cell.
    sheets = [_under_headings(_records(path, text, delimiter)) for delimiter in _DELIMITERS]
    return max((sheet for sheet in sheets if sheet), key=lambda sheet: len(sheet.columns), default=None)


def _records(path: Path, text: str, delimiter: str) -> Grid:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = list(enumerate(lines, 1))
        if any(len(cell) > _LONGEST_CELL for _, cells in rows for cell in cells):
            raise csv.Error(f"a cell of more than {_LONGEST_CELL} characters")
        return [
            (number, [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]) for number, cells in rows
        ]
    except csv.Error as error:
        raise WrongUsage(f"{path} is damaged at line {lines.line_num} ({error}). {_CURE}") from error


def _workbook(path: Path, reader: FileReader | None) -> Sheet | None:
    with Reader() if reader is None else nullcontext(reader) as child:
        reading = child.read(path, path.name)
    if reading.problem:
        raise WrongUsage(
            f"{path} cannot be read: it is damaged, too large or under a password. Open it in Excel or WPS, "
            "save it again as .xlsx without a password, and import that."
        )
    return sheet_of(reading)


def sheet_of(reading: Reading) -> Sheet | None:
    """Return the first sheet with the heading 单位 in a workbook that was read, or None."""
    sheets = [(table.above, _under_headings(_filled(table))) for table in reading.tables]
    found = [(name, sheet) for name, sheet in sheets if sheet]
    if not found:
        return None
    unread = tuple(name for name, _ in found[1:])
    return Sheet(columns=found[0][1].columns, rows=found[0][1].rows, unread=unread)


def _filled(table: Table) -> Grid:
    """Return the rows with the text of a merged cell in every row that it covers."""
    grid: list[tuple[int, list[str]]] = []
    above: Sequence[str] = ()
    for row in table.rows:
        above = _cells(row, above)
        grid.append((row.number, list(above)))
    return grid


def _cells(row: Row, above: Sequence[str]) -> list[str]:
    return [
        above[index] if index in row.merged and index < len(above) else cell.text
        for index, cell in enumerate(row.cells)
    ]


def _under_headings(grid: Grid) -> Sheet | None:
    for place, (_, cells) in enumerate(grid[:_HEADING_WITHIN]):
        columns = _headings(cells)
        if Column.UNIT in columns:
            rows = [
                SheetRow(number=number, cells=_row(found, columns)) for number, found in grid[place + 1 :]
            ]
            return Sheet(columns=frozenset(columns), rows=tuple(row for row in rows if _holds_anything(row)))
    return None


def _headings(cells: Sequence[str]) -> dict[Column, list[int]]:
    """Return where each column stands; 电话 and 手机 side by side are one column in two places."""
    found: dict[Column, list[int]] = {}
    for index, cell in enumerate(cells):
        if column := _COLUMNS.get(bare(_IN_BRACKETS.sub("", cell))):
            found.setdefault(column, []).append(index)
    return found


def _row(cells: Sequence[str], columns: Mapping[Column, Sequence[int]]) -> dict[Column, str]:
    row = {}
    for column, places in columns.items():
        texts = [_visible(cells[place]) for place in places if place < len(cells)]
        filled = list(dict.fromkeys(text for text in texts if text))
        row[column] = "、".join(filled[:1] if column is Column.UNIT else filled)
    return row


def _holds_anything(row: SheetRow) -> bool:
    """Whether a row holds a text, and is not the headings once more."""
    return any(row.cells.values()) and bare(row.cells[Column.UNIT]) not in {"单位", "单位名称", "责任单位"}


def _visible(text: str) -> str:
    """Return a text in one line without controls and marks that nobody sees."""
    kept = (
        char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn")
    )
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def _csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(
        [f"'{cell}" if _FORMULA.match(cell) else cell for cell in line] for line in lines
    )
    return target.getvalue().encode("utf-8-sig")


def _xlsx_bytes(lines: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "联系人"
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line, 1):
            cell = sheet.cell(number, place, text)
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.number_format = "@"  # 0533… keeps its zero when the clerk edits it
            cell.font = Font(bold=number == 1)
    for letter, width in zip("ABCDEF", (26, 18, 12, 32, 18, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
