"""Frozen versions as the store holds them: which there are, their bytes, and what changed between them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...domain.decisions import DecisionKind
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...domain.state import PeriodState
from ...domain.versions import (
    Change,
    Decided,
    Revision,
    Snapshot,
    changes_between,
    snapshot_from_json,
    take_snapshot,
)
from ...store import Store
from ...store.decisions import Decision
from ..state.situation import Situation

_BEARING = frozenset({DecisionKind.ASSIGN, DecisionKind.ACCEPT})
_ABOUT_DUTIES = frozenset({DecisionKind.WAIVE, DecisionKind.CONFIRM, DecisionKind.EDIT})


@dataclass(frozen=True, kw_only=True, slots=True)
class FrozenVersion:
    """One frozen version; ``decision`` is its number among the decisions, by which it can be taken back.

    ``files`` gives the SHA-256 of what was handed up by ending (``xlsx``, ``docx``, ``pdf`` where one could be
    made), ``snapshot`` that of the data, ``changes`` how many there were since the version before.
    """

    number: int
    period: str
    at: datetime
    author: str
    reason: str
    decision: int
    files: Mapping[str, str]
    snapshot: str
    changes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SinceFrozen:
    """The newest frozen version and what has changed after it."""

    version: FrozenVersion
    changes: tuple[Change, ...]


def versions(store: Store, campaign: str, period: Period) -> tuple[FrozenVersion, ...]:
    """Return the versions of a period that stand, oldest first; one that was taken back does not."""
    return tuple(
        _version(one)
        for one in store.decisions.active(campaign)
        if one.kind == DecisionKind.FREEZE and one.period == str(period)
    )


def version_numbered(store: Store, campaign: str, period: Period, number: int | None) -> FrozenVersion:
    """Return a version by its number, or the newest.

    :raises WrongUsage: when there is none, naming those that stand.
    """
    standing = versions(store, campaign, period)
    if not standing:
        raise WrongUsage(f"{period}: no version is frozen yet; `reminder-service freeze {period}` makes one")
    if number is None:
        return standing[-1]
    for one in standing:
        if one.number == number:
            return one
    known = ", ".join(str(one.number) for one in standing)
    raise WrongUsage(f"{period}: there is no version {number}; frozen are: {known}")


def frozen_file(store: Store, version: FrozenVersion, ending: str) -> bytes:
    """Return the bytes that were handed up, checked against their hash.

    :param ending: ``xlsx``, ``docx`` or ``pdf``.
    :raises WrongUsage: when the version has no such file.
    :raises OutsideError: when the file was lost or damaged.
    """
    if ending not in version.files:
        raise WrongUsage(
            f"{version.period}: version {version.number} was frozen without .{ending}; "
            f"it has {', '.join(f'.{one}' for one in version.files)}"
        )
    return store.originals.read(version.files[ending])


def decided(store: Store, state: PeriodState) -> Decided:
    """Return the numbers of the decisions that each duty of a period rests on."""
    about: dict[tuple[str, int], list[int]] = {}
    documents: dict[str, list[int]] = {}
    rows: dict[tuple[str, int, int], list[int]] = {}
    for one in store.decisions.active(state.campaign):
        if one.kind in _BEARING and one.document:
            documents.setdefault(one.document, []).append(one.id)
        elif one.kind == DecisionKind.CORRECT and one.document:
            place = (one.document, one.payload["page"], one.payload["row"])
            rows.setdefault(place, []).append(one.id)
        elif _is_about_duty(one, state.period) and one.unit and one.item:
            about.setdefault((one.unit, one.item), []).append(one.id)
    numbers = {}
    for duty in (duty for unit in state.units for duty in unit.duties):
        found = list(about.get((duty.unit, duty.item), []))
        if source := duty.source:
            found += documents.get(source.document, [])
            found += rows.get((source.document, source.page, source.row), [])
        if found:
            numbers[duty.unit, duty.item] = tuple(found)
    return numbers


def _is_about_duty(one: Decision, period: Period) -> bool:
    if one.kind == DecisionKind.FINISH:
        return Period.parse(one.period) <= period
    return one.kind in _ABOUT_DUTIES and one.period == str(period)


def snapshot_now(store: Store, here: Situation, period: Period) -> Snapshot:
    """Return a period as it stands now."""
    state = here.state(period)
    return take_snapshot(state, decided(store, state))


def snapshot_of(store: Store, version: FrozenVersion) -> Snapshot:
    """Return a period as it stood when a version was frozen."""
    return snapshot_from_json(json.loads(store.originals.read(version.snapshot)))


def changes(
    store: Store, here: Situation, period: Period, *, old: int | None = None, new: int | None = None
) -> tuple[Change, ...]:
    """Return what differs between two versions.

    :param old: the older version's number (default: the newest).
    :param new: the newer version's number (default: the period as it stands now).
    :raises WrongUsage: when there is no such version.
    """
    before = snapshot_of(store, version_numbered(store, here.campaign.id, period, old))
    if new is None:
        return changes_between(before, snapshot_now(store, here, period))
    return changes_between(before, snapshot_of(store, version_numbered(store, here.campaign.id, period, new)))


def since_frozen(store: Store, here: Situation, period: Period) -> SinceFrozen | None:
    """Return the newest version with what changed after it, or None where none is frozen."""
    standing = versions(store, here.campaign.id, period)
    if not standing or period in here.purged:
        return None
    return SinceFrozen(version=standing[-1], changes=changes(store, here, period))


def since_frozen_words(store: Store, here: Situation, period: Period) -> str:
    """Tell the clerk that something changed after the last version was frozen, or nothing."""
    since = since_frozen(store, here, period)
    if since is None or not since.changes:
        return ""
    moment = since.version.at.astimezone(here.around.zone)
    return (
        f"{period.title}汇总已于{moment:%Y-%m-%d %H:%M}定稿第{since.version.number}版，"
        f"此后有{len(since.changes)}处变化，尚未写入定稿，请核对后重新定稿"
    )


def since_frozen_json(store: Store, here: Situation, period: Period) -> dict[str, Any] | None:
    """Return the newest version and how much changed after it, for ``status --json``; None where none is frozen."""
    since = since_frozen(store, here, period)
    if since is None:
        return None
    moment = since.version.at.astimezone(here.around.zone)
    return {
        "version": since.version.number,
        "at": moment.isoformat(timespec="seconds"),
        "changes": len(since.changes),
    }


def revisions(store: Store, here: Situation, period: Period) -> tuple[Revision, ...]:
    """Return how each version differs from the one before, and last what is not frozen yet."""
    standing = versions(store, here.campaign.id, period)
    if not standing:
        return ()
    snapshots = [*(snapshot_of(store, one) for one in standing), snapshot_now(store, here, period)]
    made = [
        Revision(
            version=one.number, at=one.at, author=one.author, changes=changes_between(*snapshots[at : at + 2])
        )
        for at, one in enumerate(standing[1:])
    ]
    latest = Revision(version=None, at=here.now, author="", changes=changes_between(*snapshots[-2:]))
    return (*made, latest)


def _version(one: Decision) -> FrozenVersion:
    return FrozenVersion(
        number=one.payload["version"],
        period=one.period,
        at=one.at,
        author=one.author,
        reason=one.reason,
        decision=one.id,
        files=one.payload["files"],
        snapshot=one.payload["snapshot"],
        changes=one.payload["changes"],
    )
