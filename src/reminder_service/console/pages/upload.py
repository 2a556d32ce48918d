"""登记来件: files that came another way, dropped or chosen; the same pipeline as mail, and what became of them."""

import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import Response

from ...domain.campaign import Campaign
from ...jobs.incoming.intake import Handover
from ...jobs.views.arrivals import arrivals
from ...jobs.views.board import periods_of
from ..desk import Desk
from ..files import saved
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from .overview import campaign_named, period_named

router = APIRouter(prefix="/upload")
PAGE = Page(router=router)

CHANNELS = ("微信", "OA系统", "纸质", "U盘", "传真", "QQ", "其他邮箱")
_MOST_FILES = 200
Asked = Annotated[str, Query(max_length=100)]
Typed = Annotated[str, Form(max_length=200)]


@router.get("")
def form(
    request: Request, desk: DeskHere, campaign: Asked = "", period: Asked = "", unit: Asked = ""
) -> Response:
    """Ask for the files and for what is known of them."""
    here = desk.here(campaign_named(desk, campaign))
    return render(
        request,
        "upload.html",
        campaign=here.campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
        period=period,
        unit=unit,
        channels=CHANNELS,
        limit=desk.office.configuration.service.console.upload_limit,
    )


@router.post("")
def take(
    request: Request,
    desk: DeskHere,
    me: Me,
    files: Annotated[list[UploadFile] | None, File()] = None,
    campaign: Typed = "",
    period: Typed = "",
    unit: Typed = "",
    channel: Typed = "",
    received_at: Typed = "",
) -> Response:
    """Register the files and work on them, then show what became of them."""
    chosen = campaign_named(desk, campaign)
    sent = [one for one in files or () if one.filename]
    if not sent:
        return redirect(request, "/upload", "请选择要登记的文件。", "bad")
    if len(sent) > _MOST_FILES:
        return redirect(request, "/upload", f"一次最多登记{_MOST_FILES}个文件。", "bad")
    said = Handover(
        unit=_unit(chosen, unit),
        period=str(period_named(desk.here(chosen), period)) if period else None,
        received_at=_moment(desk, received_at),
        channel=channel.strip(),
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="upload-")))
        handed = desk.office.hand_in([saved(one, folder) for one in sent], said)
    detail = {"files": len(sent), "unit": said.unit, "period": said.period, "channel": said.channel}
    desk.store.journal.write(desk.now, me.author, "intake", ",".join(map(str, handed.messages)), detail)
    desk.changed()
    return redirect(request, f"/upload/done?m={','.join(map(str, handed.messages))}&new={handed.new}")


@router.get("/done")
def done(
    request: Request, desk: DeskHere, m: Annotated[str, Query(max_length=2000)] = "", new: int = 0
) -> Response:
    """Show what became of files that were handed in."""
    numbers = frozenset(
        int(one) for one in m.split(",") if one.isascii() and one.isdecimal() and len(one) < 18
    )
    heres = [desk.here(campaign) for campaign in desk.office.campaigns.values()]
    return render(request, "upload_done.html", files=arrivals(desk.store, heres, numbers), new=new)


def _unit(campaign: Campaign, code: str) -> str | None:
    if not code:
        return None
    found = next((one.name for one in campaign.units if one.code == code), None)
    if found is None:
        raise HTTPException(404, "没有这个单位。")
    return found


def _moment(desk: Desk, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=desk.zone)
    except ValueError as error:
        raise HTTPException(400, "收到时间写法不对，请写成2024-06-28T09:30这样。") from error
    if moment > desk.now:
        raise HTTPException(400, "收到时间在将来，请核对。")
    return moment
