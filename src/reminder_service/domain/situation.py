"""The state of a period put together: units, tray, and what the tray suggests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .incoming import Attribution
from .review import Reviewer
from .state import Finding, MailboxHealth, PeriodState, Status, TrayEntry, UnitState, WaitsFor
from .submissions import changes_a_unit
from .wording import sender_notes

DOUBTS = frozenset({"unknown_sender", "ambiguous_unit", "ambiguous_period", "closed_period"})


def period_state(
    reviewer: Reviewer,
    attributions: Sequence[Attribution],
    *,
    mailbox: MailboxHealth,
    as_of: datetime,
    unprocessed: Sequence[TrayEntry] = (),
) -> PeriodState:
    """Return the state of the reviewer's period.

    :param unprocessed: mails that could not be worked on, which wait for a person in every period.
    """
    units = reviewer.units(attributions, blind=mailbox.blind)
    mine = [one for one in attributions if one.period == reviewer.period]
    tray = (*_tray(mine, units), *unprocessed)
    suggested = {entry.suggested_unit for entry in tray if entry.reason in DOUBTS and entry.suggested_unit}
    return PeriodState(
        campaign=reviewer.campaign.id,
        period=reviewer.period,
        due=reviewer.due,
        as_of=as_of,
        mailbox=mailbox,
        units=tuple(
            replace(unit, maybe_reported=True)
            if unit.status in (Status.MISSING, Status.UNKNOWN) and unit.unit in suggested
            else unit
            for unit in units
        ),
        tray=tray,
    )


def _tray(attributions: Sequence[Attribution], units: Sequence[UnitState]) -> tuple[TrayEntry, ...]:
    by_document = {one.document.document: one for one in attributions if one.document}
    entries = [
        _entry(one, one.doubt)
        for one in attributions
        if one.doubt and (not changes_a_unit(one) or one.doubt in DOUBTS)
    ]
    for unit in units:
        for finding in unit.findings:
            if finding.waits_for is WaitsFor.OFFICE and finding.code not in DOUBTS:
                entries.append(_finding_entry(finding, unit.unit, by_document.get(finding.document or "")))
    return tuple(dict.fromkeys(entries))


def _entry(attribution: Attribution, reason: str) -> TrayEntry:
    message, document = attribution.message, attribution.document
    return TrayEntry(
        message_id=message.message_id,
        document=document.document if document else None,
        reason=reason,
        suggested_unit=attribution.unit,
        filename=document.filename if document else None,
        sender=message.sender,
        subject=message.subject,
        received_at=message.received_at,
        notes=sender_notes(attribution.evidence),
    )


def _finding_entry(finding: Finding, unit: str, attribution: Attribution | None) -> TrayEntry:
    if attribution is None:
        return TrayEntry(message_id=None, document=finding.document, reason=finding.code, suggested_unit=unit)
    return replace(_entry(attribution, finding.code), suggested_unit=unit)
