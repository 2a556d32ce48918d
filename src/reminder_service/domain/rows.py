"""Whose row is it: the rows of a form matched to items and units."""

import re
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from .answers import is_blank, refers_above
from .campaign import Campaign, Item
from .form_rows import lower
from .forms import Form, FormRow
from .names import UnitNames
from .texts import bare

_SURE = 88.0
_LIKELY = 60.0
_ORDINAL = re.compile(r"^[\s（(]*[0-9一二三四五六七八九十]+[)）]?\s*[、.．。]\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignRow:
    """A filled row that belongs to another unit than the one whose form it is."""

    unit: str
    item: int
    row: FormRow


@dataclass(frozen=True, kw_only=True, slots=True)
class FormContent:
    """What a form says for its own unit.

    ``filled`` and ``blank`` are by item number; ``foreign`` are filled rows of exactly one other unit,
    ``unmatched`` filled rows that fit no item or several other units.
    """

    filled: dict[int, FormRow]
    blank: dict[int, FormRow]
    foreign: tuple[ForeignRow, ...] = ()
    unmatched: tuple[FormRow, ...] = ()


def match_item(row: FormRow, campaign: Campaign) -> Item | None:
    """Return the item that a row reports on, by its name and, where that is not clear, by its number.

    A clear name wins over a wrong serial number; a number alone counts only where the name is missing or
    at least resembles the item's.
    """
    name = bare(_ORDINAL.sub("", row.name))
    numbered = campaign.item_numbered(bare(row.number))
    if not name:
        return numbered
    if exact := campaign.item_named(name):
        return exact
    scored = [(fuzz.ratio(name, bare(item.name)), -item.number, item) for item in campaign.items]
    score, _, best = max(scored)
    if score >= _SURE:
        return best
    if numbered and fuzz.partial_ratio(name, bare(numbered.name)) >= _LIKELY:
        return numbered
    return None


def named_units(row: FormRow, names: UnitNames) -> tuple[str, ...]:
    """Return the units that the 责任单位 cell of a row names, in order."""
    return names.listed(row.units)


def content_of(form: Form, unit: str, campaign: Campaign, names: UnitNames) -> FormContent:
    """Sort the rows of a form of ``unit`` by whom they count for (contract, "Trusted … evidence").

    A filled row counts for the form's own unit if that unit owes the item, unless the row names exactly one
    other unit of a joint item. Otherwise it is the only other unit's, or nobody's.
    """
    filled: dict[int, FormRow] = {}
    blank: dict[int, FormRow] = {}
    foreign: list[ForeignRow] = []
    unmatched: list[FormRow] = []
    for row in expanded(form.rows):
        item = match_item(row, campaign)
        empty = is_blank(row.measures)
        if item is None:
            if not empty:
                unmatched.append(row)
            continue
        owner = _owner(row, item, unit, names)
        if owner == unit:
            if empty:
                blank.setdefault(item.number, row)
            else:
                filled[item.number] = _joined(filled.get(item.number), row)
        elif not empty and owner is not None:
            foreign.append(ForeignRow(unit=owner, item=item.number, row=row))
        elif not empty:
            unmatched.append(row)
    blank = {number: row for number, row in blank.items() if number not in filled}
    return FormContent(filled=filled, blank=blank, foreign=tuple(foreign), unmatched=tuple(unmatched))


def owners_of_filled_rows(form: Form, campaign: Campaign, names: UnitNames) -> frozenset[str]:
    """Return the units that alone could have filled every filled row of the form."""
    possible: set[str] | None = None
    for row in form.rows:
        if is_blank(row.measures):
            continue
        item = match_item(row, campaign)
        if item is None:
            continue
        named = [unit for unit in named_units(row, names) if unit in item.units]
        owners = set(named if len(named) == 1 else item.units)
        possible = owners if possible is None else possible & owners
    return frozenset(possible or ())


def expanded(rows: tuple[FormRow, ...]) -> list[FormRow]:
    """Return the rows with 同上 replaced by the text of the row above of the same form."""
    result: list[FormRow] = []
    for row in rows:
        if result and refers_above(row.measures) and not is_blank(result[-1].measures):
            above = result[-1]
            row = replace(
                row,
                measures=above.measures,
                confidence=lower(above.confidence, row.confidence),
                figures_confidence=lower(above.figures_confidence, row.figures_confidence),
                doubts=above.doubts + row.doubts,
            )
        result.append(row)
    return result


def _owner(row: FormRow, item: Item, unit: str, names: UnitNames) -> str | None:
    named = named_units(row, names)
    if len(named) == 1 and named[0] != unit and named[0] in item.units and len(item.units) > 1:
        return named[0]
    if unit in item.units:
        return unit
    return item.units[0] if len(item.units) == 1 else None


def _joined(earlier: FormRow | None, row: FormRow) -> FormRow:
    if earlier is None or bare(row.measures) == bare(earlier.measures):
        return earlier or row
    return replace(
        earlier,
        measures=f"{earlier.measures}\n{row.measures}",
        confidence=lower(earlier.confidence, row.confidence),
        figures_confidence=lower(earlier.figures_confidence, row.figures_confidence),
        doubts=earlier.doubts + row.doubts,
    )
