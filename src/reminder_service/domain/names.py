"""Which unit a name means: 县医保局, 教体局, 高青县人民法院, with slips of recognition, and never by guess."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from rapidfuzz.distance import Levenshtein

from .campaign import Campaign, DatedName, Unit
from .texts import bare

_TAIL = re.compile(r"(公章|盖章|印章|签章|填报|报送|上报)+$")
_PARTS = re.compile(r"[\n、，,；;/]+")
_MARGIN = 2
_SHORTEST_ALIKE = 4
_REMEMBERED = 10_000
_SHORTEST_PART = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class NameMatch:
    """The units that a written name may mean: one when it is clear, several when ambiguous, else none."""

    units: tuple[str, ...]

    @property
    def unit(self) -> str | None:
        """The unit, where exactly one is meant."""
        return self.units[0] if len(self.units) == 1 else None


class UnitNames:
    """The spellings of a campaign's units.

    A name that was given up still points to the unit, as a hint; only where another unit bears it on the day in
    question does that one win, and without a day such a name is ambiguous.

    :param more: further aliases by canonical name, as the contacts file brings them.
    :param day: the day of which the names hold; None for no day in particular.
    """

    def __init__(
        self,
        campaign: Campaign,
        more: Mapping[str, Iterable[str]] = MappingProxyType({}),
        *,
        day: date | None = None,
    ) -> None:
        self._campaign, self._more, self._day = campaign, more, day
        self._eras: dict[int, UnitNames] = {}
        self._changes = _changes(campaign)
        self._matched: dict[str, NameMatch] = {}
        self._listed: dict[str, tuple[str, ...]] = {}
        self._region = bare(campaign.region)
        self._nouns = {_noun(unit): unit.name for unit in campaign.units if unit.group}
        spellings = {unit.name: _spellings(unit, more.get(unit.name, ())) for unit in campaign.units}
        self._written = frozenset(spelling for written in spellings.values() for spelling in written)
        self._whole = {
            unit: tuple(self._local(bare(spelling)) for spelling in written)
            for unit, written in spellings.items()
        }
        self._dated = {
            (unit.name, form): name
            for unit in campaign.units
            for name in unit.dated_names
            for form in self._forms(name.name)
        }
        self._spellings = self._owners(spellings)
        # Of spellings of one length the one that was written first is looked for first.
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._ranks = {spelling: rank for rank, spelling in enumerate(longest_first)}
        self._lengths = sorted({len(spelling) for spelling in longest_first})

    def at(self, day: date) -> "UnitNames":
        """Return the names as they hold on a day."""
        if not self._changes:
            return self
        era = bisect_right(self._changes, day)
        if era not in self._eras:
            self._eras[era] = UnitNames(self._campaign, self._more, day=day)
        return self._eras[era]

    def former(self, written: str, unit: str) -> DatedName | None:
        """Return the name of ``unit`` that is written, where the unit does not bear it on this day (any more)."""
        text = _TAIL.sub("", bare(written))
        name = self._dated.get((unit, text)) or self._dated.get((unit, self._local(text)))
        return None if name is None or self._day is None or name.holds_on(self._day) else name

    def _owners(self, spellings: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
        owners: dict[str, set[str]] = {}
        for unit, written in spellings.items():
            for spelling in written:
                for form in self._forms(spelling):
                    owners.setdefault(form, set()).add(unit)
        if self._day is None:
            return owners
        return {
            form: {unit for unit in units if self._bears(unit, form)} or units
            for form, units in owners.items()
        }

    def _bears(self, unit: str, form: str) -> bool:
        name = self._dated.get((unit, form))
        return name is None or self._day is None or name.holds_on(self._day)

    def _forms(self, spelling: str) -> set[str]:
        """A spelling with and without its region."""
        text = bare(spelling)
        return {form for form in (text, self._local(text)) if len(form) >= _SHORTEST_PART}

    @property
    def spellings(self) -> frozenset[str]:
        """Every way in which the campaign's units are written."""
        return self._written

    def match(self, written: str) -> NameMatch:
        """Return what one written name means.

        Exact spellings win, then the name without its region, then a group's noun. After these every unit counts
        whose name holds the other's characters in order, or is so like it that no other unit comes near (slips of
        recognition): several are ambiguous.
        """
        known = self._matched.get(written)
        if known is None:
            if len(self._matched) >= _REMEMBERED:
                self._matched.clear()
            known = self._matched[written] = self._match(written)
        return known

    def listed(self, written: str) -> tuple[str, ...]:
        """Return the units that a list of names means, in order, each once."""
        known = self._listed.get(written)
        if known is None:
            if len(self._listed) >= _REMEMBERED:
                self._listed.clear()
            parts = (self.match(part).unit for part in _PARTS.split(written))
            known = tuple(dict.fromkeys(unit for unit in parts if unit))
            if not known and (unit := self.match(written).unit):
                known = (unit,)
            self._listed[written] = known
        return known

    def _match(self, written: str) -> NameMatch:
        found = self.exact(written)
        if found.units:
            return found
        text = _TAIL.sub("", bare(written))
        if len(text) < _SHORTEST_PART:
            return found
        # A short form of one unit may be a slip of another: 人民检法院 holds 人民法院 and is near 人民检察院.
        local = self._local(text)
        return NameMatch(units=tuple(dict.fromkeys((*self._abbreviated(local), *self._alike(local)))))

    def exact(self, written: str) -> NameMatch:
        """Return what one written name means by its spelling alone, with or without region, or by a group's noun."""
        text = _TAIL.sub("", bare(written))
        if len(text) < _SHORTEST_PART:
            return NameMatch(units=())
        for candidate in (text, self._local(text)):
            if found := self._spellings.get(candidate):
                return NameMatch(units=tuple(sorted(found)))
        return NameMatch(
            units=next(((unit,) for noun, unit in self._nouns.items() if text.endswith(noun)), ())
        )

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Return the units whose spelling occurs in a free text, longest spelling first, each once."""
        rest = bare(text)
        found: dict[str, None] = {}
        for spelling in self._occurring(rest):
            if spelling in rest:
                units = self._spellings[spelling]
                rest = rest.replace(spelling, "\0")
                if len(units) == 1:
                    found.setdefault(next(iter(units)))
        return tuple(found)

    def _occurring(self, text: str) -> list[str]:
        """Return the spellings that occur in a text, the longest first; a text is shorter than a list of units."""
        pieces = {text[at : at + length] for length in self._lengths for at in range(len(text) - length + 1)}
        return sorted(pieces & self._ranks.keys(), key=self._ranks.__getitem__)

    def _local(self, text: str) -> str:
        for prefix in (self._region, self._region.rstrip("县市区"), "县", "市", "区"):
            if prefix and text.startswith(prefix) and len(text) - len(prefix) >= _SHORTEST_PART:
                return text[len(prefix) :]
        return text

    def _abbreviated(self, text: str) -> tuple[str, ...]:
        if len(text) < 3:
            return ()
        return tuple(
            unit
            for unit, whole in self._whole.items()
            if any(len(name) >= 3 and (_in_order(text, name) or _in_order(name, text)) for name in whole)
        )

    def _alike(self, text: str) -> tuple[str, ...]:
        """Forgive one wrong character in four, as recognition makes them, unless another unit is near as well."""
        if len(text) < _SHORTEST_ALIKE:
            return ()
        scored = sorted(
            (min(Levenshtein.distance(text, name) for name in whole), unit)
            for unit, whole in self._whole.items()
        )
        best = scored[0][0]
        if best > len(text) // 4:
            return ()
        return tuple(unit for distance, unit in scored if distance < best + _MARGIN)


def _spellings(unit: Unit, more: Iterable[str]) -> tuple[str, ...]:
    dated = (name.name for name in unit.dated_names)
    return (unit.name, unit.full_name, *unit.aliases, *unit.members, *dated, *more)


def _changes(campaign: Campaign) -> list[date]:
    """The days on which a name begins to hold or holds no more."""
    names = [name for unit in campaign.units for name in unit.dated_names]
    begun = {name.since for name in names if name.since}
    return sorted(begun | {name.until + timedelta(days=1) for name in names if name.until})


def _noun(unit: Unit) -> str:
    return bare(unit.name).removeprefix("各")


def _in_order(short: str, long: str) -> bool:
    """Whether the first and all further characters of ``short`` stand in ``long`` in this order."""
    if not long.startswith(short[0]) or not long.endswith(short[-1]):
        return False
    rest = iter(long)
    return all(character in rest for character in short)
