"""指标: how far the numbers that the notice sets are reached, with the words; the clerk confirms or corrects."""

from decimal import Decimal, InvalidOperation
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from ...domain.decisions import DecisionKind
from ...domain.figures import Basis
from ...domain.periods import Period
from ...jobs.state.settled import Settled
from ...jobs.state.situation import Situation
from ...jobs.views.board import periods_of
from ...jobs.views.chart_view import MOST_BARS, targets_reached
from ...jobs.views.target_view import BASIS_WORDS, TargetLine, UnitLine, target_lines
from ...reports.charts_svg import Column, columns_svg, reached_svg
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from .overview import campaign_named, period_named
from .units import unit_at

router = APIRouter(prefix="/targets")
PAGE = Page(router=router, nav="指标", path="/targets", key="i")

Asked = Annotated[str, Query(max_length=100)]
Typed = Annotated[str, Form(max_length=500)]
_MOST = Decimal(10) ** 15


@router.get("")
def targets(
    request: Request, desk: DeskHere, campaign: Asked = "", period: Asked = "", show: Asked = ""
) -> Response:
    """Show every target with its charts, or only those with figures to confirm."""
    here = desk.here(campaign_named(desk, campaign))
    wanted = period_named(here, period)
    lines = desk.kept(here, f"targets {wanted}", lambda: target_lines(desk.store, here, wanted))
    return render(
        request,
        "targets.html",
        campaign=here.campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
        period=wanted,
        targets=[line for line in lines if show != "open" or line.open],
        waiting=sum(line.open for line in lines),
        show=show,
        chart=_chart,
        reached=desk.kept(here, f"reached {wanted}", lambda: _reached(here, wanted)),
        basis_words=BASIS_WORDS,
        link=f"/targets?{urlencode({'campaign': here.campaign.id, 'period': str(wanted), 'show': show})}",
    )


@router.post("/{code}/{item}/{target}")
def settle(
    request: Request,
    desk: DeskHere,
    me: Me,
    code: str,
    item: int,
    target: int,
    campaign: Typed = "",
    about: Typed = "",
    period: Typed = "",
    what: Typed = "",
    value: Typed = "",
    basis: Typed = "",
    reason: Typed = "",
    show: Typed = "",
) -> Response:
    """Confirm the figure that is proposed, put another in its place, or say that no figure counts."""
    chosen, unit = unit_at(desk, campaign, code)
    here = desk.here(chosen)
    shown, of = period_named(here, period), period_named(here, about or period)
    back = _back(chosen.id, shown, show, item, target)
    number = _number(value) if what == "correct" else None
    if what == "correct" and number is None:
        return redirect(request, back, "请填写数字，如28或46.2。", "bad")
    if what not in ("confirm", "correct", "none"):
        return redirect(request, back, "请选择确认、更正或不计数。", "bad")
    desk.settle(
        chosen,
        Settled(
            kind=DecisionKind.FIGURE,
            unit=unit.name,
            period=of,
            item=item,
            target=target,
            value=number,
            basis=Basis(basis) if basis in set(Basis) else None,
            no_figure=what == "none",
            reason=reason.strip(),
            author=me.author,
        ),
    )
    return redirect(request, back, "已保存。")


def _back(campaign: str, period: Period, show: str, item: int, target: int) -> str:
    query = urlencode({"campaign": campaign, "period": str(period), "show": show if show == "open" else ""})
    return f"/targets?{query}#t{item}-{target}"


def _chart(target: TargetLine, unit: UnitLine) -> str:
    title = f"{unit.unit}：{target.text}各期进度"
    drawn = [
        Column(word=_short(one.period), value=one.value, confirmed=one.confirmed) for one in unit.reached
    ]
    return Markup(columns_svg(title, drawn, target.value, target.measure))


def _reached(here: Situation, period: Period) -> str:
    found = targets_reached(here, period)
    title = "指标完成率（含待确认数字）"
    if len(found) > MOST_BARS:
        title = f"{title}（共{len(found)}项，列前{MOST_BARS}项）"
    return Markup(reached_svg(title, found[:MOST_BARS])) if any(one.unit for one in found) else ""


def _short(period: Period) -> str:
    """Return a period's name without its year."""
    title = period.title
    return title.split("年", 1)[1] or title


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < _MOST else None
