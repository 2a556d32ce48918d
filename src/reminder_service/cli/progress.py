"""Commands about targets: how far they are reached, and settling a figure."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.decisions import DecisionKind
from ..domain.errors import WrongUsage
from ..domain.figures import Basis
from .context import AsJson, At, CampaignId, print_json, refuse_other_cadence, session
from .decide import Author, PeriodName, Reason, Unit, settle

if TYPE_CHECKING:
    from ..domain.progress import TargetProgress, UnitProgress


def progress(
    context: typer.Context,
    period: Annotated[str | None, typer.Argument(help="The period, e.g. 2024Q2 (default: the latest).")] = None,
    as_json: AsJson = False, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Show how far the targets of the notice are reached, with the words of the reports."""
    from ..domain.periods import Period
    from ..jobs.state.progress import progress_json, year_progress

    now = session(context, at, campaign)
    chosen = now.campaign()
    wanted = Period.parse(period) if period else None
    refuse_other_cadence(wanted, chosen)
    with now.app() as app:
        here = app.situation(chosen)
        about = wanted or here.current_period
        described, targets = progress_json(here, about), year_progress(here, about)
    if as_json:
        print_json(described)
    else:
        _print(about.title, targets)


def figure(
    context: typer.Context, unit: Unit, item: Annotated[int, typer.Argument(help="The item's number.")],
    target: Annotated[int | None, typer.Option(help="The target's number in the item, if it has several.")] = None,
    value: Annotated[str | None, typer.Option(help="The right figure (default: the proposed one).")] = None,
    none: Annotated[bool, typer.Option("--none", help="No figure of the text counts.")] = False,
    basis: Annotated[Basis | None, typer.Option(help="What it covers (default: as proposed).")] = None,
    period: PeriodName = None, reason: Reason = "", author: Author = None, at: At = None,
    campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Confirm or correct the figure that a unit's text gives for a target."""
    if none and value is not None:
        raise WrongUsage("--value and --none: give one of them")
    settle(
        context,
        DecisionKind.FIGURE,
        at,
        campaign,
        author=author,
        unit=unit,
        item=item,
        target=target,
        value=_number(value) if value is not None else None,
        no_figure=none,
        basis=basis,
        period=period,
        reason=reason,
    )


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip().removesuffix("%"))
    except InvalidOperation as error:
        raise WrongUsage(f"--value {text!r} is no number; write it like 28 or 46.2") from error


def _print(title: str, targets: "tuple[TargetProgress, ...]") -> None:
    from rich.markup import escape

    from ..domain.progress import number_words
    from .tables import console, new_table

    shown = new_table(f"指标进度　{title}", "序号", "指标", "目标", "责任单位", "已完成", "完成率", "依据")
    for one in targets:
        sign = "≥" if one.target.comparator == ">=" else ""
        head = (
            f"{one.item}-{one.number}",
            one.target.text,
            f"{sign}{number_words(one.target.value)}{one.target.measure}",
        )
        told = [unit for unit in one.units if unit.figures]
        if not told:
            shown.add_row(*map(escape, head), "", "", "", "")
        for index, unit in enumerate(told):
            shown.add_row(
                *(map(escape, head) if not index else ("", "", "")), *map(escape, _cells(one, unit))
            )
    console().print(shown)
    if any(one.joint for one in targets):
        typer.echo("几个单位都报了的指标，数字分列，未相加。")


def _cells(target: "TargetProgress", unit: "UnitProgress") -> tuple[str, str, str, str]:
    from ..domain.progress import number_words

    done = "见原文" if unit.done is None else f"{number_words(unit.done)}{target.target.measure}"
    rate = target.rate(unit.done)
    quotes = dict.fromkeys(quote for figure in unit.figures for quote in figure.quotes)
    return (
        unit.unit,
        done if unit.confirmed else f"{done}（待确认）",
        f"{rate * 100:.1f}%" if rate is not None else "",
        "；".join(quotes),
    )
