"""A mail to one unit that a person asks for now: beside the ladder, within every limit that the ladder keeps."""

from collections.abc import Iterator
from datetime import datetime, time

from .campaign import StepKind
from .gaps import gaps_of
from .reminders import ANSWER_KINDS, LADDER_KINDS, Held, PlannedMail, Planner
from .state import PeriodState, Status, UnitState


def asked_mail(planner: Planner, state: PeriodState, name: str, *, now: datetime) -> PlannedMail | Held:
    """Return the mail that would go to a unit if a person asked for it now, or why none may go."""
    unit = state.unit(name)
    reason = next(_reasons(planner, state, unit, now.astimezone(planner.zone)), None)
    if reason:
        return Held(unit=name, period=state.period, reason=reason)
    return planner.extra(state.period, unit, now=now)


def _reasons(planner: Planner, state: PeriodState, unit: UnitState, now: datetime) -> Iterator[str]:
    """Say why no mail may go; the first reason is the one to tell."""
    yield from _not_owed(planner, state, unit, now)
    if _told_today(planner, state, unit, now):
        yield "今日已向该单位发过信，每个单位每天最多一封"
    if state.mailbox.blind:
        yield f"{state.mailbox.reason or '邮箱情况不明'}，不能断定该单位未报"
    if not _in_office_hours(planner, now):
        opens, closes = planner.campaign.ladder.office_hours
        yield f"现在不是工作时间，请在工作日{opens:%H:%M}至{closes:%H:%M}发送"
    coming = _coming_today(planner, state, unit, now)
    if coming:
        yield f"今日{coming:%H:%M}将自动向该单位发信，不必另发"


def _not_owed(planner: Planner, state: PeriodState, unit: UnitState, now: datetime) -> Iterator[str]:
    """Say why nothing is asked of the unit now."""
    if planner.campaign.open_questions:
        yield "通知中还有问题未答复，答复前不向单位发信"
    if state.period in planner.closed:
        yield "该报送期已关闭"
    if unit.status is Status.COMPLETE:
        yield "该单位已报齐，无须催报"
    if unit.maybe_reported:
        yield "有来件可能是该单位报送的，请先认定"
    if unit.promised_until and unit.promised_until >= now.date():
        yield f"该单位已承诺{unit.promised_until.month}月{unit.promised_until.day}日前报送，到期前不催报"
    if (unit.electronic or unit.stamped) and not gaps_of(planner.campaign, unit):
        yield "没有须由该单位补报的内容；待办公室核对的事项请先处理"


def _told_today(planner: Planner, state: PeriodState, unit: UnitState, now: datetime) -> bool:
    return any(
        mail.key.unit == unit.unit
        and mail.key.period == str(state.period)
        and mail.key.kind in LADDER_KINDS | ANSWER_KINDS
        and not (mail.in_vain or mail.dropped)
        and mail.at.astimezone(planner.zone).date() == now.date()
        for mail in planner.history
    )


def _coming_today(planner: Planner, state: PeriodState, unit: UnitState, now: datetime) -> datetime | None:
    due = unit.extended.until if unit.extended else state.due
    last = datetime.combine(now.date(), time.max, planner.zone)
    later = [
        slot.time
        for slot in planner.slots(due)
        if now < slot.time <= last and slot.step.kind is not StepKind.FIRST_NOTICE
    ]
    return min(later, default=None)


def _in_office_hours(planner: Planner, now: datetime) -> bool:
    opens, closes = planner.campaign.ladder.office_hours
    return planner.calendar.is_workday(now.date()) and opens <= now.time() < closes
