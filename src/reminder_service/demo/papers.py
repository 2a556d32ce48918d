"""The electronic files that units send: the office's own form filled in, their own tables, archives, damaged files."""

import copy
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..domain.campaign import Campaign
from .texts import DEADLINE

Row = tuple[str, str, str, str, str]
"""序号, 实事名称, 责任单位, 措施及进度, 完成时限."""
_MEASURES, _DEADLINE = 3, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A file as it is attached to a mail."""

    filename: str
    content: bytes


def rows_of(campaign: Campaign, unit: str, texts: Mapping[int, str]) -> list[Row]:
    """Return the rows that a unit owes, filled in as far as there are texts."""
    return [
        (
            str(item.number),
            item.name,
            "、".join(item.units),
            texts.get(item.number, ""),
            DEADLINE if item.number in texts else "",
        )
        for item in campaign.items_of(unit)
    ]


def filled_form(form: bytes, texts: Mapping[int, str], more: Sequence[Row] = ()) -> bytes:
    """Fill the office's own form in as a person does in Word.

    :param texts: the text for 措施及进度 by item number; other rows stay as they came.
    :param more: rows added at the end of the table.
    """
    from docx import Document

    document = Document(io.BytesIO(form))
    table = next(table for table in document.tables if len(table.columns) > _DEADLINE)
    for row in table.rows:
        number = row.cells[0].text.strip()
        if number.isdecimal() and int(number) in texts:
            row.cells[_MEASURES].text = texts[int(number)]
            row.cells[_DEADLINE].text = DEADLINE
    for values in more:
        added = copy.deepcopy(table.rows[-1]._tr)
        table._tbl.append(added)
        for cell, value in zip(table.rows[-1].cells, values, strict=True):
            cell.text = value
    return _saved(document)


def own_form(campaign: Campaign, title: str, unit: str, rows: Iterable[Row]) -> bytes:
    """Type the table of the notice anew, without the office's form."""
    headings = tuple(column.heading for column in campaign.form.columns)
    return word_table(title, f"填报单位：{unit}", [headings, *rows])


def word_table(title: str, line: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Make a Word file with a title, a line of text and a table."""
    from docx import Document

    document = Document()
    document.add_heading(title, 1)
    document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for values in rows:
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    return _saved(document)


def own_sheet(campaign: Campaign, title: str, unit: str, rows: Iterable[Row]) -> bytes:
    """Type the table of the notice into Excel."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "报表"
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(campaign.form.columns))
    sheet.append([f"填报单位：{unit}"])
    sheet.append([column.heading for column in campaign.form.columns])
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def gbk_zip(papers: Iterable[Paper]) -> bytes:
    """Pack files as Windows in China does: names in GBK, and nothing says so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            # Written as if it were code page 437: so the bytes of the name are those of GBK, without the UTF-8 flag.
            info = _GbkInfo(paper.filename.encode("gbk").decode("cp437"), date_time=(2024, 6, 21, 9, 0, 0))
            archive.writestr(info, paper.content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def torn(content: bytes) -> bytes:
    """Return a file as a broken upload leaves it."""
    return content[: len(content) * 3 // 5]


class _GbkInfo(zipfile.ZipInfo):
    """An entry whose name is stored byte for byte."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's name
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def _saved(document: "object") -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()
