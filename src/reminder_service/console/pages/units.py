"""单位: every unit's line, and everything about one of them with what a person can do for it."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from ...domain.campaign import Campaign, Unit
from ...domain.matrix import UnitRow, matrix
from ...domain.periods import Period
from ...domain.state import Contact
from ...jobs.outgoing.remind_now import NoMail, mail_asked
from ...jobs.state.situation import Situation
from ...jobs.views.board import chosen, periods_of
from ...jobs.views.chart_view import MOST_BARS, Punctuality, punctuality
from ...jobs.views.dossier import dossier
from ...reports.charts_svg import on_time_svg
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, render
from .mail_shown import frame_path
from .overview import campaign_named, period_named

router = APIRouter(prefix="/units")
PAGE = Page(router=router, nav="单位", path="/units", key="u")

Asked = Annotated[str, Query(max_length=100)]


@router.get("")
def units(
    request: Request, desk: DeskHere, campaign: Asked = "", period: Asked = "", q: Asked = ""
) -> Response:
    """List the units with how they stand and whom to call."""
    here = desk.here(campaign_named(desk, campaign))
    wanted = period_named(here, period)
    rows = sorted(rows_of(desk, here, wanted).values(), key=lambda row: row.code)
    return render(
        request,
        "units.html",
        campaign=here.campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=_periods(desk, here),
        period=wanted,
        rows=chosen(rows, search=q),
        people=_people(here.contacts),
        q=q,
    )


@router.get("/punctuality")
def on_time(request: Request, desk: DeskHere, campaign: Asked = "", period: Asked = "") -> Response:
    """Show who was on time in the periods so far, the least punctual first."""
    here = desk.here(campaign_named(desk, campaign))
    wanted = period_named(here, period)
    found = _punctuality(desk, here, wanted)
    return render(
        request,
        "punctuality.html",
        campaign=here.campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=_periods(desk, here),
        period=wanted,
        found=found,
        chart=_on_time_chart(found),
        most=MOST_BARS,
    )


@router.get("/{code}")
def unit(
    request: Request, desk: DeskHere, me: Me, code: str, campaign: Asked = "", period: Asked = ""
) -> Response:
    """Show everything about one unit."""
    chosen_campaign, found = unit_at(desk, campaign, code)
    here = desk.here(chosen_campaign)
    wanted = period_named(here, period)
    periods = _periods(desk, here)
    about = dossier(
        desk.store,
        here,
        found.name,
        wanted,
        periods=periods,
        row_of=lambda one: rows_of(desk, here, one)[found.name],
    )
    return render(
        request,
        "unit.html",
        campaign=here.campaign,
        periods=periods,
        period=wanted,
        about=about,
        on_time=_punctuality(desk, here, wanted).of(found.name),
        today=desk.now.date(),
        link=address_of(here.campaign, found, wanted),
    )


@router.get("/{code}/reminder")
def reminder(
    request: Request, desk: DeskHere, me: Me, code: str, campaign: Asked = "", period: Asked = ""
) -> Response:
    """Show the reminder that would go to a unit now, or why none may go."""
    chosen_campaign, found = unit_at(desk, campaign, code)
    here = desk.office.situation(chosen_campaign)
    wanted = period_named(here, period)
    asked = mail_asked(here, desk.office.letters(chosen_campaign), found.name, wanted)
    return render(
        request,
        "unit_reminder.html",
        campaign=here.campaign,
        period=wanted,
        unit=found,
        asked=None if isinstance(asked, NoMail) else asked,
        refused=asked.words if isinstance(asked, NoMail) else "",
        frame="" if isinstance(asked, NoMail) else frame_path(request, asked.text.html),
        link=address_of(here.campaign, found, wanted),
        paused=desk.store.pause.get(),
    )


def unit_at(desk: Desk, campaign: str, code: str) -> tuple[Campaign, Unit]:
    """Return a campaign and its unit of that code.

    :raises HTTPException: 404 where there is none.
    """
    found_campaign = campaign_named(desk, campaign)
    found = next((one for one in found_campaign.units if one.code == code), None)
    if found is None:
        raise HTTPException(404, "没有这个单位。")
    return found_campaign, found


def _punctuality(desk: Desk, here: Situation, period: Period) -> Punctuality:
    until = [one for one in _periods(desk, here) if one <= period]
    return desk.kept(here, f"punctuality {period}", lambda: punctuality(here, until))


def _on_time_chart(found: Punctuality) -> str:
    total, shown = len(found.units), found.units[:MOST_BARS]
    title = "各单位按时报送率" + (f"（共{total}家，列前{MOST_BARS}家）" if total > MOST_BARS else "")
    return Markup(on_time_svg(title, shown)) if shown else ""


def address_of(campaign: Campaign, unit: Unit, period: Period) -> str:
    """Return the address of a unit's page."""
    return f"/units/{unit.code}?{urlencode({'campaign': campaign.id, 'period': str(period)})}"


def rows_of(desk: Desk, here: Situation, period: Period) -> Mapping[str, UnitRow]:
    """Return the lines of a period's matrix by unit, made once for each situation."""
    return desk.kept(
        here, f"rows {period}", lambda: {row.unit: row for row in matrix(here.campaign, here.state(period))}
    )


def _periods(desk: Desk, here: Situation) -> tuple[Period, ...]:
    return desk.kept(here, "periods", lambda: periods_of(here))


def _people(contacts: Sequence[Contact]) -> dict[str, list[Contact]]:
    people: dict[str, list[Contact]] = {}
    for one in sorted(contacts, key=lambda contact: contact.order):
        people.setdefault(one.unit, []).append(one)
    return people
