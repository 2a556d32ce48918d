"""What a person does for one unit: remind it, note a call, extend, let it off, finish items, take a decision back."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from ...domain.decisions import DecisionKind
from ...domain.error_words import error_words
from ...domain.errors import ReminderServiceError
from ...jobs.outgoing.remind_now import NoMail, queue_asked
from ...jobs.state.settled import Settled
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect
from .overview import period_named
from .units import address_of, unit_at

router = APIRouter(prefix="/units")
PAGE = Page(router=router)

Typed = Annotated[str, Form(max_length=2000)]
_LONGEST_REASON = 500


@router.post("/{code}/remind")
def remind(
    request: Request, desk: DeskHere, me: Me, code: str, campaign: Typed = "", period: Typed = ""
) -> Response:
    """Queue the reminder that was shown, and send it."""
    chosen, unit = unit_at(desk, campaign, code)
    here = desk.office.situation(chosen)
    wanted = period_named(here, period)
    back = address_of(chosen, unit, wanted)
    asked = queue_asked(desk.store, here, desk.office.letters(chosen), unit.name, wanted, author=me.author)
    desk.changed()
    if isinstance(asked, NoMail):
        return redirect(request, back, f"没有发信：{asked.words}。", "bad")
    return redirect(request, back, *_went(desk, str(asked.mail.key)))


@router.post("/{code}/call")
def call(
    request: Request,
    desk: DeskHere,
    me: Me,
    code: str,
    campaign: Typed = "",
    period: Typed = "",
    text: Typed = "",
    until: Typed = "",
) -> Response:
    """Note what was said by telephone; with a day, the unit has promised to report by then."""
    if not text.strip() and not until:
        return _settled(request, desk, me, code, campaign, period, None, "请写下通话内容，或填写承诺日期。")
    kind = DecisionKind.PROMISE if until else DecisionKind.NOTE
    settled = Settled(kind=kind, until=_day(until), reason=_reason(text))
    return _settled(request, desk, me, code, campaign, period, settled, "已记录。")


@router.post("/{code}/extend")
def extend(
    request: Request,
    desk: DeskHere,
    me: Me,
    code: str,
    campaign: Typed = "",
    period: Typed = "",
    until: Typed = "",
    reason: Typed = "",
) -> Response:
    """Give a unit a later due date."""
    if not until or not reason.strip():
        return _settled(request, desk, me, code, campaign, period, None, "请填写延期到哪一天和理由。")
    settled = Settled(kind=DecisionKind.EXTEND, until=_day(until), reason=_reason(reason))
    return _settled(request, desk, me, code, campaign, period, settled, "已延期。")


@router.post("/{code}/waive")
def waive(
    request: Request,
    desk: DeskHere,
    me: Me,
    code: str,
    campaign: Typed = "",
    period: Typed = "",
    item: Annotated[int, Form()] = 0,
    reason: Typed = "",
) -> Response:
    """Let a unit off one item."""
    if not item or not reason.strip():
        return _settled(request, desk, me, code, campaign, period, None, "请选择事项并写明免报理由。")
    settled = Settled(kind=DecisionKind.WAIVE, item=item, reason=_reason(reason))
    return _settled(request, desk, me, code, campaign, period, settled, f"第{item}项已免报。")


@router.post("/{code}/finish")
def finish(
    request: Request,
    desk: DeskHere,
    me: Me,
    code: str,
    campaign: Typed = "",
    period: Typed = "",
    item: Annotated[int, Form()] = 0,
    reason: Typed = "",
) -> Response:
    """Confirm that an item is done for a unit: the periods after this one do not ask for it any more."""
    if not item:
        return _settled(request, desk, me, code, campaign, period, None, "请选择事项。")
    chosen, _ = unit_at(desk, campaign, code)
    following = chosen.following(period_named(desk.here(chosen), period))
    if following is None:
        return _settled(request, desk, me, code, campaign, period, None, "本期之后不再报送，无需销号。")
    settled = Settled(kind=DecisionKind.FINISH, item=item, period=following, reason=_reason(reason))
    words = f"第{item}项自{following.title}起销号。"
    return _settled(request, desk, me, code, campaign, period, settled, words)


def _settled(
    request: Request,
    desk: Desk,
    me: Me,
    code: str,
    campaign: str,
    period: str,
    settled: Settled | None,
    words: str,
) -> Response:
    """Keep a decision about a unit, or say what is lacking."""
    chosen, unit = unit_at(desk, campaign, code)
    wanted = period_named(desk.here(chosen), period)
    back = address_of(chosen, unit, wanted)
    if settled is None:
        return redirect(request, back, words, "bad")
    about = settled.period or wanted
    desk.settle(chosen, replace(settled, unit=unit.name, period=about, author=me.author))
    return redirect(request, back, words)


def _went(desk: Desk, key: str) -> tuple[str, str]:
    """Send what is queued and say what became of a mail, with the kind of the message."""
    told = ""
    try:
        told = desk.office.send().error or ""
    except ReminderServiceError as failed:
        told = str(failed)
    desk.changed()
    mail = desk.store.outbox.by_key(key)
    state = mail.state if mail else ""
    if state == "sent":
        return "已发出。", "good"
    if state == "draft":
        return "已生成草稿，签发后才会发出。", "note"
    if state == "queued":
        paused = "发信已暂停，恢复后自动发出" if desk.store.pause.get() else "暂未发出，将自动重试"
        return f"已排队：{paused}。" + (f"{error_words(told)}。" if told else ""), "note"
    told = (mail.error if mail else "") or told
    return f"没有发出：{error_words(told) if told else '原因见“邮件”'}。", "bad"


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(400, "日期写法不对，请写成2024-06-28这样。") from error


def _reason(text: str) -> str:
    return text.strip()[:_LONGEST_REASON]
