"""The state of a period and the list of mails as JSON documents (contract, ``status`` and ``messages``)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Any

from ...domain.seals import SealFinding, SealVerdict
from ...domain.state import (
    DutyState,
    Finding,
    PeriodState,
    ReceivedVersion,
    Status,
    TrayEntry,
    UnitState,
)
from ...store import OutboxMail, StoredMessage


def status_json(state: PeriodState, zone: tzinfo) -> dict[str, Any]:
    """Return the state of a period in the contract's shape; times carry the office's offset."""
    return {
        "campaign": state.campaign,
        "period": str(state.period),
        "due": _day(state.due),
        "as_of": _moment(state.as_of, zone),
        "mailbox_read_at": _moment(state.mailbox.read_at, zone),
        "summary": {"units": len(state.units)} | {str(status): state.count(status) for status in Status},
        "units": [_unit(unit, zone) for unit in state.units],
        "tray": [_tray_entry(entry) for entry in state.tray],
    }


def messages_json(
    incoming: Iterable[StoredMessage],
    outgoing: Iterable[OutboxMail],
    units: Mapping[int, str],
    zone: tzinfo,
    *,
    notes: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Return every mail in and out.

    :param units: by message id, the unit that a mail was held for.
    :param notes: by message id, what is known of its sender.
    """
    mails_in = [
        {
            "direction": "in",
            "message_id": message.message_id,
            "from": message.from_address,
            "subject": message.subject,
            "received_at": _moment(message.received_at or message.collected_at, zone),
            "kind": message.kind,
            "state": message.state,
            "unit": units.get(message.id),
            "notes": list(notes.get(message.id, ())),
        }
        for message in incoming
        if message.sha256 is not None
    ]
    mails_out = [
        {
            "direction": "out",
            "message_id": mail.message_id,
            "to": mail.to,
            "subject": mail.subject,
            "kind": mail.kind,
            "key": mail.key,
            "state": mail.state,
            "sent_at": _moment(mail.sent_at, zone),
            "unit": mail.unit,
        }
        for mail in outgoing
    ]
    return mails_in + mails_out


def _unit(unit: UnitState, zone: tzinfo) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "status": str(unit.status),
        "late": unit.late,
        "due": _day(unit.due),
        "extended": {"until": _day(unit.extended.until), "reason": unit.extended.reason}
        if unit.extended
        else None,
        "promised_until": _day(unit.promised_until),
        "electronic": _version(unit.electronic, zone),
        "stamped": _stamped(unit.stamped, zone),
        "duties": [_duty(duty) for duty in unit.duties],
        "findings": [_finding(finding) for finding in unit.findings],
    }


def _version(version: ReceivedVersion | None, zone: tzinfo) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "document": version.document,
        "filename": version.filename,
        "received_at": _moment(version.received_at, zone),
        "message_id": version.message_id,
    }


def _stamped(version: ReceivedVersion | None, zone: tzinfo) -> dict[str, Any] | None:
    described = _version(version, zone)
    if version is None or described is None:
        return None
    return described | {"seal": _seal(version.seal)}


def _seal(finding: SealFinding | None) -> dict[str, Any]:
    """``found`` is null where it cannot be told, or nobody has looked yet."""
    verdict = finding.verdict if finding else SealVerdict.CANNOT_TELL
    seal = finding.seal if finding else None
    return {
        "found": {SealVerdict.SEEN: True, SealVerdict.NOT_SEEN: False, SealVerdict.CANNOT_TELL: None}[
            verdict
        ],
        "page": finding.page if finding else None,
        "box": list(seal.box) if seal and seal.box else None,
        "text": seal.text if seal else None,
        "score": seal.score if seal else None,
        "note": finding.note if finding else None,
    }


def _let_off(duty: DutyState) -> dict[str, Any]:
    return {"reason": duty.waived, **({"finished": True} if duty.finished else {})}


def _duty(duty: DutyState) -> dict[str, Any]:
    source = duty.source
    return {
        "item": duty.item,
        "measures": duty.measures,
        "deadline": duty.deadline,
        "waived": _let_off(duty) if duty.waived is not None else None,
        "source": {
            "document": source.document,
            "page": source.page,
            "row": source.row,
            "recognised": source.recognised,
        }
        if source
        else None,
    } | ({"original": duty.original} if duty.original is not None else {})


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "waits_for": str(finding.waits_for),
        "detail": finding.detail,
        "document": finding.document,
        "item": finding.item,
    }


def _tray_entry(entry: TrayEntry) -> dict[str, Any]:
    return {
        "message_id": entry.message_id,
        "document": entry.document,
        "reason": entry.reason,
        "suggested_unit": entry.suggested_unit,
        "notes": list(entry.notes),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None, zone: tzinfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
