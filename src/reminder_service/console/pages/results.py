"""汇总: the consolidated table as it will be printed, edited for print, frozen, compared and downloaded."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from ...domain.decisions import DecisionKind
from ...domain.errors import WrongUsage
from ...domain.joint_figures import conflicts
from ...domain.periods import Period
from ...domain.print_edits import LONGEST_TEXT
from ...jobs.decisions.decide import Settled
from ...jobs.results.export import ENDINGS, Printer
from ...jobs.results.export import render as render_file
from ...jobs.results.freeze import freeze
from ...jobs.results.versions import frozen_file, since_frozen, version_numbered, versions
from ...jobs.state.situation import Situation
from ...jobs.views.board import periods_of
from ...jobs.views.print_view import PrintPart, print_table
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from .originals import disposition
from .overview import campaign_named, period_named

router = APIRouter(prefix="/results")
PAGE = Page(router=router, nav="汇总", path="/results", key="h")

Asked = Annotated[str, Query(max_length=200)]
Typed = Annotated[str, Form(max_length=200)]
Number = Annotated[int, Form(ge=0, le=10**9)]

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@router.get("")
def results(request: Request, desk: DeskHere, campaign: Asked = "", period: Asked = "") -> Response:
    """Show the table with its versions, what changed since, and conflicts of joint items."""
    here, wanted = _asked(desk, campaign, period)
    return render(
        request,
        "results.html",
        campaign=here.campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
        period=wanted,
        table=print_table(desk.store, here, wanted),
        conflicts=conflicts(here.campaign, here.state(wanted), here.decisions.figures),
        versions=versions(desk.store, here.campaign.id, wanted)[::-1],
        since=since_frozen(desk.store, here, wanted),
        endings=ENDINGS,
    )


@router.get("/edit")
def edit_form(
    request: Request, desk: DeskHere, item: int, unit: Asked, campaign: Asked = "", period: Asked = ""
) -> Response:
    """Show what a unit reported on an item beside what is printed of it."""
    here, wanted = _asked(desk, campaign, period)
    return _edit_page(request, here, wanted, item, _part(desk, here, wanted, item, unit))


@router.post("/edit")
def edit(
    request: Request, desk: DeskHere, me: Me, item: Number, unit: Typed, text: Annotated[str, Form()] = "",
    reason: Typed = "", seen: Annotated[str, Form()] = "", campaign: Typed = "", period: Typed = "",
) -> Response:  # fmt: skip
    """Print another text than the unit's own."""
    here, wanted = _asked(desk, campaign, period)
    part = _part(desk, here, wanted, item, unit)
    refused = _refused(part, text, reason, seen)
    if refused:
        return _edit_page(request, here, wanted, item, part, text=text, reason=reason, refused=refused)
    settled = Settled(
        kind=DecisionKind.EDIT,
        unit=unit,
        item=item,
        period=wanted,
        text=text,
        reason=reason.strip(),
        author=me.author,
    )
    desk.settle(here.campaign, settled)
    return redirect(request, f"{_path(here, wanted)}#item-{item}", "打印文字已改，单位原文保留在明细中。")


@router.post("/freeze")
def make_version(
    request: Request, desk: DeskHere, me: Me, reason: Typed = "", campaign: Typed = "", period: Typed = ""
) -> Response:
    """Freeze the period as it stands."""
    chosen = campaign_named(desk, campaign)
    here = desk.office.situation(chosen)  # what is handed upward is never a minute old
    wanted = period_named(here, period)
    made = freeze(desk.store, here, wanted, desk.office.printer, author=me.author, reason=reason.strip())
    desk.changed()
    words = (
        f"已定稿第{made.version.number}版。"
        if made.new
        else f"与第{made.version.number}版相比没有变化，未另存新版。"
    )
    if made.without_pdf:
        words += "本机缺少中文字体，未能生成PDF；请在“系统”中运行全面检查。"
    return redirect(
        request, _path(here, wanted), words, "good" if made.new and not made.without_pdf else "note"
    )


@router.get("/download/{ending}")
def download(
    request: Request,
    desk: DeskHere, ending: str, campaign: Asked = "", period: Asked = "", version: Annotated[int | None, Query(ge=1)] = None
) -> Response:  # fmt: skip
    """Send workbook or official form, of a frozen version or as things stand."""
    here, wanted = _asked(desk, campaign, period)
    if ending not in ENDINGS:
        raise HTTPException(404, "没有这种格式。")
    if version is None:
        content = render_file(desk.store, here, wanted, ending, _printer(request, desk))
        mark = f"{desk.now:%m%d-%H%M}"
    else:
        content = _frozen(desk, here, wanted, ending, version)
        mark = f"第{version}版"
    name = f"{'汇总表' if ending == 'xlsx' else '进展情况报表'}_{wanted}_{mark}.{ending}"
    return Response(content, media_type=_TYPES[ending], headers={"Content-Disposition": disposition(name)})


def _printer(request: Request, desk: Desk) -> Printer:
    """Make files whose links lead to this console's originals, whichever machine they are opened on."""
    base = f"{request.url.scheme}://{request.headers['host']}/originals/documents"
    return replace(desk.office.printer, originals=lambda sha256: f"{base}/{sha256}")


def _frozen(desk: Desk, here: Situation, period: Period, ending: str, number: int) -> bytes:
    try:
        return frozen_file(desk.store, version_numbered(desk.store, here.campaign.id, period, number), ending)
    except WrongUsage as error:
        raise HTTPException(404, "没有这一版，或该版没有这种格式的文件。") from error


def _refused(part: PrintPart, text: str, reason: str, seen: str) -> str:
    """Say why an edit is not kept, or nothing."""
    plain = "\n".join(text.strip().splitlines())
    if not part.reported:
        return "该单位尚未报送此项，没有可改的文字；经其他渠道收到的材料请用“上传”登记。"
    if "\n".join(seen.splitlines()).strip() != "\n".join(part.original.splitlines()).strip():
        return "您打开页面后该单位的文字有变化，请对照新的原文后再改。"
    if not plain:
        return "打印文字不能为空。"
    if len(plain) > LONGEST_TEXT:
        return f"打印文字过长，最多{LONGEST_TEXT}字。"
    if not reason.strip():
        return "请写明修改理由。"
    return "打印文字没有变化。" if plain == part.text else ""


def _edit_page(
    request: Request, here: Situation, period: Period, item: int, part: PrintPart,
    *, text: str | None = None, reason: str = "", refused: str = "",
) -> Response:  # fmt: skip
    return render(
        request,
        "results_edit.html",
        400 if refused else 200,
        campaign=here.campaign,
        period=period,
        item=here.campaign.item(item),
        part=part,
        text=part.text if text is None else text,
        reason=reason,
        refused=refused,
        longest=LONGEST_TEXT,
        back=_path(here, period),
    )


def _asked(desk: Desk, campaign: str, period: str) -> tuple[Situation, Period]:
    here = desk.here(campaign_named(desk, campaign))
    return here, period_named(here, period)


def _part(desk: Desk, here: Situation, period: Period, item: int, unit: str) -> PrintPart:
    part = print_table(desk.store, here, period).part(item, unit)
    if part is None:
        raise HTTPException(404, "该单位没有这一应报事项。")
    return part


def _path(here: Situation, period: Period) -> str:
    return f"/results?{urlencode({'campaign': here.campaign.id, 'period': str(period)})}"
