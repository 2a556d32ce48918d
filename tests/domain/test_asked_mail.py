"""A reminder that a person asks for keeps every limit that the ladder keeps."""

from dataclasses import replace
from datetime import date

import pytest

from builders import CALENDAR, ZONE, address, at, campaign, contacts, state
from reminder_service.domain.asked_mail import asked_mail
from reminder_service.domain.campaign import Question
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.outgoing import MailKey, OutgoingMail
from reminder_service.domain.reminders import Held, PlannedMail, Planner
from reminder_service.domain.state import Contact

EDU = "县教育和体育局"
WHOLE = campaign()
ONE = replace(WHOLE, items=WHOLE.items[:1], units=WHOLE.units[:1])


def asked(now: str, *, of=ONE, history=(), decisions=(), people=(), **known):  # type: ignore[no-untyped-def]
    planner = Planner(
        campaign=of,
        calendar=CALENDAR,
        zone=ZONE,
        contacts=[*contacts(EDU), *people],
        history=list(history),
        **known,
    )
    here = state(of=of, decisions=list(decisions), now=now, known=contacts())
    return asked_mail(planner, here, EDU, now=at(now))


def sent(when: str, kind: str = "first_notice", **more: object) -> OutgoingMail:
    key = MailKey(campaign="gaoqing", period="2024Q2", unit=EDU, kind=kind, about="D-10W")
    return OutgoingMail(key=key, message_id="<x>", to=address(EDU), at=at(when), **({"state": "sent"} | more))  # type: ignore[arg-type]


def test_a_unit_that_was_never_written_to_gets_the_first_notice_under_the_ladders_own_key() -> None:
    mail = asked("2024-06-20 10:00")
    assert isinstance(mail, PlannedMail)
    assert (str(mail.kind), mail.key.about) == ("first_notice", "D-10W")


@pytest.mark.parametrize(("now", "kind"), [("2024-06-20 10:00", "reminder"), ("2024-07-04 10:00", "overdue")])
def test_a_unit_that_was_told_is_reminded_under_a_key_of_the_day(now: str, kind: str) -> None:
    mail = asked(now, history=[sent("2024-06-17 09:00")])
    assert isinstance(mail, PlannedMail)
    assert (str(mail.kind), mail.key.about, mail.to) == (kind, f"N{now[:10]}", address(EDU))


@pytest.mark.parametrize(
    ("now", "why", "known"),
    [
        ("2024-06-20 11:00", "每天最多一封", {"history": [sent("2024-06-20 09:00")]}),
        ("2024-06-22 10:00", "不是工作时间", {}),
        ("2024-06-20 22:00", "不是工作时间", {}),
        ("2024-06-20 10:00", "已关闭", {"closed": frozenset({state().period})}),
        (
            "2024-06-20 10:00",
            "已承诺6月25日",
            {
                "decisions": [
                    Decision(kind=DecisionKind.PROMISE, unit=EDU, period="2024Q2", until=date(2024, 6, 25))
                ]
            },
        ),
        (
            "2024-06-20 10:00",
            "还有问题",
            {"of": replace(ONE, questions=(Question(key="k", question="?", proposal=""),))},
        ),
    ],
    ids=["twice a day", "weekend", "night", "closed", "promised", "open question"],
)
def test_no_mail_goes_against_a_limit(now: str, why: str, known: dict[str, object]) -> None:
    held = asked(now, **known)
    assert isinstance(held, Held) and why in held.reason


def test_a_mail_that_bounced_today_stands_in_nobodys_way() -> None:
    lost = sent("2024-06-20 09:00", bounced=True)
    mail = asked(
        "2024-06-20 11:00", history=[lost], people=[Contact(unit=EDU, address="b@example.cn", order=1)]
    )
    assert isinstance(mail, PlannedMail) and mail.to == "b@example.cn"


def test_a_step_that_is_still_to_come_today_is_left_to_the_ladder() -> None:
    first = next(slot for slot in Planner(
        campaign=ONE, calendar=CALENDAR, zone=ZONE, contacts=(), history=()
    ).slots(date(2024, 6, 28)) if str(slot.step.kind) == "reminder")  # fmt: skip
    early = first.time.replace(hour=8, minute=40)
    held = asked(f"{early:%Y-%m-%d %H:%M}", history=[sent("2024-06-14 09:00")])
    assert isinstance(held, Held) and "自动" in held.reason


def test_a_unit_with_everything_waived_is_left_alone() -> None:
    let_off = Decision(
        kind=DecisionKind.WAIVE, unit=EDU, period="2024Q2", item=ONE.items[0].number, reason="不涉及"
    )
    held = asked("2024-06-20 10:00", decisions=[let_off])
    assert isinstance(held, Held) and "已报齐" in held.reason
