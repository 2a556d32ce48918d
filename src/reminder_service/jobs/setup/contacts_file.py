"""The units' contacts from a file and to a file: nothing that is odd in it passes without a word."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from ...config.problems import nearest
from ...domain.campaign import Campaign
from ...domain.names import UnitNames
from ...domain.state import Contact
from ...domain.texts import bare
from ...store import Store
from .contacts_sheet import Column, FileReader, Sheet, SheetRow, read_sheet, write_sheet

Aliases = Mapping[str, Iterable[str]]

_NO_ALIASES: Aliases = MappingProxyType({})
_BETWEEN = re.compile(r"[；;，,、\s]+")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@.{{1,253}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_AROUND = "<>()[]\"'."
_NOTHING = frozenset({"", "无", "暂无", "没有", "不详", "待定"})
_PADDED_NAME = re.compile(r"([\u4e00-\u9fff]) ([\u4e00-\u9fff])")
_SHOWN = 40
_SHORTEST_ALIAS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactsFile:
    """What a file of contacts says.

    ``aliases`` has an entry, maybe empty, for every unit whose aliases the file settles: all units that it lists,
    if it has the column 别名. ``problems`` are sentences for the clerk that name the row.
    """

    contacts: tuple[Contact, ...]
    aliases: dict[str, tuple[str, ...]]
    problems: tuple[str, ...]


def read_contacts(
    path: Path,
    campaigns: Sequence[Campaign],
    aliases: Aliases = _NO_ALIASES,
    *,
    reader: FileReader | None = None,
) -> ContactsFile:
    """Read the contacts of the campaigns' units from csv or xlsx.

    A unit is known by its name, full name or alias, with or without its region, and never by likeness: a slip is
    reported with the nearest name and not imported. The order of rows is the order in which contacts are tried.

    :param aliases: aliases known already, by unit.
    :param reader: reads workbooks; without it a child process is begun for this file.
    :raises WrongUsage: when the file cannot be read or has no heading 单位.
    """
    return contacts_of(read_sheet(path, reader), campaigns, aliases)


def contacts_of(sheet: Sheet, campaigns: Sequence[Campaign], aliases: Aliases = _NO_ALIASES) -> ContactsFile:
    """Return what a sheet says of the contacts of the campaigns' units, as :func:`read_contacts` does."""
    units = _Units(campaigns, aliases)
    found = _file_aliases(sheet, units)
    draft = _Draft(units=_Units(campaigns, _merged(aliases, found.aliases)))
    for row in sheet.rows:
        draft.take(row)
    problems = [*draft.problems, *found.problems, *draft.without_address()]
    problems.sort(key=lambda problem: problem[0])
    return ContactsFile(
        contacts=tuple(draft.contacts),
        aliases=found.aliases,
        problems=(*_unread(sheet), *(f"第{row}行：{text}" for row, text in problems)),
    )


def write_contacts(contacts: Iterable[Contact], aliases: Aliases, path: Path) -> None:
    """Write contacts as csv or xlsx (by the file's name), so that ``read_contacts`` reads them back.

    A unit's aliases stand in its first row; a unit that has aliases only gets a row of its own.

    :raises WrongUsage: when the name ends neither in .csv nor in .xlsx.
    :raises OutsideError: when the file cannot be written.
    """
    by_unit: dict[str, list[Contact]] = {}
    for contact in contacts:
        by_unit.setdefault(contact.unit, []).append(contact)
    for unit in aliases:
        by_unit.setdefault(unit, [Contact(unit=unit)])
    rows: list[dict[Column, str]] = []
    for unit, people in by_unit.items():
        others = "；".join(aliases.get(unit, ()))
        for place, contact in enumerate(sorted(people, key=lambda one: one.order)):
            rows.append(_exported(contact, others if place == 0 else ""))
    write_sheet(path, rows)


def import_contacts(store: Store, file: ContactsFile, at: datetime, *, author: str = "office") -> int:
    """Put the contacts of the listed units in place of those known; other units keep theirs.

    A unit whose rows are empty is not listed: a sheet that is still to be filled in clears nothing. Addresses that
    the clerk has confirmed one by one stay.

    :returns: how many contacts the file brought.
    """
    units = dict.fromkeys(contact.unit for contact in file.contacts)
    with store.transaction():
        store.contacts.replace_units(units, file.contacts, file.aliases)
        detail = {"contacts": len(file.contacts), "units": len(units), "problems": len(file.problems)}
        store.journal.write(at, author, "contacts_imported", "contacts", detail)
    return len(file.contacts)


class _Units:
    """The units of all campaigns by what they are called."""

    def __init__(self, campaigns: Sequence[Campaign], aliases: Aliases) -> None:
        self._names = [UnitNames(campaign, aliases) for campaign in campaigns]
        self._known = list(dict.fromkeys(unit.name for campaign in campaigns for unit in campaign.units))

    def meant(self, written: str) -> tuple[str, ...]:
        """Return the units of this name: one for each campaign that calls it otherwise."""
        return tuple(dict.fromkeys(unit for names in self._names for unit in names.exact(written).units))

    def is_ambiguous(self, written: str) -> bool:
        return any(len(names.exact(written).units) > 1 for names in self._names)

    def likely(self, written: str) -> tuple[str, ...]:
        alike = dict.fromkeys(unit for names in self._names for unit in names.match(written).units)
        near = None if alike else nearest(written, self._known)
        return (near,) if near else tuple(alike)

    def settled(self, written: str) -> tuple[str, ...]:
        """Return the units that a cell means, none where that is not clear."""
        return () if self.is_ambiguous(written) else self.meant(written)


@dataclass(kw_only=True, slots=True)
class _FileAliases:
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def _file_aliases(sheet: Sheet, units: _Units) -> _FileAliases:
    """Collect the column 别名; a name that another unit goes by would make both ambiguous and is refused."""
    found = _FileAliases()
    taken: dict[str, tuple[str, ...]] = {}
    for row in sheet.rows if Column.ALIASES in sheet.columns else ():
        meant = units.settled(row.cells[Column.UNIT])
        for unit in meant:
            found.aliases.setdefault(unit, ())
        for alias in filter(None, _BETWEEN.split(row.cells[Column.ALIASES])) if meant else ():
            others = [
                unit for unit in (*units.meant(alias), *taken.get(bare(alias), ())) if unit not in meant
            ]
            if others:
                text = f"别名“{_short(alias)}”已是{_listed(others)}的名称，未采用。"
                found.problems.append((row.number, text))
            elif len(bare(alias)) < _SHORTEST_ALIAS:
                found.problems.append((row.number, f"别名“{_short(alias)}”太短，未采用。"))
            else:
                taken[bare(alias)] = meant
                for unit in meant:
                    found.aliases[unit] = tuple(dict.fromkeys((*found.aliases[unit], alias)))
    return found


@dataclass(kw_only=True, slots=True)
class _Draft:
    """The contacts of the rows taken so far, and what was odd about them."""

    units: _Units
    contacts: list[Contact] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    seen: dict[tuple[str, str | None, str], tuple[int, Contact]] = field(default_factory=dict)
    bare_rows: list[tuple[int, str]] = field(default_factory=list)

    def take(self, row: SheetRow) -> None:
        """Take the contacts of one row."""
        written = row.cells[Column.UNIT]
        if not bare(written):
            self._odd(row, "没有写单位，未导入。")
            return
        units = self.units.settled(written)
        if not units:
            self._odd(row, self._unknown(written))
            return
        addresses = self._addresses(row)
        for address in addresses:
            self._shared(row, address, units)
        for unit in units:
            self._people(row, unit, addresses)

    def without_address(self) -> list[tuple[int, str]]:
        """Say of every row without an address what that holds back."""
        reached = {contact.unit for contact in self.contacts if contact.address}
        return [
            (row, f"{unit}的这一行没有可用的邮箱；该单位的邮件发给其他责任人。")
            if unit in reached
            else (row, f"{unit}没有可用的邮箱；只暂缓发给该单位的邮件，其他单位照常。")
            for row, unit in self.bare_rows
        ]

    def _odd(self, row: SheetRow, text: str) -> None:
        self.problems.append((row.number, text))

    def _unknown(self, written: str) -> str:
        name = _short(written)
        if self.units.is_ambiguous(written):
            return f"“{name}”可能是{_listed(self.units.meant(written))}，未导入；请写单位全称。"
        likely = self.units.likely(written)
        hint = f"名称最接近的是{_listed(likely)}" if likely else "请核对单位名称"
        return f"责任单位中没有“{name}”，未导入；{hint}。"

    def _addresses(self, row: SheetRow) -> list[str]:
        """Return the usable addresses of a row, and say of every other what is wrong."""
        cell = unicodedata.normalize("NFKC", row.cells.get(Column.ADDRESS, ""))
        found: dict[str, None] = {}
        for written in _BETWEEN.split(cell):
            address = written.casefold().strip(_AROUND).removeprefix("mailto:")
            if _ADDRESS.fullmatch(address):
                found[address] = None
            elif bare(address) not in _NOTHING:
                what = "含有汉字等非英文字符" if not address.isascii() else "写法不对"
                self._odd(row, f"“{_short(written)}”不是可用的邮箱地址（{what}），该地址未导入。")
        return list(found)

    def _shared(self, row: SheetRow, address: str, units: Sequence[str]) -> None:
        """Mention an address that an earlier row gives to other units: allowed, but worth a look."""
        others = {one.unit for (_, known, _), (_, one) in self.seen.items() if known == address} - set(units)
        if others:
            text = f"邮箱{address}也是{_listed(sorted(others))}的联系邮箱；一人负责多个单位时无需处理，否则请核对。"
            self._odd(row, text)

    def _people(self, row: SheetRow, unit: str, addresses: Sequence[str]) -> None:
        person = Contact(
            unit=unit,
            name=_PADDED_NAME.sub(r"\1\2", name)
            if _PADDED_NAME.fullmatch(name := row.cells.get(Column.PERSON, ""))
            else name,
            department=row.cells.get(Column.DEPARTMENT, ""),
            phone=unicodedata.normalize("NFKC", row.cells.get(Column.PHONE, "")),
        )
        for address in addresses:
            self._add(row, replace(person, address=address))
        if not addresses:
            self.bare_rows.append((row.number, unit))
            if person.name or person.department or person.phone:
                self._add(row, person)

    def _add(self, row: SheetRow, contact: Contact) -> None:
        # As the store tells contacts apart: an address stands once for a unit, a person without one by name.
        key = (contact.unit, contact.address, "" if contact.address else contact.name)
        earlier = self.seen.get(key)
        if earlier is None:
            self.seen[key] = (row.number, contact)
            order = sum(one.unit == contact.unit for one in self.contacts)
            self.contacts.append(replace(contact, order=order))
        elif contact.address is None:
            self._odd(row, f"{contact.unit}的同一责任人在第{earlier[0]}行已有，没有新的邮箱，未重复导入。")
        elif contact.name and contact.name != earlier[1].name:
            self._odd(row, f"邮箱{contact.address}与第{earlier[0]}行重复，该责任人只导入姓名和电话。")
            self._add(row, replace(contact, address=None))
        else:
            self._odd(row, f"邮箱{contact.address}与第{earlier[0]}行重复，未重复导入。")


def _exported(contact: Contact, aliases: str) -> dict[Column, str]:
    return {
        Column.UNIT: contact.unit,
        Column.DEPARTMENT: contact.department,
        Column.PERSON: contact.name,
        Column.ADDRESS: contact.address or "",
        Column.PHONE: contact.phone,
        Column.ALIASES: aliases,
    }


def _merged(first: Aliases, second: Aliases) -> dict[str, tuple[str, ...]]:
    units = dict.fromkeys((*first, *second))
    return {unit: tuple(dict.fromkeys((*first.get(unit, ()), *second.get(unit, ())))) for unit in units}


def _unread(sheet: Sheet) -> list[str]:
    return [f"工作表“{_short(name)}”没有导入，只导入了第一张有“单位”栏的工作表。" for name in sheet.unread]


def _listed(names: Iterable[str]) -> str:
    return "或".join(f"“{name}”" for name in names)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
