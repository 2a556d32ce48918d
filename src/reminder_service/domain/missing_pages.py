"""Are pages of a stamped copy missing: by what is printed on them, by the electronic version, by the campaign."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .campaign import Campaign
from .documents import Page
from .forms import FormRow
from .printed_pages import page_marks
from .rows import match_item
from .submissions import Submission
from .wording import item_words

_FOOT = 0.7
"""Share of the page's height: a table that ends above it ended there, one that ends below may have gone on."""


_Placed = tuple[int | None, tuple[int, int], FormRow]
"""An item, the file and page where it stands, its row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPages:
    """What shows that pages are missing, in the clerk's words, and the items that were on them."""

    detail: str
    items: frozenset[int] = frozenset()


def missing_pages(
    copy: Sequence[Submission], electronic: Sequence[Submission], unit: str, campaign: Campaign
) -> MissingPages | None:
    """Return what shows that pages of a stamped copy are missing, or None.

    1. The pages say how many there are, and there are fewer.
    2. The copy begins with the rest of a row that stands on no page.
    3. The electronic version reports items behind the last row of the copy, whose table runs to the foot of its last
       page, or between two pages of it, or before its first row where no title stands above that.
    4. Without an electronic version: the copy is the whole form, other units' items too, from the first on, and ends at
       the foot of a page before items that the unit owes.

    5. The copy holds a table as wide as the form and headings nowhere: they stood on a page before.

    Items that only other units owe are never missed.

    :param copy: the files that are the unit's stamped copy together.
    :param electronic: the unit's electronic versions, the newest first.
    """
    rows = _rows(copy, campaign)
    torn = bool(rows) and _is_rest(rows[0][2])
    lost = frozenset(_lost(copy, rows[1:] if torn else rows, electronic, unit, campaign))
    words = "、".join(item_words(campaign, item) for item in sorted(lost))
    unseen = f"，未见{words}" if lost else ""
    if printed := _printed(copy):
        return MissingPages(detail=f"盖章版缺页：{printed}{unseen}", items=lost)
    if torn:
        return MissingPages(detail=f"盖章版缺页：首行为上一页表格的续行{unseen}", items=lost)
    if lost:
        return MissingPages(detail=f"盖章版缺页：表格前后不完整{unseen}", items=lost)
    if _has_no_headings(copy, campaign):
        return MissingPages(detail="盖章版缺页：表格没有表头，可能缺首页，请对照原件核对")
    return None


def _has_no_headings(copy: Sequence[Submission], campaign: Campaign) -> bool:
    """Whether there is a table of as many columns as the form has, and no file with anything like its headings."""
    documents = [one.document for one in copy if one.document]
    if any(one.form or one.problem == "other_columns" for one in documents):
        return False
    tables = [table for one in documents for table in one.reading.tables if table.rows]
    return any(len(table.rows[0].cells) == len(campaign.form.columns) for table in tables)


def _is_rest(row: FormRow) -> bool:
    """Whether a row has text and nothing that says of what: it began on the page before."""
    return bool(row.measures) and not (row.number or row.name or row.units)


def _printed(copy: Sequence[Submission]) -> str | None:
    marks = [page_marks(one.document.reading.text) for one in copy if one.document]
    total = max((one.total for one in marks), default=0)
    here = sum(len(one.document.reading.pages) for one in copy if one.document)
    if not 0 < here < total:
        return None
    seen = frozenset[int]().union(*(one.seen for one in marks))
    gone = [number for number in range(1, total + 1) if number not in seen]
    which = "、".join(map(str, gone))
    named = f"，缺第{which}页" if len(gone) == total - here else ""
    return f"页码为共{total}页，仅收到{here}页{named}"


def _lost(
    copy: Sequence[Submission],
    rows: Sequence[_Placed],
    electronic: Sequence[Submission],
    unit: str,
    campaign: Campaign,
) -> Collection[int]:
    """Return the items that the unit owes and that must have stood on a page that is not there."""
    shown = [item for item, _, _ in rows if item is not None]
    # A row that fits no item may be the very one that seems lost.
    if not shown or len(shown) < len(rows):
        return ()
    typed = next((one.content for one in electronic if one.content and one.content.filled), None)
    if typed is None:
        return _lost_of_whole_form(copy, rows, unit, campaign)
    order = [item.number for item in campaign.items if item.number in typed.filled]
    lost = [item for item in order if item not in shown]
    behind = [item for item in lost if item > max(shown)]
    kept = behind if _runs_to_foot(copy, rows[-1]) else []
    before = [] if _title(copy) else [item for item in lost if item < min(shown)]
    return [*before, *kept, *(item for item in lost if _between_pages(item, rows))]


def _rows(copy: Sequence[Submission], campaign: Campaign) -> list[_Placed]:
    found: list[_Placed] = []
    for index, one in enumerate(_in_page_order(copy)):
        for row in one.document.form.rows if one.document and one.document.form else ():
            item = match_item(row, campaign)
            found.append((item.number if item else None, (index, row.page), row))
    return found


def _title(copy: Sequence[Submission]) -> str:
    return next((one.document.form.title for one in copy if one.document and one.document.form), "")


def _in_page_order(copy: Sequence[Submission]) -> list[Submission]:
    def place(one: Submission) -> int:
        document = one.document
        if document is None or document.sheaf is None:
            return 0
        return document.sheaf.documents.index(document.document)

    return sorted(copy, key=place)


def _lost_of_whole_form(
    copy: Sequence[Submission], rows: Sequence[_Placed], unit: str, campaign: Campaign
) -> list[int]:
    shown = {item for item, _, _ in rows if item is not None}
    numbers = [item.number for item in campaign.items]
    owed = {item.number for item in campaign.items_of(unit)}
    whole = shown == set(numbers[: len(shown)]) and not shown <= owed
    if not whole or rows[-1][0] != max(shown) or not _runs_to_foot(copy, rows[-1]):
        return []
    return [item for item in numbers if item > max(shown) and item in owed]


def _between_pages(item: int, rows: Sequence[_Placed]) -> bool:
    """Whether the rows around an item that is not there stand on different pages."""
    before = [place for number, place, _ in rows if number is not None and number < item]
    after = [place for number, place, _ in rows if number is not None and number > item]
    return bool(before and after) and max(before) < min(after)


def _runs_to_foot(copy: Sequence[Submission], last: _Placed) -> bool:
    """Whether the last row ends near the foot of its page; where nothing tells, it may."""
    _, (index, number), row = last
    document = _in_page_order(copy)[index].document
    pages: Sequence[Page] = document.reading.pages if document else ()
    page = next((page for page in pages if page.number == number), None)
    if page is None or row.box is None or page.rotation:
        return True
    return row.box[3] >= _FOOT * page.height
