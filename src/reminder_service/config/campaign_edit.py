"""Changing a campaign's file as its pages do: only what changed is written, what people wrote beside it stays."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ..domain.campaign import Campaign, Item, Ladder, Step, Target, Unit
from .campaign_file import load_campaign
from .campaign_yaml import clock_text, offset_text
from .put_in_place import put_in_place
from .yaml_edit import Tree, edited, flow
from .yaml_file import compose, read_text
from .yaml_text import scalar


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignChange:
    """One value that changed: its way in the file (``units 03 full_name``), and how it was and is written."""

    key: str
    before: str
    after: str


def change_campaign(path: Path, wanted: Campaign) -> tuple[CampaignChange, ...]:
    """Make a campaign's file say what is wanted, as far as its pages change it; return what that was.

    These are the items, the units, the due rule and last period, the reminders, the short name, whom to ask, and what
    goes with a mail.

    :raises ConfigurationError: when the file has mistakes already, or would have some; it is then as it was.
    :raises WrongUsage: when the file's layout is such that the change must be made by hand.
    :raises OutsideError: when the file cannot be written; it is then as it was.
    """
    known = load_campaign(path)
    old, new = _tree(known), _tree(wanted)
    if old != new:
        text = read_text(path)
        root = compose(path, text)
        assert root is not None  # it has just been loaded
        put_in_place(
            path,
            edited(text, root, old, new),
            fits=lambda draft: load_campaign(draft) == wanted,
            what="the change",
        )
    return _changes(known, wanted)


def mark_of(part: Unit | Item | Campaign) -> str:
    """Return what changes whenever this part of a campaign is changed, so that the second of two editors is told."""
    match part:
        case Unit():
            tree = _unit(part)
        case Item():
            tree = _item(part)
        case Campaign():
            tree = _tree(part)
    return sha256(flow(tree).encode()).hexdigest()[:32]


def _changes(old: Campaign, new: Campaign) -> tuple[CampaignChange, ...]:
    def parts(one: Campaign) -> dict[str, Tree]:
        return {
            **{f"items {item.number}": _item(item) for item in one.items},
            **{f"units {unit.code}": _unit(unit) for unit in one.units},
            "about": _about(one),
            "periods": _periods(one),
            "reminders": _ladder(one.ladder),
        }

    before, after = parts(old), parts(new)
    found = []
    for name in dict.fromkeys((*before, *after)):
        first, second = before.get(name, ""), after.get(name, "")
        if not isinstance(first, dict) or not isinstance(second, dict):
            found.append((name, first, second))
            continue
        keys = dict.fromkeys((*first, *second))
        found += [(f"{name} {key}", first.get(key, ""), second.get(key, "")) for key in keys]
    return tuple(
        CampaignChange(key=key, before=flow(first), after=flow(second))
        for key, first, second in found
        if first != second
    )


def _tree(campaign: Campaign) -> Tree:
    return {
        **_about(campaign),
        "items": [_item(item) for item in campaign.items],
        "units": [_unit(unit) for unit in campaign.units],
        "periods": _periods(campaign),
        "reminders": _ladder(campaign.ladder),
    }


def _about(campaign: Campaign) -> dict[str, Tree]:
    return {
        "short_name": scalar(campaign.short_name),
        "contact": {"phone": scalar(campaign.contact_phone), "mailbox": scalar(campaign.contact_mailbox)},
        "attach_form": str(campaign.attach_form).lower(),
        "attach_calendar": str(campaign.attach_calendar).lower(),
        "ask_contacts": str(campaign.ask_contacts).lower(),
    }


def _item(item: Item) -> Tree:
    return {
        "number": str(item.number),
        "name": scalar(item.name),
        "text": scalar(item.text),
        "units": [scalar(unit) for unit in item.units],
        "targets": [_target(target) for target in item.targets],
    }


def _target(target: Target) -> Tree:
    return {
        "text": scalar(target.text),
        "value": f"{target.value:f}",
        "measure": scalar(target.measure),
        "comparator": scalar(target.comparator),
        "quote": scalar(target.quote),
    }


def _unit(unit: Unit) -> Tree:
    return {
        "name": scalar(unit.name),
        "code": scalar(unit.code),
        "full_name": scalar(unit.full_name),
        "aliases": [scalar(alias) for alias in unit.aliases],
        "group": str(unit.group).lower(),
        "members": [scalar(member) for member in unit.members],
        "names": [
            {
                "name": scalar(one.name),
                "since": one.since.isoformat() if one.since else "",
                "until": one.until.isoformat() if one.until else "",
            }
            for one in unit.names
        ],
        "successor_of": [
            {
                "name": scalar(body.name),
                "since": body.since.isoformat(),
                "code": scalar(body.code),
                "aliases": [scalar(alias) for alias in body.aliases],
            }
            for body in unit.successor_of
        ],
        "tone": str(unit.tone),
    }


def _periods(campaign: Campaign) -> dict[str, Tree]:
    return {
        "due": str(campaign.due_rule),
        "last": str(campaign.last_period) if campaign.last_period else "",
    }


def _ladder(ladder: Ladder) -> dict[str, Tree]:
    first, last = (clock_text(moment) for moment in ladder.office_hours)
    letter = ladder.escalation
    return {
        "office_hours": f"{first}-{last}",
        "make_up_within": str(ladder.make_up_within),
        "thanks": str(ladder.thanks).lower(),
        "escalation": {
            "offset": offset_text(letter.offset),
            "at": f'"{clock_text(letter.at)}"',
            "to": scalar(letter.to),
            "addressee": scalar(letter.addressee),
        }
        if letter
        else "",
        "steps": [_step(step) for step in ladder.steps],
    }


def _step(step: Step) -> Tree:
    return {
        "kind": str(step.kind),
        "offset": offset_text(step.offset),
        "at": f'"{clock_text(step.at)}"',
        "audience": str(step.audience),
        "every": str(step.every),
        "at_most": str(step.at_most),
    }
