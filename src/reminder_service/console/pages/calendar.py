"""工作日历: the statutory workdays as the program knows them, with the office's own days over them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from ...config import change_calendar
from ...domain.errors import ReminderServiceError
from ...jobs.views.calendar_view import year_of
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect, render

router = APIRouter(prefix="/directory/calendar")
PAGE = Page(router=router)

FIRST_YEAR, LAST_YEAR = 2000, 2100
_KINDS = {"work": True, "free": False, "announced": None}
Typed = Annotated[str, Form(max_length=20)]


@router.get("")
def calendar(
    request: Request, desk: DeskHere, year: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None
) -> Response:
    """Show a year."""
    days = desk.office.configuration.calendar
    wanted = year or desk.now.year
    return render(
        request,
        "calendar.html",
        year=wanted,
        months=year_of(days, wanted),
        own=sorted((day, work) for day, work in days.own_days.items() if day.year == wanted),
        known=days.knows(wanted),
        complete=wanted in days.complete,
    )


@router.post("")
def change(
    request: Request, desk: DeskHere, me: Me, first: Typed = "", last: Typed = "", kind: Typed = ""
) -> Response:
    """Set days, or leave them to the announcement again."""
    if kind not in _KINDS:
        raise HTTPException(400, "请选择放假、上班或照国务院安排。")
    begin = _day(first)
    end = _day(last) if last else begin
    if not 0 <= (end - begin).days <= 31:
        return redirect(
            request, f"/directory/calendar?year={begin.year}", "起止日期有误：最多一次设置一个月。", "bad"
        )
    days = [date.fromordinal(number) for number in range(begin.toordinal(), end.toordinal() + 1)]
    change_calendar(desk.office.configuration.directory / "calendar.yaml", dict.fromkeys(days, _KINDS[kind]))
    return _kept(request, desk, me, f"{begin}—{end}", kind, begin.year)


@router.post("/{year}")
def complete(request: Request, desk: DeskHere, me: Me, year: int, complete: Typed = "") -> Response:
    """Say whether a year's whole announcement has been entered."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise HTTPException(404, "没有这一年。")
    change_calendar(desk.office.configuration.directory / "calendar.yaml", years={year: bool(complete)})
    return _kept(request, desk, me, str(year), "complete" if complete else "incomplete", year)


def _kept(request: Request, desk: Desk, me: Me, what: str, kind: str, year: int) -> Response:
    """Note a change and have the service take it up."""
    desk.store.journal.write(desk.now, me.author, "calendar", what, {"after": kind})
    back = f"/directory/calendar?year={year}"
    try:
        desk.office.reload()
    except ReminderServiceError as error:
        words = f"已写入 calendar.yaml，但配置文件有误，尚未生效。请管理员修正。技术说明：{str(error)[:250]}"
        return redirect(request, back, words, "bad")
    desk.changed()
    return redirect(request, back, "已保存，截止日和催报日期已按新日历推算。")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(400, "日期写法不对，请写成2027-01-01这样。") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise HTTPException(400, "年份超出范围。")
    return day
