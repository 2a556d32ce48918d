"""Whom to telephone: the units that lack something for certain, and those that must not be called for it yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .campaign import Campaign
from .incoming import Attribution
from .outgoing import OutgoingMail
from .periods import Period
from .reminders import gaps_of
from .state import Contact, Note, PeriodState, UnitState
from .summary import UnitLine, gap_words, grouped

_NO_ADDRESS = "名录中没有邮箱，催报邮件发不到"
_MAIL_KINDS = {
    "first_notice": "发首次通知",
    "reminder": "发催报邮件",
    "due_today": "发当日提醒",
    "overdue": "发逾期催报",
    "receipt": "发回执",
    "correction": "发更正通知",
    "thanks": "发报齐致谢",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LastContact:
    """The latest that passed between office and unit: ``what`` in Chinese, such as 来信."""

    at: datetime
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A unit to call: its people in order, what it lacks, a line each, and what the caller should know."""

    unit: str
    people: tuple[Contact, ...]
    lacking: tuple[str, ...]
    due: date
    last: LastContact | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CallSheet:
    """The calls of a period.

    ``maybe`` are units whose report may lie in the tray, ``checking`` those of whom only the office has to do
    something, ``promised`` those whose promise or extension still
    runs, ``unknown`` those of which a blind mailbox tells nothing: none of them is to be called.
    """

    campaign: Campaign
    period: Period
    due: date
    as_of: datetime
    calls: tuple[Call, ...]
    maybe: tuple[UnitLine, ...] = ()
    checking: tuple[UnitLine, ...] = ()
    promised: tuple[UnitLine, ...] = ()
    unknown: tuple[UnitLine, ...] = ()


def call_sheet(
    campaign: Campaign,
    state: PeriodState,
    *,
    contacts: Sequence[Contact],
    history: Sequence[OutgoingMail],
    attributions: Sequence[Attribution],
    notes: Mapping[tuple[str, str], Sequence[Note]] | None = None,
) -> CallSheet:
    """Return whom to call about a period, in the notice's order of units.

    :param notes: by unit and period, what was said by telephone.
    """
    groups = grouped(campaign, state)
    said = {unit: told for (unit, period), told in (notes or {}).items() if period == str(state.period)}
    spared = {line.unit for line in (*groups.maybe, *groups.promised, *groups.unknown)}
    calls = []
    for unit in state.units:
        lacking = gap_words(campaign, gaps_of(campaign, unit))
        if not lacking or unit.unit in spared:
            continue
        people = sorted((one for one in contacts if one.unit == unit.unit), key=lambda one: one.order)
        calls.append(
            Call(
                unit=unit.unit,
                people=tuple(people),
                lacking=tuple(lacking),
                due=unit.extended.until if unit.extended else unit.due,
                last=_last(state.period, unit.unit, history, attributions, said=said.get(unit.unit, ())),
                notes=tuple(_notes(unit, people)),
            )
        )
    return CallSheet(
        campaign=campaign,
        period=state.period,
        due=state.due,
        as_of=state.as_of,
        calls=tuple(calls),
        maybe=groups.maybe,
        checking=tuple(line for line in groups.attention if line.unit not in {call.unit for call in calls}),
        promised=groups.promised,
        unknown=groups.unknown,
    )


def _notes(unit: UnitState, people: Sequence[Contact]) -> list[str]:
    notes = [] if any(one.address for one in people) else [_NO_ADDRESS]
    details = list(dict.fromkeys(one.detail for one in unit.findings if one.code == "undeliverable"))
    # An address that came back in an earlier period is not written to any more: this period tells nothing of it.
    lost = [one.address for one in people if one.address and one.bounced]
    untold = [address for address in lost if not any(address in detail for detail in details)]
    if untold:
        none_left = "，催报邮件发不到" if all(one.bounced for one in people if one.address) else ""
        notes.append(f"邮箱{'、'.join(untold)}此前被退回{none_left}")
    notes += details
    if unit.promised_until:
        notes.append(f"曾承诺{unit.promised_until.month}月{unit.promised_until.day}日前报送")
    return notes


def _last(
    period: Period,
    unit: str,
    history: Sequence[OutgoingMail],
    attributions: Sequence[Attribution],
    *,
    said: Sequence[Note],
) -> LastContact | None:
    sent = [
        LastContact(at=mail.at, what=_MAIL_KINDS.get(mail.key.kind, "发邮件"))
        for mail in history
        if mail.key.unit == unit
        and mail.key.period == str(period)
        and mail.state == "sent"
        and not mail.in_vain
    ]
    came = [
        LastContact(at=one.message.received_at, what="收到来件")
        for one in attributions
        # What waits for a person may be another unit's: it is no contact with this one.
        if one.unit == unit and one.period == period and one.doubt is None
    ]
    called = [LastContact(at=note.at, what=f"电话：{note.text}") for note in said]
    return max((*sent, *came, *called), key=lambda one: one.at, default=None)
