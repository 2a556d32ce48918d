"""The tray as a queue: what waits for a person at the office, file by file, the most urgent first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum
from hashlib import sha256

from .campaign import Campaign
from .incoming import Attribution
from .periods import Period
from .situation import DOUBTS
from .state import Finding, PeriodState, TrayEntry, UnitState, WaitsFor
from .wording import FINDING_TITLES, sender_notes


class Urgency(IntEnum):
    """Why something should be settled soon; the smaller, the sooner."""

    HOLDS_BACK = 1
    """A report may hide here: its unit is neither counted as reported nor reminded until it is settled."""
    UNREAD = 2
    """What came is not understood: a duty may be reported in it."""
    CHECK = 3
    """The report counts; something about it has to be looked at."""
    ASIDE = 4
    """It touches no open period."""


URGENCY_WORDS = {
    Urgency.HOLDS_BACK: "可能已报，处理前不计入也不催报",
    Urgency.UNREAD: "内容未能确定",
    Urgency.CHECK: "已收，请核对",
    Urgency.ASIDE: "不影响本期",
}

_UNREAD = frozenset({"not_read", "not_a_form", "other_columns", "unmatched_row", "reported_by_another"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing to be settled: finding code, its title and sentence, the unit and item it is about."""

    code: str
    title: str
    detail: str
    unit: str | None = None
    item: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Everything that waits about one file, or about a mail without a file that counts.

    ``what`` names it within the campaign and period: the document's SHA-256, ``mail-`` and the message's number, or
    ``seen-`` and a hash. ``unit`` is who it is held for, ``units`` everyone concerned. ``document`` is None where
    there is no file, ``mail`` then the SHA-256 of the mail itself, if it was kept; ``attribution`` is None where not
    even the mail could be worked on. ``report`` is False for what is no report: a contact sheet is taken over or
    left alone.
    """

    campaign: str
    period: Period
    what: str
    urgency: Urgency
    due: date
    reasons: tuple[Reason, ...]
    unit: str | None = None
    units: tuple[str, ...] = ()
    document: str | None = None
    mail: str | None = None
    attribution: Attribution | None = None
    filename: str = ""
    sender: str = ""
    subject: str = ""
    received_at: datetime | None = None
    notes: tuple[str, ...] = ()
    report: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by: campaign, period, ``what``."""
        return self.campaign, str(self.period), self.what

    @property
    def items(self) -> tuple[int, ...]:
        """The items that its reasons name."""
        return tuple(dict.fromkeys(one.item for one in self.reasons if one.item is not None))


def cases(
    campaign: Campaign, states: Iterable[PeriodState], attributions: Sequence[Attribution]
) -> list[Case]:
    """Return what waits in these periods, the most urgent first.

    What blocks a reminder or may hide a report comes first, then what is not understood, then what only has to be
    looked at; among equals the earlier due date, then the earlier mail. What could not be worked on waits in every
    period and is returned once.
    """
    found: dict[str, Case] = {}
    for state in states:
        for case in _of_period(campaign, state, attributions):
            if case.attribution or case.what not in found:
                found[f"{case.period}/{case.what}" if case.attribution else case.what] = case
    return in_order(found.values())


def contact_sheet_case(campaign: Campaign, state: PeriodState, sheet: Attribution) -> Case:
    """Return a unit's contact sheet that came from an unlisted address; no report waits for it."""
    reason = Reason(
        code="unknown_sender",
        title="联系人表来自名录以外的地址",
        detail=f"认可后登记为{sheet.unit}的联系人",
        unit=sheet.unit,
    )
    case = _case(campaign, state, _what(sheet), (reason,), sheet)
    return replace(case, urgency=Urgency.ASIDE, report=False)


def in_order(queue: Iterable[Case]) -> list[Case]:
    """Return cases, of several campaigns too, the most urgent first."""
    return sorted(
        queue,
        key=lambda one: (
            one.urgency,
            one.due,
            one.received_at.timestamp() if one.received_at else 0.0,
            one.key,
        ),
    )


def after(queue: Sequence[Case], key: tuple[str, str, str], left: Sequence[Case]) -> Case | None:
    """Return what comes next of those that are left, once one of the queue was settled.

    :param queue: the queue as it was; what was before is not forgotten: it comes last.
    """
    keys = [case.key for case in queue]
    there = {case.key: case for case in left}
    at = keys.index(key) if key in keys else -1
    following = (there[one] for one in (*keys[at + 1 :], *keys[: at + 1]) if one in there and one != key)
    return next(following, next(iter(left), None))


def _of_period(campaign: Campaign, state: PeriodState, attributions: Sequence[Attribution]) -> Iterator[Case]:
    mine = {_what(one): one for one in attributions if one.period == state.period}
    doubted = {what: one for what, one in mine.items() if one.doubt}
    reasons: dict[str, list[Reason]] = {what: [_doubt(one, state)] for what, one in doubted.items()}
    for unit in state.units:
        for finding in unit.findings:
            if finding.waits_for is WaitsFor.OFFICE and finding.code not in DOUBTS:
                what = finding.document or _source(unit, finding) or _hashed(unit.unit, finding.code)
                reasons.setdefault(what, []).append(_reason(finding, unit.unit))
    for what, given in reasons.items():
        yield _case(campaign, state, what, tuple(dict.fromkeys(given)), mine.get(what))
    for entry in state.tray:
        if entry.reason == "not_read" and entry.suggested_unit is None:
            yield _unprocessed(campaign, state, entry)


def _what(one: Attribution) -> str:
    return one.document.document if one.document else f"mail-{one.message.id}"


def _source(unit: UnitState, finding: Finding) -> str | None:
    """The file that a doubtful row was taken from."""
    sources = (duty.source for duty in unit.duties if duty.item == finding.item and duty.source)
    return next((source.document for source in sources), None)


def _reason(finding: Finding, unit: str) -> Reason:
    return Reason(
        code=finding.code,
        title=FINDING_TITLES[finding.code],
        detail=finding.detail,
        unit=unit,
        item=finding.item,
    )


def _doubt(one: Attribution, state: PeriodState) -> Reason:
    """Say why it is not clear whose a file is, as the unit's findings say it where it changes a unit."""
    code, document = one.doubt or "", one.document.document if one.document else None
    said = (
        finding.detail
        for unit in state.units
        for finding in unit.findings
        if finding.code == code and finding.document == document
    )
    return Reason(code=code, title=FINDING_TITLES[code], detail=next(said, ""), unit=one.unit)


def _case(
    campaign: Campaign, state: PeriodState, what: str, reasons: tuple[Reason, ...], one: Attribution | None
) -> Case:
    units = tuple(
        dict.fromkeys(
            unit
            for unit in (
                one.unit if one else None,
                *(one.rivals if one else ()),
                *(reason.unit for reason in reasons),
            )
            if unit
        )
    )
    case = Case(
        campaign=campaign.id,
        period=state.period,
        what=what,
        urgency=_urgency(reasons, units),
        due=min((_due(state, unit) for unit in units), default=state.due),
        reasons=reasons,
        unit=one.unit if one else next(iter(units), None),
        units=units,
    )
    if one is None:
        return case
    return replace(
        case,
        attribution=one,
        document=one.document.document if one.document else None,
        mail=None if one.document else one.message.sha256,
        filename=one.document.filename if one.document else "",
        sender=one.message.sender,
        subject=one.message.subject,
        received_at=one.message.received_at,
        notes=sender_notes(one.evidence),
    )


def _due(state: PeriodState, unit: str) -> date:
    extended = state.unit(unit).extended
    return extended.until if extended else state.due


def _urgency(reasons: Sequence[Reason], units: Sequence[str]) -> Urgency:
    codes = {reason.code for reason in reasons}
    if codes & (DOUBTS - {"closed_period"}):
        return Urgency.HOLDS_BACK if units else Urgency.UNREAD
    if codes & _UNREAD:
        return Urgency.UNREAD
    return Urgency.ASIDE if codes == {"closed_period"} else Urgency.CHECK


def _unprocessed(campaign: Campaign, state: PeriodState, entry: TrayEntry) -> Case:
    """A mail that could not be worked on: it may be anybody's report."""
    reason = Reason(
        code=entry.reason,
        title=FINDING_TITLES[entry.reason],
        detail="来信多次处理失败，请打开原件查看" if entry.document else "邮件取不下来，请在邮箱中查看",
    )
    return Case(
        campaign=campaign.id,
        period=state.period,
        what=entry.document or _hashed(entry.sender, entry.subject),
        urgency=Urgency.HOLDS_BACK,
        due=state.due,
        reasons=(reason,),
        mail=entry.document,
        sender=entry.sender,
        subject=entry.subject,
        received_at=entry.received_at,
        notes=entry.notes,
    )


def _hashed(*texts: str) -> str:
    return f"seen-{sha256('/'.join(texts).encode()).hexdigest()[:16]}"
