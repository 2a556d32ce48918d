"""A unit's people and other names as a person types them: checked like a file of contacts, journaled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...domain.campaign import Campaign, Unit
from ...domain.state import Contact
from ...store import Store
from .contacts_file import contacts_of
from .contacts_sheet import Column, Sheet, SheetRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One line of the form."""

    name: str = ""
    department: str = ""
    address: str = ""
    phone: str = ""


def people_of(store: Store, campaign: Campaign, unit: Unit) -> tuple[Contact, ...]:
    """Return a unit's contacts in the order they are tried, those of bodies merged into it among them."""
    return tuple(one for one in store.contacts.all() if campaign.current_unit(one.unit) == unit.name)


def edit_contacts(
    store: Store,
    campaign: Campaign,
    unit: Unit,
    people: Sequence[Person],
    aliases: str,
    *,
    author: str,
    now: datetime,
) -> tuple[str, ...]:
    """Make a unit's contacts and aliases the ones typed; empty lines count for nothing.

    :returns: sentences about what was odd and therefore not kept.
    """
    cells = [_cells(unit, person) for person in people]
    rows = [row for row in cells if any(text for column, text in row.items() if column is not Column.UNIT)]
    named = [row | {Column.ALIASES: ""} for row in rows] or [{Column.UNIT: unit.name}]
    named[0] = named[0] | {Column.ALIASES: aliases}
    known = store.contacts.aliases()
    others = {name: words for name, words in known.items() if campaign.current_unit(name) != unit.name}
    sheet = Sheet(
        columns=frozenset(Column),
        rows=tuple(
            SheetRow(number=number, cells={column: row.get(column, "") for column in Column})
            for number, row in enumerate(named, 1)
        ),
    )
    # Other campaigns may call the same body otherwise; this form is about one of them.
    read = contacts_of(sheet, [campaign], others)
    before = people_of(store, campaign, unit)
    kept = {one.address for one in read.contacts}
    with store.transaction():
        names = {unit.name, *(one.unit for one in before)}
        store.contacts.replace_units(names, read.contacts, {unit.name: (), **read.aliases})
        for one in before:
            if one.address and one.address not in kept:
                store.contacts.remove(one.unit, one.address)
        detail = {"contacts": len(read.contacts), "before": len(before)}
        store.journal.write(now, author, "contacts_edited", unit.name, detail)
    return read.problems if rows else ()


def _cells(unit: Unit, person: Person) -> dict[Column, str]:
    return {
        Column.UNIT: unit.name,
        Column.PERSON: _line(person.name),
        Column.DEPARTMENT: _line(person.department),
        Column.ADDRESS: person.address.strip(),
        Column.PHONE: _line(person.phone),
    }


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
