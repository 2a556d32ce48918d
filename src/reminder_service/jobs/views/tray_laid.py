"""An Office file that waits, as pages with the places of its rows marked; its tables where there are no pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...documents.limits import MAX_LAID_PAGES
from ...documents.office_pages import SHEETS
from ...domain.documents import Reading, Row
from ...domain.laid_pages import LaidPage, LaidPages, Place
from ...domain.pictured import with_margin
from ...domain.texts import fold
from ...store import Store
from .laid_pages import Layout, has_layout, kept_layout, lay_out, may_lay_out
from .page_pictures import drawn_pages
from .tray_pages import AROUND_A_ROW, PageView, mark, view_box
from .tray_rows import RowView

_MADE = "页面由LibreOffice排版，分页和字体可能与Word、WPS、Excel中所见不同。"
_FIRST = f"只排出前{MAX_LAID_PAGES}页。"
_MISSING = "本机没有安装LibreOffice，不能显示原件的页面；下面是读出的表格。"
_FAILED = "这份文件没有能排成页面；下面是读出的表格，版式请下载原件查看。"
_MOST_PAGES = 6
_ROOM = 0.006
"""Share of the page around the letters, so that the mark does not touch them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LaidView:
    """The pages of an Office file; ``later`` says that they can be made and were not yet."""

    pages: tuple[PageView, ...] = ()
    page_count: int = 0
    note: str = ""
    later: bool = False


def laid_view(
    store: Store, reading: Reading, rows: Sequence[RowView], page: int | None, *, make: bool
) -> LaidView | None:
    """Return an Office file's pages, None for files that have pages of their own.

    :param page: a page that is wanted besides those where something is marked.
    :param make: lay the file out where that was not done before; it takes seconds.
    :raises LostOriginal: when the file is missing from the originals.
    """
    if not has_layout(reading):
        return None
    layout = lay_out(store, reading) if make else kept_layout(store, reading)
    if layout is None:
        possible = may_lay_out(reading)
        return LaidView(later=possible, note="" if possible else _MISSING)
    found = _Found(layout, reading, rows)
    wanted = list(dict.fromkeys([*([page] if page else []), *found.marked, 1]))[:_MOST_PAGES]
    drawn = drawn_pages(store, reading, wanted)
    pages = tuple(found.page(one) for one in layout.pages if one.number in drawn)
    if not pages:
        return LaidView(note=_FAILED)
    first = _FIRST if len(layout.pages) >= MAX_LAID_PAGES else ""
    return LaidView(pages=pages, page_count=len(layout.pages), note=_MADE + first)


class _Found:
    """Where the rows of a file stand on its pages."""

    def __init__(self, layout: Layout, reading: Reading, rows: Sequence[RowView]) -> None:
        laid = LaidPages(pages=layout.pages, torn=reading.kind not in SHEETS)
        self._rows: dict[tuple[int, int], tuple[Place, ...]] = {}
        self._marks: list[Place] = []
        for row in rows:
            read = _read_row(reading, row)
            if read is None:
                continue
            whole = laid.find_row(read)
            cell = laid.find_cell(read, row.original if row.original is not None else row.measures)
            self._rows[row.page, row.row] = whole or cell
            self._marks += (cell or whole) if row.reasons else ()

    @property
    def marked(self) -> list[int]:
        """The pages on which something is marked."""
        return sorted({place.page for place in self._marks})

    def page(self, page: LaidPage) -> PageView:
        """Return a page with its marks."""
        crops: Mapping[tuple[int, int], str] = {
            key: view_box(place.box, page.width, page.height, AROUND_A_ROW)
            for key, places in self._rows.items()
            for place in places[:1]
            if place.page == page.number
        }
        return PageView(
            number=page.number,
            width=page.width,
            height=page.height,
            marks=tuple(
                mark("row", with_margin(place.box, page.width, page.height, _ROOM))
                for place in self._marks
                if place.page == page.number
            ),
            crops=crops,
            seals=(),
        )


def _read_row(reading: Reading, row: RowView) -> Row | None:
    """The row as the reader saw it; tables of one page number their rows each for itself."""
    numbered = [
        one for table in reading.tables for one in table.rows if (one.page, one.number) == (row.page, row.row)
    ]
    named = [one for one in numbered if fold(row.name) in {fold(cell.text) for cell in one.cells}]
    return next(iter(named or numbered), None)
