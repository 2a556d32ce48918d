"""A campaign's units and items by what they are asked for: thousands of mails look them up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .texts import bare

if TYPE_CHECKING:
    from .campaign import Item, Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookups:
    """Where two have the same name, number or code, the first counts.

    ``heirs`` and ``heir_codes`` lead from a body that was merged to the unit that took over.
    """

    units: "Mapping[str, Unit]"
    codes: "Mapping[str, Unit]"
    heirs: "Mapping[str, Unit]"
    heir_codes: "Mapping[str, Unit]"
    items: "Mapping[int, Item]"
    item_names: "Mapping[str, Item]"
    items_of: "Mapping[str, tuple[Item, ...]]"


def lookups(units: "Iterable[Unit]", items: "Iterable[Item]") -> Lookups:
    """Return the lookups of these units and items; item names are bare."""
    units, items = tuple(reversed(tuple(units))), tuple(items)
    merged = [(body, unit) for unit in units for body in reversed(unit.successor_of)]
    owed: dict[str, dict[int, Item]] = {}
    for item in items:
        for name in item.units:
            owed.setdefault(name, {}).setdefault(id(item), item)
    backwards = sorted(items, key=lambda item: -item.number)
    return Lookups(
        units={unit.name: unit for unit in units},
        codes={unit.code: unit for unit in units},
        heirs={body.name: unit for body, unit in merged},
        heir_codes={body.code: unit for body, unit in merged},
        items={item.number: item for item in reversed(items)},
        item_names={bare(item.name): item for item in backwards},
        items_of={name: tuple(found.values()) for name, found in owed.items()},
    )
