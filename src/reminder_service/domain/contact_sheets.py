"""The sheet on which a unit names its people: what goes out on it, and whose word counts when it returns."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from .campaign import Campaign
from .documents import SheetMark
from .state import Contact

SheetLine = tuple[str, str, str, str, str]
"""A row of the sheet: unit, department, person, address, phone."""


def sheet_lines(unit: str, contacts: Iterable[Contact]) -> tuple[SheetLine, ...]:
    """Return the rows of a unit's sheet, filled in as far as its people are known, in the order they are tried."""
    people = sorted((one for one in contacts if one.unit == unit), key=lambda one: one.order)
    return tuple((unit, one.department, one.name, one.address or "", one.phone) for one in people)


def mark_of(campaign: Campaign, unit: str, lines: Iterable[Sequence[str]]) -> SheetMark:
    """Return the mark of a sheet that goes out with these rows."""
    return SheetMark(campaign=campaign.id, unit_code=campaign.unit(unit).code, print=_fingerprint(lines))


def is_unfilled(mark: SheetMark, lines: Iterable[Sequence[str]]) -> bool:
    """Whether a sheet holds just the rows with which it went out."""
    return mark.print == _fingerprint(lines)


def is_trusted(
    unit: str, *, units_of_sender: Collection[str], answered: Collection[str], settled: bool
) -> bool:
    """Whether a unit's sheet may change its contacts: by the rule for reports, or since a person said so.

    :param units_of_sender: the units that the sender is a contact of; a display name proves nothing.
    :param answered: the units to which we sent the mails that this one answers.
    :param settled: whether the clerk handed the sheet in herself, or accepted it.
    """
    return settled or unit in units_of_sender or unit in answered


def _fingerprint(lines: Iterable[Sequence[str]]) -> str:
    """Return 16 hexadecimal digits that tell rows apart; rows that name nobody and blanks make no difference."""
    rows = (tuple(map(_folded, line[1:])) for line in lines)
    named = ["\t".join(row) for row in rows if any(row)]
    return hashlib.sha256("\n".join(named).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
