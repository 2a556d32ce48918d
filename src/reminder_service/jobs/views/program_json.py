"""The JSON documents that other programs read, the same from the command line and from the API."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from ...domain.campaign import Campaign
from ...domain.periods import Period
from ...domain.progress import number_words
from ...domain.tray import Case
from ...domain.versions import Change
from ...domain.wording import sender_notes
from ...domain.workdays import WorkCalendar
from ...store import Store
from ..results.versions import FrozenVersion, since_frozen_json
from ..state.situation import Situation
from ..state.status import messages_json, status_json
from ..upkeep.health import health, health_json
from .target_view import FigureLine, TargetLine

AHEAD = timedelta(days=92)
"""How far a plan looks ahead where nothing else is asked for."""


def status_document(store: Store, here: Situation, period: Period) -> dict[str, Any]:
    """Return the state of a period, with the accounts' health and what is frozen of it."""
    zone = here.around.zone
    ways = health(store, here.around.folders, here.around.stale_after, now=here.now)
    more = {"health": health_json(ways, zone), "frozen": since_frozen_json(store, here, period)}
    return status_json(here.state(period), zone) | more


def messages_document(store: Store, situations: Sequence[Situation], zone: tzinfo) -> list[dict[str, Any]]:
    """Return every mail in and out with its state."""
    held = [one for here in situations for one in here.attributions]
    units = {one.message.id: one.unit for one in held if one.unit}
    notes = {one.message.id: sender_notes(one.evidence) for one in held}
    return messages_json(store.messages.all(), store.outbox.all(), units, zone, notes=notes)


def plan_document(
    plans: Sequence[Mapping[str, Any]],
    campaigns: Iterable[Campaign],
    calendar: WorkCalendar,
    *,
    start: datetime,
) -> dict[str, Any]:
    """Return the plans of several campaigns as one.

    :param start: the plans' first moment, in office time.
    """
    mails = sorted((mail for one in plans for mail in one["mails"]), key=lambda mail: mail["time"])
    years = {start.year, *(int(mail["time"][:4]) for mail in mails)}
    warnings = [
        f"{one.id}: {len(one.open_questions)} open questions; nothing is sent before they are answered"
        for one in campaigns
        if one.open_questions
    ]
    return {
        "mails": mails,
        "held": [held for one in plans for held in one["held"]],
        "warnings": warnings + unknown_year_warnings(calendar, years),
    }


def unknown_year_warnings(calendar: WorkCalendar, years: Iterable[int]) -> list[str]:
    """Say in which of these years no holidays are known, so that due dates and mails may fall on free days."""
    return [
        f"The holidays of {year} are not known: there, weekends alone count as free. "
        "Once they are announced, complete config/calendar.yaml."
        for year in sorted(set(years))
        if not calendar.knows(year)
    ]


def versions_document(versions: Iterable[FrozenVersion], zone: tzinfo) -> list[dict[str, Any]]:
    """Return the frozen versions of a period."""
    return [
        {
            "version": one.number,
            "at": one.at.astimezone(zone).isoformat(timespec="seconds"),
            "author": one.author,
            "reason": one.reason,
            "decision": one.decision,
            "changes": one.changes,
            "files": dict(one.files),
        }
        for one in versions
    ]


def changes_document(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return what changed between two versions."""
    return [
        {
            "about": one.about,
            "unit": one.unit,
            "item": one.item,
            "old": one.old,
            "new": one.new,
            "source": {"document": one.document, "page": one.page, "row": one.row} if one.document else None,
            "filename": one.filename,
            "decisions": list(one.decisions),
        }
        for one in changes
    ]


def case_document(case: Case, zone: tzinfo) -> dict[str, Any]:
    """Return one thing that waits for a person, as 待处理 shows it."""
    return {
        "campaign": case.campaign,
        "period": str(case.period),
        "id": case.what,
        "urgency": case.urgency.name.lower(),
        "due": case.due.isoformat(),
        "unit": case.unit,
        "units": list(case.units),
        "document": case.document,
        "filename": case.filename or None,
        "sender": case.sender or None,
        "subject": case.subject or None,
        "received_at": case.received_at and case.received_at.astimezone(zone).isoformat(timespec="seconds"),
        "report": case.report,
        "reasons": [asdict(reason) for reason in case.reasons],
        "notes": list(case.notes),
    }


def targets_document(campaign: Campaign, period: Period, lines: Iterable[TargetLine]) -> dict[str, Any]:
    """Return the targets of a year, as 指标 shows them; numbers are texts, as they are exact."""
    return {
        "campaign": campaign.id,
        "period": str(period),
        "periods": [str(one) for one in campaign.periods_of_year(period)],
        "targets": [_target(line) for line in lines],
    }


def _target(line: TargetLine) -> dict[str, Any]:
    return {
        "item": line.item,
        "number": line.number,
        "name": line.name,
        "target": line.text,
        "value": number_words(line.value),
        "measure": line.measure,
        "quote": line.quote,
        "joint": line.joint,
        "open": line.open,
        "units": [
            {
                "unit": unit.unit,
                "confirmed": unit.confirmed,
                "reached": [
                    {"period": str(one.period), "value": _number(one.value), "confirmed": one.confirmed}
                    for one in unit.reached
                ],
                "figures": [_figure(one) for one in unit.figures],
            }
            for unit in line.units
        ],
    }


def _figure(line: FigureLine) -> dict[str, Any]:
    figure = line.figure
    return {
        "period": str(figure.period),
        "value": _number(figure.value),
        "basis": str(figure.basis),
        "quotes": list(figure.quotes),
        "confirmed": figure.confirmed,
        "author": figure.author or None,
        "reason": figure.reason or None,
        "decision": line.decision,
    }


def _number(value: Decimal | None) -> str | None:
    return number_words(value) if value is not None else None
