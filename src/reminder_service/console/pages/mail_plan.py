"""邮件日程: what will be sent to units if nothing more arrives, each mail readable in full."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from ...jobs.views.mail_view import kind_words, plan_by_day, planned_text
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, render
from .mail_shown import frame_path
from .overview import campaign_named

router = APIRouter(prefix="/mails/plan")
PAGE = Page(router=router)

AHEAD = timedelta(days=92)

MOST_OF_A_DAY = 60
"""Mails of a day that are listed where all days are; the day's own page has them all."""

Asked = Annotated[str, Query(max_length=400)]


@router.get("")
def calendar(request: Request, desk: DeskHere, campaign: Asked = "", day: Asked = "") -> Response:
    """Show the plan day by day, or all of one day."""
    here = desk.here(campaign_named(desk, campaign))
    days, held = desk.kept(here, "plan by day", lambda: plan_by_day(here, until=_until(desk)))
    return render(
        request,
        "mail_plan.html",
        campaign=here.campaign,
        campaigns=list(desk.office.campaigns.values()),
        days=[one for one in days if not day or one.day.isoformat() == day],
        only=day,
        most=None if day else MOST_OF_A_DAY,
        held=held,
        kind_words=kind_words,
        blind=here.mailbox.blind,
        paused=desk.store.pause.get(),
        until=_until(desk).date(),
    )


@router.get("/mail")
def preview(request: Request, desk: DeskHere, key: Asked, campaign: Asked = "") -> Response:
    """Show one planned mail in full."""
    chosen = campaign_named(desk, campaign)
    found = planned_text(desk.here(chosen), desk.office.letters(chosen), key, until=_until(desk))
    if found is None:
        raise HTTPException(404, "计划中没有这封邮件，可能已经发出或不再需要。")
    mail, subject, text = found
    return render(
        request,
        "mail_preview.html",
        campaign=chosen,
        mail=mail,
        kind=kind_words(str(mail.kind)),
        subject=subject,
        letter=text,
        frame=frame_path(request, text.html),
    )


def _until(desk: Desk) -> datetime:
    return desk.now + AHEAD
