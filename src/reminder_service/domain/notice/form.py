"""The annex of a notice: the title and columns of its form, and what its rows say of matters and units."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..campaign import EXTRA_COLUMNS, Column, ColumnKey, FormSpec
from ..documents import Row, Table
from ..periods import Cadence
from .rows import END_OF_FORM, AnnexRow, read_lines
from .text import NoticeText, tidy

_KEYS = (
    (ColumnKey.NUMBER, re.compile(r"^(?:序号|编号|序)$")),
    (ColumnKey.DEADLINE, re.compile(r"时限|期限|完成时间|截止|时间节点")),
    (ColumnKey.UNITS, re.compile(r"单位|部门|^镇街$|乡镇|^学校$")),
    (
        ColumnKey.MEASURES,
        re.compile(r"措施|进展|进度|完成情况|落实情况|工作情况|开展情况|成效|整改情况|情况$"),
    ),
    (ColumnKey.NAME, re.compile(r"名称|事项|任务|项目|内容|指标|工作$")),
)
_ALSO = {
    ColumnKey.NUMBER: ("序号", "编号"),
    ColumnKey.NAME: ("名称", "事项", "任务", "项目", "内容"),
    ColumnKey.UNITS: ("单位", "部门"),
    ColumnKey.MEASURES: ("措施", "进展", "进度", "完成情况", "落实情况"),
    ColumnKey.DEADLINE: ("时限", "期限", "完成时间"),
}
_WIDTHS = {
    ColumnKey.NUMBER: 6.0,
    ColumnKey.NAME: 24.0,
    ColumnKey.UNITS: 22.0,
    ColumnKey.MEASURES: 60.0,
    ColumnKey.DEADLINE: 16.0,
}
_EXTRA_WIDTH = 20.0
_THIS = {
    Cadence.ONCE: "",
    Cadence.TEN_DAYS: "本旬",
    Cadence.HALF_MONTH: "本半月",
    Cadence.MONTH: "本月",
    Cadence.QUARTER: "本季度",
    Cadence.HALF_YEAR: "本半年",
    Cadence.YEAR: "本年度",
}
_HELPING = re.compile(r"配合|协办|参与|协同")
_REFERENCE = re.compile(r"附件\d?[:：](?P<titles>.+)")
_LISTED = re.compile(r"(?:^|(?<=[。；;\n]))\d{1,2}[.．、]")
_TABLE_LINE = re.compile(r"^(?:填报|填表|报送|联系|单位[:：(（]|序号|制表|年月日)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Annex:
    """What the annex says.

    ``others`` are headings of columns that find no place in it; ``found`` is False where there is no form.
    """

    form: FormSpec
    rows: tuple[AnnexRow, ...] = ()
    others: tuple[str, ...] = ()
    found: bool = True


def read_annex(
    notice: NoticeText, tables: Sequence[Table], names: Sequence[str], *, topic: str, cadence: Cadence
) -> Annex:
    """Read the annex form from tables, else from lines; where neither shows one the five customary columns.

    :param names: the names of the matters, which tell name from unit where a row exists as lines only.
    :param topic: what the notice is about, for a form without a title.
    """
    name = (
        _form_title(notice.paragraphs, notice.annex)
        or re.sub(r"(?:情况|[旬月季]报)+$", "", topic) + "进展情况报表"
    )
    for index, table in enumerate(tables):
        if (header := _header_row(table)) is not None:
            rows = [row for other in tables[index:] for row in other.rows]
            return _from_rows(name, rows, table.rows[header], cadence)
    if lines := read_lines(notice.annex, names, key_of):
        columns, others = _columns(lines.headings)
        return Annex(form=FormSpec(title=name, columns=columns), rows=lines.rows, others=others)
    return Annex(form=FormSpec(title=name, columns=_customary(cadence)), found=False)


def customary_annex(title: str, cadence: Cadence) -> Annex:
    """Return the customary form, for a notice whose own cannot be used."""
    return Annex(form=FormSpec(title=title, columns=_customary(cadence)), found=False)


def _form_title(body: Sequence[str], annex: Sequence[str]) -> str:
    """Return the title of the form: as the notice lists its annexes, else as it stands above the form."""
    for paragraph in body:
        if match := _REFERENCE.match(paragraph):
            titles = [title.strip("。；; ") for title in _LISTED.split(match["titles"]) if title.strip()]
            if form := next((title for title in titles if "表" in title), None):
                return form
    above = []
    for line in map(tidy, annex[1:4]):
        if _TABLE_LINE.match(line) or END_OF_FORM.fullmatch(line):
            break
        above.append(line)
    title = "".join(above)
    return title if title.endswith("表") else ""


def _header_row(table: Table) -> int | None:
    """Return which of a table's first rows is the header of a form: three known columns, units or measures among them."""
    for index, row in enumerate(table.rows[:4]):
        keys = {key_of(tidy(cell.text)) for cell in row.cells} - {None}
        if len(keys) >= 3 and keys & {ColumnKey.UNITS, ColumnKey.MEASURES}:
            return index
    return None


def _from_rows(title: str, rows: Sequence[Row], header: Row, cadence: Cadence) -> Annex:
    headings = [tidy(cell.text) for cell in header.cells]
    columns, others = _columns(headings)
    places = _Places.of(headings)
    found: list[AnnexRow] = []
    begun = False
    for row in rows:
        if [tidy(cell.text) for cell in row.cells] == headings:
            begun = True
            continue
        if begun and len(row.cells) == len(headings):
            _add(found, row, places)
    if ColumnKey.MEASURES not in {column.key for column in columns}:
        # A table that shares the work out (任务分解表) is no form: there is nothing to report in.
        return Annex(form=FormSpec(title=title, columns=_customary(cadence)), rows=tuple(found), found=False)
    return Annex(form=FormSpec(title=title, columns=columns), rows=tuple(found), others=others)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Places:
    """Where a table's columns stand; 牵头单位 and 配合单位 are two columns of one meaning."""

    keys: dict[ColumnKey, tuple[int, ...]]
    helping: tuple[int, ...]

    @classmethod
    def of(cls, headings: Sequence[str]) -> "_Places":
        keys: dict[ColumnKey, tuple[int, ...]] = {}
        for place, heading in enumerate(headings):
            if key := key_of(heading):
                keys[key] = (*keys.get(key, ()), place)
        units = keys.get(ColumnKey.UNITS, ())
        helping = tuple(place for place in units if _HELPING.search(headings[place]))
        if len(helping) < len(units):  # whoever leads comes first, wherever the column stands
            keys[ColumnKey.UNITS] = (*(place for place in units if place not in helping), *helping)
        return cls(keys=keys, helping=helping)


def _add(found: list[AnnexRow], row: Row, places: _Places) -> None:
    """Add a row; one without a number and a name of its own goes on with the row above (a page break tore it)."""

    def texts(key: ColumnKey) -> list[str]:
        return [row.cells[place].text.strip() for place in places.keys.get(key, ())]

    number = next(iter(texts(ColumnKey.NUMBER)), "")
    name, *more = texts(ColumnKey.NAME) or [""]
    units = "\n".join(filter(None, texts(ColumnKey.UNITS)))
    helping = "\n".join(filter(None, (row.cells[place].text.strip() for place in places.helping)))
    text = tidy("".join(more[:1]))
    if not (name or units):
        return
    torn = found and not number and ColumnKey.NUMBER in places.keys
    if torn and found:
        above = found.pop()
        units = f"{above.units}\n{units}".strip("\n")
        number, name = above.number, tidy(f"{above.name}\n{name}")
        helping, text = f"{above.helping}\n{helping}".strip("\n"), f"{above.text}{text}"
    found.append(AnnexRow(number=tidy(number), name=tidy(name), units=units, helping=helping, text=text))


def _columns(headings: Sequence[str]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Return the columns of the form, each meaning once, others as extra ones, and the headings without a place."""
    columns: dict[ColumnKey, Column] = {}
    others = []
    for heading in headings:
        key = key_of(heading)
        if key is None or key in columns:
            key = next((extra for extra in EXTRA_COLUMNS if extra not in columns), None)
        if key is None or not heading or heading in (column.heading for column in columns.values()):
            others += [heading] if heading else []
            continue
        also = tuple(word for word in _ALSO.get(key, ()) if word != heading)
        columns[key] = Column(key=key, heading=heading, also=also, width=_WIDTHS.get(key, _EXTRA_WIDTH))
    return tuple(columns.values()), tuple(others)


def key_of(heading: str) -> ColumnKey | None:
    """Return what a column of this heading holds, or None for a column of another kind."""
    return next((key for key, pattern in _KEYS if pattern.search(heading)), None)


def _customary(cadence: Cadence) -> tuple[Column, ...]:
    headings = ("序号", "工作事项", "责任单位", f"{_THIS[cadence]}具体措施及进度情况", "完成时限")
    return _columns(headings)[0]
