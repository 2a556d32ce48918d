"""Commands by which the clerk settles what only a person can: each with reason and author, each undoable."""

import getpass
from datetime import date
from typing import Annotated, Any

import typer

from ..domain.decisions import DecisionKind
from ..domain.errors import WrongUsage
from .context import At, CampaignId, session, unit_named

Unit = Annotated[str, typer.Argument(help="The unit, by name or alias.")]
Document = Annotated[
    str, typer.Argument(help="The document's SHA-256 or its first characters (see status --json).")
]
PeriodName = Annotated[str | None, typer.Option("--period", help="The period (default: the latest).")]
Until = Annotated[str, typer.Option(help="The day, e.g. 2024-07-05.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the journal.")]
Author = Annotated[str | None, typer.Option(help="Who decides (default: the account's name).")]


def promise(
    context: typer.Context, unit: Unit, until: Until, period: PeriodName = None, reason: Reason = "",
    author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Note that a unit said by phone when it will report; its reminders pause until then."""
    settle(
        context,
        DecisionKind.PROMISE,
        at,
        campaign,
        author=author,
        unit=unit,
        until=until,
        period=period,
        reason=reason,
    )


def extend(
    context: typer.Context, unit: Unit, until: Until, reason: Reason, period: PeriodName = None,
    author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Grant a unit a later due date."""
    settle(
        context,
        DecisionKind.EXTEND,
        at,
        campaign,
        author=author,
        unit=unit,
        until=until,
        period=period,
        reason=reason,
    )


def waive(
    context: typer.Context, unit: Unit, item: Annotated[int, typer.Argument(help="The item's number.")],
    reason: Reason, period: PeriodName = None, author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Let a unit off one item for a period."""
    settle(
        context,
        DecisionKind.WAIVE,
        at,
        campaign,
        author=author,
        unit=unit,
        item=item,
        period=period,
        reason=reason,
    )


def finish(
    context: typer.Context, unit: Unit, item: Annotated[int, typer.Argument(help="The item's number.")],
    reason: Reason = "",
    since: Annotated[
        str | None, typer.Option("--from", help="The first period not to ask for it (default: the next).")
    ] = None,
    author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Confirm that an item is done for a unit (销号): later periods do not ask for it any more."""
    settle(
        context,
        DecisionKind.FINISH,
        at,
        campaign,
        author=author,
        unit=unit,
        item=item,
        period=since,
        reason=reason,
    )


def accept(
    context: typer.Context, document: Document, reason: Reason = "", author: Author = None,
    at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Accept a document as it is held for a unit and period; an unlisted sender is remembered."""
    settle(context, DecisionKind.ACCEPT, at, campaign, author=author, document=document, reason=reason)


def assign(
    context: typer.Context, document: Document, unit: Annotated[str, typer.Option(help="The unit it is of.")],
    period: PeriodName = None, reason: Reason = "", author: Author = None, at: At = None,
    campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Say whose report a document is, and for which period."""
    settle(
        context,
        DecisionKind.ASSIGN,
        at,
        campaign,
        author=author,
        document=document,
        unit=unit,
        period=period,
        reason=reason,
    )


def dismiss(
    context: typer.Context, document: Document, reason: Reason = "", author: Author = None,
    at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Say that a document is no report."""
    settle(context, DecisionKind.DISMISS, at, campaign, author=author, document=document, reason=reason)


def decisions(context: typer.Context, campaign: CampaignId = None) -> None:
    """List the decisions in force."""
    from .tables import print_decisions

    with session(context, None, campaign).app() as app:
        print_decisions([one for each in app.campaigns for one in app.store.decisions.active(each)])


def undo(
    context: typer.Context, number: Annotated[int, typer.Argument(help="The decision's number.")],
    author: Author = None, at: At = None,
) -> None:  # fmt: skip
    """Take a decision back."""
    from ..jobs.decisions.decide import undo as take_back

    now = session(context, at)
    with now.app() as app:
        take_back(app.store, number, author=author or getpass.getuser(), now=now.now)
    typer.echo(f"decision {number} is taken back")


def close(
    context: typer.Context, period: Annotated[str, typer.Argument(help="The period, e.g. 2024Q2.")],
    author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Close a period: nothing later is merged into it, nobody is reminded of it."""
    from ..domain.periods import Period
    from ..jobs.decisions.decide import close_period

    now = session(context, at, campaign)
    with now.app() as app:
        close_period(
            app.store, app.situation(now.campaign()), Period.parse(period), author=author or getpass.getuser()
        )
    typer.echo(f"{period} is closed")


def settle(
    context: typer.Context,
    kind: DecisionKind,
    at: str | None,
    campaign: str | None,
    *,
    author: str | None,
    unit: str | None = None,
    until: str | None = None,
    period: str | None = None,
    **more: Any,
) -> None:
    """Keep a decision and say its number.

    :param more: further fields of ``jobs.decide.Settled``, as they stand there.
    """
    from ..domain.periods import Period
    from ..jobs.decisions.decide import Settled, decide

    now = session(context, at, campaign)
    settled = Settled(
        kind=kind,
        unit=unit_named(now, unit, "UNIT") if unit else None,
        period=Period.parse(period) if period else None,
        until=_day(until) if until else None,
        author=author or getpass.getuser(),
        **more,
    )
    with now.app() as app:
        number = decide(app.store, app.situation(now.campaign()), settled)
    typer.echo(f"decision {number}: {kind}; take it back with `reminder-service undo {number}`")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongUsage(f"--until {text!r} is no day; write it like 2024-07-05") from error
