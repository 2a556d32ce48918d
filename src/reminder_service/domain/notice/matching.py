"""Matters of the text and rows of the annex brought together: items, and what the two say differently."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ..campaign import Item
from ..targets import find_targets
from ..texts import bare
from .items import Matter, plain_name
from .rows import AnnexRow, units_in
from .units import UnitClause

_SAME = 85.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Where text and annex disagree on an item; ``what`` is ``name``, ``units``, ``text`` (no such row) or ``row``."""

    item: int
    what: str
    text: str
    annex: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciled:
    """The items with their units as first written, what differs, and the clauses that the units came from."""

    items: tuple[Item, ...]
    differences: tuple[Difference, ...]
    clauses: tuple[UnitClause, ...]


def reconcile(matters: Sequence[Matter], rows: Sequence[AnnexRow], shared: Sequence[str]) -> Reconciled:
    """Bring matters and rows together.

    The text wins over the annex, which gives the units where the text names none. Without matters that name units
    the rows are the items. ``shared`` are units that the notice names for all matters alike.
    """
    known = tuple(dict.fromkeys(name for matter in matters if matter.clause for name in matter.clause.named))
    pairs, lone = _paired(matters, rows)
    if not any(matter.clause for matter in matters) and len(lone) > len(rows) // 2:
        # Paragraphs numbered for other reasons: 一、总体要求 二、报送要求.
        pairs, lone = [], list(rows)
    items: list[Item] = []
    by_row: list[UnitClause] = []
    differences: list[Difference] = []
    for matter, row in pairs:
        written = units_in(row.units, known) if row else ()
        units = matter.clause.named if matter.clause else written or tuple(shared)
        if units:
            items.append(_item(len(items) + 1, matter, units))
            if rows:
                differences += _differences(items[-1], row, written)
    if not items:
        items = [
            _item_of_row(n, row, units_in(row.units, known) or tuple(shared))
            for n, row in enumerate(lone, start=1)
        ]
        by_row = [clause for row in lone if (clause := _clause_of_row(row, known))]
        lone = []
    differences += [
        Difference(item=0, what="row", text="", annex=f"{row.name}：{'、'.join(units_in(row.units, known))}")
        for row in lone
    ]
    return Reconciled(
        items=tuple(item for item in items if item.units),
        differences=tuple(differences),
        clauses=(*(matter.clause for matter in matters if matter.clause), *by_row),
    )


def _paired(
    matters: Sequence[Matter], rows: Sequence[AnnexRow]
) -> tuple[list[tuple[Matter, AnnexRow | None]], list[AnnexRow]]:
    """Pair every matter with the row most like it in name, and return the rows that are left."""
    left = list(rows)
    pairs: list[tuple[Matter, AnnexRow | None]] = []
    for matter in matters:
        scored = [(_likeness(matter, row), -index) for index, row in enumerate(left)]
        score, index = max(scored, default=(0.0, 0))
        pairs.append((matter, left.pop(-index) if score >= _SAME else None))
    # A row of the right number is taken as renamed only where nothing else fits it.
    for position, (matter, row) in enumerate(pairs):
        numbered = next((other for other in left if other.number == str(matter.ordinal)), None)
        if row is None and numbered and matter.clause:
            left.remove(numbered)
            pairs[position] = (matter, numbered)
    return pairs, left


def _likeness(matter: Matter, row: AnnexRow) -> float:
    return fuzz.ratio(bare(matter.name), bare(plain_name(row.name)))


def _item(number: int, matter: Matter, units: tuple[str, ...]) -> Item:
    return Item(
        number=number, name=matter.name, text=matter.text, units=units, targets=find_targets(matter.text)
    )


def _item_of_row(number: int, row: AnnexRow, units: tuple[str, ...]) -> Item:
    name = plain_name(row.name)
    text = row.text or name
    return Item(number=number, name=name, text=text, units=units, targets=find_targets(text))


def _clause_of_row(row: AnnexRow, known: Sequence[str]) -> UnitClause | None:
    """Return who leads and who helps in a row that says so in columns of their own."""
    if not row.helping:
        return None
    helping = units_in(row.helping, known)
    return UnitClause(
        start=0, end=0, named=units_in(row.units, known), helping=helping, leads=True, others=False
    )


def _differences(item: Item, row: AnnexRow | None, written: tuple[str, ...]) -> list[Difference]:
    if row is None:
        return [Difference(item=item.number, what="text", text=item.name, annex="")]
    found = []
    if bare(plain_name(row.name)) != bare(item.name):
        found.append(Difference(item=item.number, what="name", text=item.name, annex=row.name))
    # Compared without breaks: where a wrapped cell parts its names is not always to be seen.
    if written and bare("".join(written)) != bare("".join(item.units)):
        found.append(
            Difference(item=item.number, what="units", text="、".join(item.units), annex="、".join(written))
        )
    return found
