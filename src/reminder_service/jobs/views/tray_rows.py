"""The rows of a file that waits: as read, what is to be looked at in each, and what the other version says there."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.answers import is_blank
from ...domain.campaign import Version
from ...domain.documents import Box
from ...domain.forms import FormRow
from ...domain.incoming import Attribution
from ...domain.rows import content_of, expanded, match_item
from ...domain.submissions import version_of
from ...domain.texts import fold
from ...domain.tray import Case, Reason
from ...domain.word_diff import Pieces, side_by_side
from ...domain.wording import VERSION_WORDS
from ..state.situation import Situation

_ABOUT_THE_TEXT = frozenset({"mismatch", "low_confidence"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A row's text against the other version's, in pieces; ``name`` and ``other_name`` are the versions'."""

    name: str
    pieces: Pieces
    other_name: str
    other_pieces: Pieces


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One row as read; ``sure`` is the percentage where it was recognised, ``original`` what was corrected since."""

    page: int
    row: int
    item: int | None
    number: str
    name: str
    units: str
    measures: str
    deadline: str
    original: str | None
    sure: int | None
    box: Box | None
    reasons: tuple[Reason, ...]
    compared: Compared | None

    @property
    def title(self) -> str:
        """What it is called: item and name."""
        number = f"第{self.item}项" if self.item else (f"序号{self.number}" if self.number else "未对应的行")
        return f"{number} {self.name}".strip()

    @property
    def can_confirm(self) -> bool:
        """Whether something about it is settled by saying that its text is right."""
        return self.item is not None and any(reason.code in _ABOUT_THE_TEXT for reason in self.reasons)


def row_views(here: Situation, case: Case) -> tuple[tuple[RowView, ...], tuple[tuple[int, str], ...]]:
    """Return the rows of a case's file, and the items that only the other version reports with its text."""
    one = case.attribution
    if one is None or one.document is None or one.document.form is None:
        return (), ()
    mine = version_of(one.document)
    other = Version.STAMPED if mine is Version.ELECTRONIC else Version.ELECTRONIC
    said = _said(here, one, other) if case.unit else {}
    unmatched = _unmatched(here, one, case)
    rows = tuple(
        _row(here, case, row, unmatched, said, mine, other) for row in expanded(one.document.form.rows)
    )
    here_too = {row.item for row in rows if not is_blank(row.measures)}
    wanted = [item for item in case.items if item not in here_too and item in said]
    return rows, tuple((item, said[item]) for item in wanted)


def _row(
    here: Situation,
    case: Case,
    row: FormRow,
    unmatched: Sequence[tuple[int, int]],
    said: dict[int, str],
    mine: Version | None,
    other: Version,
) -> RowView:
    found = match_item(row, here.campaign)
    item = found.number if found else None
    reasons = [one for one in case.reasons if one.item is not None and one.item == item]
    if (row.page, row.row) in unmatched:
        place = f"第{row.page}页第{row.row}行"
        reasons += [one for one in case.reasons if one.code == "unmatched_row" and place in one.detail]
    compared = None
    if item in said and mine and not is_blank(row.measures) and fold(said[item]) != fold(row.measures):
        pieces, others = side_by_side(row.measures, said[item])
        compared = Compared(
            name=VERSION_WORDS[mine], pieces=pieces, other_name=VERSION_WORDS[other], other_pieces=others
        )
    return RowView(
        page=row.page,
        row=row.row,
        item=item,
        number=row.number,
        name=row.name,
        units=row.units,
        measures=row.measures,
        deadline=row.deadline,
        original=row.original,
        sure=None if row.confidence is None else round(row.confidence * 100),
        box=row.box,
        reasons=tuple(reasons),
        compared=compared,
    )


def _said(here: Situation, one: Attribution, version: Version) -> dict[int, str]:
    """What the other version says by item, the newest file first."""
    others = [
        other
        for other in here.attributions
        if other.unit == one.unit
        and other.period == one.period
        and other.document is not None
        and other.document is not one.document
        and version_of(other.document) is version
    ]
    said: dict[int, str] = {}
    for other in sorted(others, key=lambda other: other.message.received_at, reverse=True):
        if other.document and other.document.form and one.unit:
            content = content_of(other.document.form, one.unit, here.campaign, here.names)
            for item, row in content.filled.items():
                said.setdefault(item, row.measures)
    return said


def _unmatched(here: Situation, one: Attribution, case: Case) -> list[tuple[int, int]]:
    if one.document is None or one.document.form is None or one.unit is None:
        return []
    if all(reason.code != "unmatched_row" for reason in case.reasons):
        return []
    content = content_of(one.document.form, one.unit, here.campaign, here.names)
    return [(row.page, row.row) for row in content.unmatched]
