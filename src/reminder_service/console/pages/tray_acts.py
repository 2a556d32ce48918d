"""What a person does with what waits: accept, assign, give back, correct, confirm, put aside, take back."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.campaign import ColumnKey
from ...domain.decisions import DecisionKind
from ...domain.error_words import error_words
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...domain.tray import after
from ...jobs.decisions.correct_cell import NothingChanged
from ...jobs.outgoing.mail_text import text_of_raw
from ...jobs.outgoing.preview_return import preview_return
from ...jobs.state.settled import Settled
from ...jobs.state.situation import Situation
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from ..waiting import at_work, path_of, queue_here, waiting_for
from .mail_shown import frame_path

router = APIRouter(prefix="/tray")
PAGE = Page(router=router)

Typed = Annotated[str, Form(max_length=20_000)]
Chosen = Annotated[list[int] | None, Form()]

_ONE = "/{campaign}/{period}/{what}"


@router.post(f"{_ONE}/accept")
def accept(request: Request, desk: DeskHere, me: Me, campaign: str, period: str, what: str) -> Response:
    """Accept the file as it is held for a unit and period."""
    return _settle(request, desk, me.author, (campaign, period, what), Settled(kind=DecisionKind.ACCEPT))


@router.post(f"{_ONE}/assign")
def assign(
    request: Request,
    desk: DeskHere,
    me: Me,
    campaign: str,
    period: str,
    what: str,
    unit: Typed = "",
    wanted: Typed = "",
    reason: Typed = "",
) -> Response:
    """Say whose report the file is, and for which period; without a unit it stays with the one it is held for."""
    here = desk.here(at_work(desk, campaign))
    found = here.names.match(unit.strip())
    code = here.campaign.unit_by_code(unit.strip().split(" ")[0])
    name = code.name if code else found.unit
    if not unit.strip() and (waiting := waiting_for(desk, (campaign, period, what))):
        name = waiting.case.unit
    if name is None:
        could = f"可能是{'、'.join(found.units)}，请写全称。" if found.units else "请从列表中选择单位。"
        return redirect(request, _path(campaign, period, what), f"没有认出“{unit[:40]}”：{could}", "bad")
    settled = Settled(
        kind=DecisionKind.ASSIGN, unit=name, period=_period(here, wanted or period), reason=reason
    )
    return _settle(request, desk, me.author, (campaign, period, what), settled)


@router.post(f"{_ONE}/dismiss")
def dismiss(
    request: Request, desk: DeskHere, me: Me, campaign: str, period: str, what: str, reason: Typed = ""
) -> Response:
    """Say that the file is no report."""
    settled = Settled(kind=DecisionKind.DISMISS, reason=reason)
    return _settle(request, desk, me.author, (campaign, period, what), settled)


@router.post(f"{_ONE}/return")
def give_back(
    request: Request,
    desk: DeskHere,
    me: Me,
    campaign: str,
    period: str,
    what: str,
    reason: Typed = "",
    items: Chosen = None,
) -> Response:
    """Give the file, or rows of it, back to its unit."""
    if not reason.strip():
        return redirect(request, _path(campaign, period, what), "请填写退回原因，单位会在邮件中看到。", "bad")
    settled = Settled(kind=DecisionKind.RETURN, reason=reason.strip(), items=tuple(items or ()))
    return _settle(request, desk, me.author, (campaign, period, what), settled)


@router.post(f"{_ONE}/return/preview")
def preview(
    request: Request,
    desk: DeskHere,
    campaign: str,
    period: str,
    what: str,
    reason: Typed = "",
    items: Chosen = None,
) -> Response:
    """Show the mail that giving the file back would send; nothing is decided yet."""
    waiting = waiting_for(desk, (campaign, period, what))
    if waiting is None or waiting.case.document is None:
        raise HTTPException(404, "该事项已处理，或已不再等待。")
    here = desk.here(at_work(desk, campaign))
    settled = Settled(
        kind=DecisionKind.RETURN,
        document=waiting.case.document,
        reason=reason.strip(),
        items=tuple(items or ()),
    )
    subject, text, refused = "", None, ""
    if not settled.reason:
        refused = "请先填写退回原因。"
    else:
        try:
            letter = preview_return(here, desk.office.letters(here.campaign), settled)
            subject, text = letter.subject, text_of_raw(letter.raw)
        except WrongUsage as error:
            refused = f"不会发出邮件（{error_words(str(error))}），退回仍会记录。"
    return render(
        request,
        "tray_mail.html" if "hx-request" in request.headers else "tray_return.html",
        case=waiting.case,
        where=path_of(waiting.case),
        settled=settled,
        subject=subject,
        letter=text,
        frame=frame_path(request, text.html if text else ""),
        refused=refused,
    )


@router.post(f"{_ONE}/correct")
def correct(
    request: Request,
    desk: DeskHere,
    me: Me,
    campaign: str,
    period: str,
    what: str,
    page: Annotated[int, Form(ge=1, le=10_000)],
    row: Annotated[int, Form(ge=1, le=100_000)],
    column: Annotated[ColumnKey, Form()] = ColumnKey.MEASURES,
    text: Typed = "",
) -> Response:
    """Put the right text in place of what was read in one cell."""
    settled = Settled(
        kind=DecisionKind.CORRECT,
        page=page,
        row=row,
        column=column,
        text="\n".join(text.splitlines()),
    )
    return _settle(request, desk, me.author, (campaign, period, what), settled, stay=True)


@router.post(f"{_ONE}/confirm")
def confirm(
    request: Request,
    desk: DeskHere,
    me: Me,
    campaign: str,
    period: str,
    what: str,
    item: Annotated[int, Form(ge=1, le=10_000)],
) -> Response:
    """Say that the text of one row is right as it stands."""
    settled = Settled(kind=DecisionKind.CONFIRM, item=item)
    return _settle(request, desk, me.author, (campaign, period, what), settled, stay=True)


def _settle(
    request: Request,
    desk: Desk,
    author: str,
    key: tuple[str, str, str],
    settled: Settled,
    *,
    stay: bool = False,
) -> Response:
    """Keep what was settled and go on to the next, or stay where the same thing still waits."""
    waiting = waiting_for(desk, key)
    named = waiting.case.document or waiting.case.mail if waiting else None
    if waiting is None or named is None:
        return redirect(request, "/tray", "该事项已由他人处理，本次操作未保存。", "note")
    about = replace(settled, document=named, author=author)
    try:
        number = desk.settle(at_work(desk, key[0]), about)
    except WrongUsage as error:
        words = (
            "文字没有改动。"
            if isinstance(error, NothingChanged)
            else f"没有办成：{error_words(str(error))}。"
        )
        return redirect(request, path_of(waiting.case), words, "bad")
    left = queue_here(desk)
    still = next((case for case in left if case.key == key), None) if stay else None
    following = still or after(waiting.queue, key, left)
    path = path_of(following) if following else "/tray"
    return RedirectResponse(f"{path}?done={number}", 303)


def _period(here: Situation, written: str) -> Period:
    try:
        period = Period.parse(written)
    except WrongUsage as error:
        raise HTTPException(404, "没有这个报送期。") from error
    if period.cadence is not here.campaign.cadence:
        raise HTTPException(404, "没有这个报送期。")
    return period


def _path(campaign: str, period: str, what: str) -> str:
    return f"/tray/{campaign}/{period}/{what}"
