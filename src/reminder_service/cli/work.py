"""Commands that do the office's work: remind, collect, digest, intake."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import At, CampaignId, incomplete, moment, session, unit_named
from .waiting import shown

if TYPE_CHECKING:
    from ..app import Round


def remind(context: typer.Context, at: At = None, campaign: CampaignId = None) -> None:
    """Read the mailbox, then queue and send what is due to units."""
    with shown() as progress, session(context, at, campaign).app(progress) as app:
        done = app.remind()
    for summary in done.reminded:
        for held in summary.held:
            typer.echo(f"not written to: {held.unit} ({held.period}): {held.reason}")
    drafts = sum(summary.drafts for summary in done.reminded)
    if drafts:
        typer.echo(f"{drafts} new drafts wait for a person: `reminder-service drafts`")
    _tell(done, f"queued {sum(summary.queued for summary in done.reminded)} mails to units")


def collect(context: typer.Context, at: At = None, campaign: CampaignId = None) -> None:
    """Read every source once, work on all that is new or unfinished, send the receipts that are due."""
    with shown() as progress, session(context, at, campaign).app(progress) as app:
        done = app.collect()
    _tell(done)


def digest(
    context: typer.Context,
    weekly: Annotated[
        bool, typer.Option("--weekly", help="Send the summary of this week instead, once a week.")
    ] = False,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Send the office the digest of every open period."""
    with session(context, at, campaign).app() as app:
        done = app.weekly() if weekly else app.digest()
    _tell(done, f"queued {done.digests} digests")


def intake(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Documents or .eml files.", exists=True, dir_okay=False)
    ],
    unit: Annotated[str | None, typer.Option(help="The unit that they are from.")] = None,
    period: Annotated[str | None, typer.Option(help="The period that they are for, e.g. 2024Q2.")] = None,
    received_at: Annotated[str | None, typer.Option(help="When they came, if not now (ISO 8601).")] = None,
    channel: Annotated[str, typer.Option(help="How they came, e.g. 微信, OA, 纸质.")] = "",
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Register what came by another way."""
    from ..jobs.incoming.intake import Handover

    now = session(context, at, campaign)
    said = Handover(
        unit=unit_named(now, unit, "--unit") if unit else None,
        period=_period(period),
        received_at=moment(received_at, now.zone, "--received-at") if received_at else None,
        channel=channel,
    )
    with shown() as progress, now.app(progress) as app:
        new = app.intake(files, said)
    typer.echo(
        f"registered {new} new of {len(files)} files' messages" if new else "all of it was registered before"
    )


def reprocess(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="Only what came since then, e.g. 2024-06-01.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Also what the present version has read already.")
    ] = False,
    at: At = None,
) -> None:
    """Read again what an earlier version read, or what waited for a program that is installed now."""
    now = session(context, at)
    begin = moment(since, now.zone, "--since") if since else None
    with shown() as progress, now.app(progress) as app:
        done = app.reprocess(since=begin, everything=all_)
    typer.echo(
        f"{done.messages} messages read again, {done.documents} files in them; {done.changed} read differently now"
        if done.messages or done.failed
        else "nothing waits to be read again"
    )
    incomplete(
        (f"{done.failed} messages keep their earlier reading; the log says why.",) if done.failed else ()
    )


def _period(written: str | None) -> str | None:
    if written is None:
        return None
    from ..domain.periods import Period

    return str(Period.parse(written))


def _tell(done: "Round", first: str = "") -> None:
    parts = [first] if first else []
    if done.collected:
        parts.append(f"{done.collected.new} new mails, {done.collected.duplicates} known ones")
    if done.processed:
        parts.append(f"{done.processed.documents} files read")
    if done.receipts:
        parts.append(f"{done.receipts} receipts queued")
    if done.sent:
        parts.append(f"{done.sent.sent} mails sent, {done.sent.left} left in the outbox")
        if done.sent.note:
            parts.append(done.sent.note)
    typer.echo("; ".join(parts))
    incomplete(done.errors)
