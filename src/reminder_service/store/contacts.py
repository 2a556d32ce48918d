"""The people of the units, and other names that the units go by."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa

from ..domain.state import Contact
from .database import Database, insert_once
from .tables import contacts, unit_aliases

_NONE: Mapping[str, Iterable[str]] = MappingProxyType({})


class Contacts:
    """The contacts of the store; an address stands once for each unit, casefolded.

    One person may serve two units. A contact without an address is told from others by unit and name.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Contact]:
        """Return every contact, by unit and then in the order they are to be tried."""
        query = sa.select(contacts).order_by(contacts.c.unit, contacts.c.position, contacts.c.id)
        with self._database.reading() as connection:
            return [_contact(row) for row in connection.execute(query)]

    def upsert(self, rows: Iterable[Contact], aliases: Mapping[str, Iterable[str]] = _NONE) -> None:
        """Add contacts and aliases or bring them up to date, all or none; others stay.

        That an address bounced is remembered until :meth:`clear_bounced`, whatever the rows say.
        """
        with self._database.transaction() as connection:
            for row in rows:
                _save(connection, row)
            _add_aliases(connection, aliases)

    def replace_all(self, rows: Iterable[Contact], aliases: Mapping[str, Iterable[str]] = _NONE) -> None:
        """Make the list of contacts and aliases the one given, all or nothing.

        Addresses that a person confirmed (:meth:`remember`) and no list has named stay: forgetting one would
        turn a known sender into an unknown one.
        """
        with self._database.transaction() as connection:
            kept = {_save(connection, row) for row in rows}
            listed = contacts.c.remembered_at.is_(None)
            for id in connection.execute(sa.select(contacts.c.id).where(listed)).scalars().all():
                if id not in kept:
                    connection.execute(sa.delete(contacts).where(contacts.c.id == id))
            connection.execute(sa.delete(unit_aliases))
            _add_aliases(connection, aliases)

    def replace_units(
        self, units: Iterable[str], rows: Iterable[Contact], aliases: Mapping[str, Iterable[str]] = _NONE
    ) -> None:
        """Make the contacts of these units the ones given, all or nothing; other units keep theirs.

        Aliases change for the units that ``aliases`` names. Addresses that a person confirmed stay, as in
        :meth:`replace_all`.
        """
        with self._database.transaction() as connection:
            kept = {_save(connection, row) for row in rows}
            old = sa.and_(contacts.c.remembered_at.is_(None), contacts.c.unit.in_(list(units)))
            for id in connection.execute(sa.select(contacts.c.id).where(old)).scalars().all():
                if id not in kept:
                    connection.execute(sa.delete(contacts).where(contacts.c.id == id))
            connection.execute(sa.delete(unit_aliases).where(unit_aliases.c.unit.in_(list(aliases))))
            _add_aliases(connection, aliases)

    def remember(self, unit: str, address: str, at: datetime) -> bool:
        """Trust an address that a person confirmed, as the unit's last contact; return whether it is new."""
        with self._database.transaction() as connection:
            last = sa.select(sa.func.max(contacts.c.position)).where(contacts.c.unit == unit)
            values = {
                "unit": unit,
                "name": "",
                "department": "",
                "address": _address(address),
                "phone": "",
                "position": (connection.execute(last).scalar() or 0) + 1,
                "bounced": False,
                "remembered_at": at,
            }
            return insert_once(connection, contacts, values, unique=["unit", "address"])

    def forget_remembered(self, unit: str, address: str) -> bool:
        """Trust an address no more that a person confirmed for a unit, and no list names; return whether it was so."""
        statement = sa.delete(contacts).where(
            contacts.c.unit == unit,
            contacts.c.address == _address(address),
            contacts.c.remembered_at.is_not(None),
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0

    def forget(self, address: str) -> int:
        """Remove every contact with an address, confirmed ones too; return how many there were."""
        statement = sa.delete(contacts).where(contacts.c.address == _address(address))
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount

    def remove(self, unit: str, address: str) -> int:
        """Remove one unit's contact with an address, a confirmed one too; return how many there were."""
        statement = sa.delete(contacts).where(
            contacts.c.unit == unit, contacts.c.address == _address(address)
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount

    def mark_bounced(self, address: str, at: datetime, detail: str) -> int:
        """Note that mail to an address comes back; return how many contacts have it."""
        return self._set_bounced(address, bounced=True, bounced_at=at, bounce_detail=detail)

    def clear_bounced(self, address: str) -> int:
        """Use an address again; return how many contacts have it."""
        return self._set_bounced(address, bounced=False, bounced_at=None, bounce_detail=None)

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """Return the other names of every unit that has some."""
        found: dict[str, tuple[str, ...]] = {}
        query = sa.select(unit_aliases).order_by(unit_aliases.c.unit, unit_aliases.c.alias)
        with self._database.reading() as connection:
            for unit, alias in connection.execute(query):
                found[unit] = (*found.get(unit, ()), alias)
        return found

    def add_aliases(self, unit: str, aliases: Iterable[str]) -> None:
        """Add other names of a unit; known ones stay."""
        with self._database.writing() as connection:
            _add_aliases(connection, {unit: aliases})

    def _set_bounced(self, address: str, **values: object) -> int:
        statement = sa.update(contacts).where(contacts.c.address == _address(address)).values(**values)
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount


def _address(text: str | None) -> str | None:
    return (text or "").strip().casefold() or None


def _contact(row: sa.Row[tuple[object, ...]]) -> Contact:
    values = row._asdict()
    known = {name: values[name] for name in ("unit", "name", "department", "address", "phone", "bounced")}
    return Contact(**known, order=values["position"])


def _save(connection: sa.Connection, contact: Contact) -> int:
    id = _find(connection, contact)
    values = {
        "name": contact.name,
        "department": contact.department,
        "phone": contact.phone,
        "position": contact.order,
        "remembered_at": None,  # now the list answers for it
    }
    if contact.bounced:
        values["bounced"] = True
    if id is not None:
        connection.execute(sa.update(contacts).where(contacts.c.id == id).values(**values))
        return id
    new = {"unit": contact.unit, "address": _address(contact.address), "bounced": contact.bounced}
    connection.execute(sa.insert(contacts).values(**values | new))
    found = _find(connection, contact)
    assert found is not None
    return found


def _find(connection: sa.Connection, contact: Contact) -> int | None:
    address = _address(contact.address)
    same = contacts.c.address == address
    if address is None:
        same = sa.and_(contacts.c.address.is_(None), contacts.c.name == contact.name)
    query = sa.select(contacts.c.id).where(contacts.c.unit == contact.unit, same)
    return connection.execute(query).scalar()


def _add_aliases(connection: sa.Connection, aliases: Mapping[str, Iterable[str]]) -> None:
    for unit, names in aliases.items():
        for alias in names:
            values = {"unit": unit, "alias": alias}
            insert_once(connection, unit_aliases, values, unique=["unit", "alias"])
