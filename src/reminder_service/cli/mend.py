"""Commands by which the clerk mends what was reported or gives it back: return, correct, confirm, edit, note."""

from typing import Annotated

import typer

from ..domain.campaign import ColumnKey
from ..domain.decisions import DecisionKind
from .context import At, CampaignId, Session, session
from .decide import Author, Document, PeriodName, Reason, Unit, settle

Item = Annotated[int, typer.Option("--item", help="The item's number.")]


def return_(
    context: typer.Context, document: Document, reason: Annotated[str, typer.Option(help="Why; the unit reads it.")],
    item: Annotated[list[int] | None, typer.Option("--item", help="Only this item's row; may be repeated.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show the mail; store nothing.")] = False,
    author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Give a document, or rows of it, back to its unit: it does not count until it is mended."""
    items = tuple(item or ())
    if preview:
        _preview(session(context, at, campaign), document, items, reason)
        return
    settle(
        context,
        DecisionKind.RETURN,
        at,
        campaign,
        author=author,
        document=document,
        items=items,
        reason=reason,
    )
    typer.echo(
        "its mail goes to the unit with the next `remind`; `return --preview` or `plan` shows it before"
    )


def _preview(now: Session, document: str, items: tuple[int, ...], reason: str) -> None:
    from ..jobs.outgoing.drafts import text_in
    from ..jobs.outgoing.preview_return import preview_return
    from ..jobs.state.settled import Settled

    with now.app() as app:
        campaign = now.campaign()
        settled = Settled(kind=DecisionKind.RETURN, document=document, items=items, reason=reason)
        letter = preview_return(app.situation(campaign), app.letters(campaign), settled)
    typer.echo(f"{letter.subject}\n\n{text_in(letter.raw)}")


def correct(
    context: typer.Context, document: Document, text: Annotated[str, typer.Option(help="What the cell says.")],
    item: Annotated[int | None, typer.Option("--item", help="The item whose row it is.")] = None,
    page: Annotated[int | None, typer.Option("--page", help="Or the page, from 1 ...")] = None,
    row: Annotated[int | None, typer.Option("--row", help="... and the row, from 1.")] = None,
    column: Annotated[ColumnKey, typer.Option("--column", help="The column.")] = ColumnKey.MEASURES,
    reason: Reason = "", author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Correct the recognised text of one cell; the file stays as it came and the old text is kept."""
    settle(
        context,
        DecisionKind.CORRECT,
        at,
        campaign,
        author=author,
        document=document,
        item=item,
        page=page,
        row=row,
        column=column,
        text=text,
        reason=reason,
    )


def confirm(
    context: typer.Context, document: Document, item: Item, reason: Reason = "", author: Author = None,
    at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Say that the text of one row is right as it stands: doubts about it are settled, others stay."""
    settle(
        context,
        DecisionKind.CONFIRM,
        at,
        campaign,
        author=author,
        document=document,
        item=item,
        reason=reason,
    )


def edit(
    context: typer.Context, unit: Unit, item: Item, text: Annotated[str, typer.Option(help="What is printed.")],
    reason: Annotated[str, typer.Option(help="Why.")], period: PeriodName = None, author: Author = None,
    at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Print another text than the unit's own in workbook and official form; its own words are kept in 明细."""
    settle(
        context,
        DecisionKind.EDIT,
        at,
        campaign,
        author=author,
        unit=unit,
        item=item,
        period=period,
        text=text,
        reason=reason,
    )


def note(
    context: typer.Context, unit: Unit, text: Annotated[str, typer.Option(help="What was said.")],
    period: PeriodName = None, author: Author = None, at: At = None, campaign: CampaignId = None,
) -> None:  # fmt: skip
    """Note what a unit said by telephone; it stands in the call sheet and changes nothing else."""
    settle(context, DecisionKind.NOTE, at, campaign, author=author, unit=unit, period=period, reason=text)
