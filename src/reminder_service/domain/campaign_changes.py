"""What changes in a campaign when a unit, an item or the ladder does; names and codes that the store goes by stay."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .campaign import Campaign, Item, Predecessor, Unit


def with_unit(campaign: Campaign, unit: Unit) -> Campaign:
    """Return the campaign with this unit in place of the one of its name."""
    return replace(campaign, units=tuple(unit if one.name == unit.name else one for one in campaign.units))


def with_item(campaign: Campaign, item: Item) -> Campaign:
    """Return the campaign with this item in place of the one of its number."""
    return replace(
        campaign, items=tuple(item if one.number == item.number else one for one in campaign.items)
    )


def with_new_unit(campaign: Campaign, unit: Unit, numbers: Iterable[int]) -> Campaign:
    """Return the campaign with one more unit, which is responsible for the items of these numbers as their last."""
    wanted = frozenset(numbers)
    items = tuple(
        replace(item, units=(*item.units, unit.name)) if item.number in wanted else item
        for item in campaign.items
    )
    return replace(campaign, items=items, units=(*campaign.units, unit))


def merged(campaign: Campaign, gone: Unit, heir: Unit, since: date) -> Campaign:
    """Return the campaign after ``gone`` was merged into ``heir``, which takes over its items, names and code."""
    body = Predecessor(
        name=gone.name, since=since, code=gone.code, aliases=_other_names(gone, {gone.name, heir.name})
    )
    taking = replace(heir, successor_of=(*heir.successor_of, *gone.successor_of, body))
    items = tuple(
        replace(
            item,
            units=tuple(dict.fromkeys(heir.name if name == gone.name else name for name in item.units)),
        )
        for item in campaign.items
    )
    units = tuple(one for one in with_unit(campaign, taking).units if one.name != gone.name)
    return replace(campaign, items=items, units=units)


def free_code(campaign: Campaign) -> str:
    """Return the next code that no unit has or had."""
    taken = {unit.code for unit in campaign.units}
    taken |= {body.code for unit in campaign.units for body in unit.successor_of if body.code}
    width = max(len(code) for code in taken)
    return str(max(int(code) for code in taken) + 1).zfill(width)


def _other_names(unit: Unit, but: set[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name
            for name in (unit.full_name, *unit.aliases, *(one.name for one in unit.names))
            if name not in but
        )
    )
