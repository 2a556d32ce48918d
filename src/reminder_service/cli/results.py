"""Commands for what is handed upward: workbook and official form, frozen versions and what changed after them."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import AsJson, At, CampaignId, Session, print_json, refuse_other_cadence, session

if TYPE_CHECKING:
    from ..domain.campaign import Campaign
    from ..domain.periods import Period

PeriodName = Annotated[str, typer.Argument(help="The period, e.g. 2024Q2.")]
Author = Annotated[str | None, typer.Option(help="Who decides (default: the account's name).")]


def export(
    context: typer.Context,
    period: PeriodName,
    output: Annotated[
        Path, typer.Option("--output", help=".xlsx the workbook, .docx or .pdf the official form.")
    ],
    version: Annotated[
        int | None, typer.Option("--version", help="A frozen version (default: the newest, if any).")
    ] = None,
    current: Annotated[
        bool, typer.Option("--current", help="The period as it stands, whatever is frozen.")
    ] = False,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Write the consolidated workbook or the official form; once frozen, the same bytes each time."""
    from ..jobs.results.export import export_period

    now, chosen, wanted = _asked(context, period, at, campaign)
    with now.app() as app:
        done = export_period(
            app.store,
            app.situation(chosen),
            wanted,
            output,
            app.printer,
            version=version,
            current=current,
        )
    typer.echo(f"written: {output}" + (f" (frozen version {done.version.number})" if done.version else ""))
    if done.changes:
        typer.echo(
            f"{done.changes} changes came after that version: `reminder-service changes {period}` lists them, "
            f"`freeze {period}` makes the next version, `--current` writes the period as it stands.",
            err=True,
        )


def freeze(
    context: typer.Context,
    period: PeriodName,
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal.")] = "",
    author: Author = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Keep workbook and official form as they are handed upward; again after corrections makes the next version."""
    from ..jobs.results.freeze import freeze as make

    now, chosen, wanted = _asked(context, period, at, campaign)
    with now.app() as app:
        made = make(
            app.store,
            app.situation(chosen),
            wanted,
            app.printer,
            author=author or getpass.getuser(),
            reason=reason,
        )
    number = made.version.number
    if not made.new:
        typer.echo(f"nothing changed since version {number} of {period}: it stands")
        return
    since = f", {len(made.changes)} changes since the version before" if number > 1 else ""
    typer.echo(f"frozen: version {number} of {period}{since}")
    typer.echo(f"take it back with `reminder-service undo {made.version.decision}`")
    if made.without_pdf:
        typer.echo(f"It has no PDF. {made.without_pdf}", err=True)


def versions(
    context: typer.Context,
    period: PeriodName,
    as_json: AsJson = False,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """List the frozen versions of a period."""
    from ..jobs.results.versions import versions as standing
    from ..jobs.views.program_json import versions_document
    from .tables import print_versions

    now, chosen, wanted = _asked(context, period, at, campaign)
    with now.app() as app:
        found = versions_document(standing(app.store, chosen.id, wanted), now.zone)
    if as_json:
        print_json(found)
    else:
        print_versions(found)


def changes(
    context: typer.Context,
    period: PeriodName,
    old: Annotated[
        int | None, typer.Option("--from", help="The older version (default: the newest).")
    ] = None,
    new: Annotated[
        int | None, typer.Option("--to", help="The newer version (default: as it stands).")
    ] = None,
    as_json: AsJson = False,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """List what changed after a version was frozen, or between two versions."""
    from ..jobs.results.versions import changes as found
    from ..jobs.views.program_json import changes_document
    from .tables import print_changes

    now, chosen, wanted = _asked(context, period, at, campaign)
    with now.app() as app:
        listed = changes_document(found(app.store, app.situation(chosen), wanted, old=old, new=new))
    if as_json:
        print_json(listed)
    else:
        print_changes(listed)


def ledger(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help=".xlsx or .docx.")],
    year: Annotated[int | None, typer.Option("--year", help="Default: that of the latest period.")] = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Write the work ledger (工作台账): each unit's duties, persons, targets and progress over the year."""
    from ..jobs.results.ledger import write_ledger

    now = session(context, at, campaign)
    with now.app() as app:
        periods = write_ledger(app.situation(now.campaign()), output, year=year)
    typer.echo(f"written: {output} ({periods} periods)")


def year_summary(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help=".xlsx or .docx.")],
    year: Annotated[int | None, typer.Option("--year", help="Default: that of the latest period.")] = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Write the summary of a year: each item's periods side by side, targets reached, deadlines that slipped."""
    from ..jobs.results.year_summary import write_year_summary

    now = session(context, at, campaign)
    with now.app() as app:
        periods = write_year_summary(app.situation(now.campaign()), output, year=year)
    typer.echo(f"written: {output} ({periods} periods)")


def _asked(
    context: typer.Context, period: str, at: str | None, campaign: str | None
) -> "tuple[Session, Campaign, Period]":
    from ..domain.periods import Period

    now = session(context, at, campaign)
    chosen, wanted = now.campaign(), Period.parse(period)
    refuse_other_cadence(wanted, chosen)
    return now, chosen, wanted
