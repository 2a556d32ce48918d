"""邮件: what was sent, is queued, failed or unknown; what came; drafts to be released; holding everything back."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from ...domain.errors import WrongUsage
from ...domain.outgoing import MailKey
from ...jobs.outgoing.drafts import drop, release
from ...jobs.outgoing.outbox_acts import mark_sent, pause, resume, send_again
from ...jobs.views.mail_view import (
    OUT_GROUPS,
    OUT_TONES,
    in_lines,
    mail_text,
    out_counts,
    out_line,
    out_mails,
)
from ...store import OutboxMail
from ...store.locks import work_lock
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from .mail_shown import frame_path

router = APIRouter(prefix="/mails")
PAGE = Page(router=router, nav="邮件", path="/mails", key="m")

PAGE_SIZE = 50
LOCK_SECONDS = 10
"""How long a person is kept waiting while the service reads or sends."""

Asked = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Typed = Annotated[str, Form(max_length=200)]


@router.get("")
def outgoing(
    request: Request, desk: DeskHere, group: Asked = "all", q: Asked = "", page: PageNumber = 1
) -> Response:
    """Show the outbox."""
    mails = desk.store.outbox.all()
    found = out_mails(mails, group=group if group in OUT_GROUPS else "all", search=q)
    return render(
        request,
        "mails.html",
        lines=[out_line(mail) for mail in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
        total=len(found),
        counts=out_counts(mails),
        groups=OUT_GROUPS,
        tones=OUT_TONES,
        group=group,
        q=q,
        page=page,
        pages=max(1, -(-len(found) // PAGE_SIZE)),
        paused=desk.store.pause.get(),
    )


@router.get("/in")
def incoming(request: Request, desk: DeskHere, q: Asked = "", page: PageNumber = 1) -> Response:
    """Show what came, with its kind."""
    units = {
        one.message.id: one.unit
        for campaign in desk.office.campaigns.values()
        for one in desk.here(campaign).attributions
        if one.unit
    }
    lines = in_lines(desk.store.messages.outlines(), units, q)
    return render(
        request,
        "mails_in.html",
        lines=lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(lines),
        q=q,
        page=page,
        pages=max(1, -(-len(lines) // PAGE_SIZE)),
    )


@router.get("/out/{number}")
def one_mail(request: Request, desk: DeskHere, number: int) -> Response:
    """Show a mail of the outbox in full."""
    mail = _mail(desk, number)
    letter = mail_text(desk.store, mail)
    return render(
        request,
        "mail.html",
        line=out_line(mail),
        mail=mail,
        letter=letter,
        frame=frame_path(request, letter.html if letter else ""),
        groups=OUT_GROUPS,
        tones=OUT_TONES,
    )


@router.post("/out/{number}/mark-sent")
def mark(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """Note that a mail went."""
    with work_lock(desk.store.folder, "mark-sent", wait=LOCK_SECONDS):
        try:
            mark_sent(desk.store, _mail(desk, number), author=me.author, now=desk.now)
        except WrongUsage:
            return _changed_meanwhile(request, number)
    return _done(request, desk, number, "已标记为已发。")


@router.post("/out/{number}/send-again")
def again(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """Queue a mail again."""
    with work_lock(desk.store.folder, "send-again", wait=LOCK_SECONDS):
        try:
            send_again(desk.store, _mail(desk, number), author=me.author, now=desk.now)
        except WrongUsage:
            return _changed_meanwhile(request, number)
    return _done(request, desk, number, "已重新排入发件箱，将随下一次发送发出。")


@router.post("/out/{number}/drop")
def give_up(request: Request, desk: DeskHere, me: Me, number: int, reason: Typed = "") -> Response:
    """Give up a draft or a queued mail."""
    with work_lock(desk.store.folder, "drop", wait=LOCK_SECONDS):
        try:
            mail = _mail(desk, number)
            drop(desk.store, mail, now=desk.now, author=me.author, reason=reason.strip())
        except WrongUsage:
            return _changed_meanwhile(request, number)
    return _done(request, desk, number, "已作废，不会发出。")


@router.post("/out/{number}/release")
def let_go(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """Let a draft go that was read; where it would say something else today it is written anew and read again."""
    with work_lock(desk.store.folder, "release", wait=LOCK_SECONDS):
        mail = _mail(desk, number)
        key = MailKey.parse(mail.key)
        campaign = desk.office.campaigns.get(key.campaign) if key else None
        if campaign is None:
            return redirect(request, _path(number), "所属任务已停用，此稿只能作废。", "bad")
        here = desk.office.situation(campaign)
        try:
            release(desk.store, here, desk.office.letters(campaign), mail, author=me.author)
        except WrongUsage:
            desk.changed()
            return redirect(request, _path(number), _why_kept(desk, mail, blind=here.mailbox.blind), "note")
    return _done(request, desk, number, "已签发，将随下一次发送发出。")


@router.post("/pause")
def hold(request: Request, desk: DeskHere, me: Me, reason: Typed = "") -> Response:
    """Send nothing to anybody."""
    new = pause(desk.store, reason=reason.strip(), author=me.author, now=desk.now)
    desk.changed()
    return redirect(request, "/mails", "已暂停发信，邮件照常排队但不发出。" if new else "此前已暂停。")


@router.post("/resume")
def go_on(request: Request, desk: DeskHere, me: Me) -> Response:
    """Let mails go again."""
    ended = resume(desk.store, author=me.author, now=desk.now)
    desk.changed()
    return redirect(request, "/mails", "已恢复发信；不再需要的邮件不会补发。" if ended else "此前并未暂停。")


def _why_kept(desk: Desk, before: OutboxMail, *, blind: bool) -> str:
    after = desk.store.outbox.by_id(before.id)
    if after is None or after.state == "failed":
        return "情况已变，此稿已不需要，已作废。"
    if after.state != "draft":
        return "此稿此前已由他人处理。"
    if blind:
        return "邮箱目前无法读取，未报单位可能已经报送，请恢复读取后再签发。"
    return "情况有变，程序已按目前情况重拟，请再看一遍后签发。"


def _mail(desk: Desk, number: int) -> OutboxMail:
    mail = desk.store.outbox.by_id(number) if 0 < number < 2**53 else None
    if mail is None:
        raise HTTPException(404, "没有这封邮件。")
    return mail


def _path(number: int) -> str:
    return f"/mails/out/{quote(str(number))}"


def _done(request: Request, desk: Desk, number: int, words: str) -> Response:
    desk.changed()
    return redirect(request, _path(number), words)


def _changed_meanwhile(request: Request, number: int) -> Response:
    return redirect(request, _path(number), "这封邮件的状态已经变化，不能再这样处理，请看最新情况。", "bad")
