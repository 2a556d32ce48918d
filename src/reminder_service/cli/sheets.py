"""Commands that write what people work with beside the service: the call sheet and the calendar file."""

from pathlib import Path
from typing import Annotated

import typer

from ..domain.errors import WrongUsage
from .context import At, CampaignId, refuse_other_cadence, session, unit_named


def call_sheet(
    context: typer.Context,
    period: Annotated[
        str | None, typer.Argument(help="The period, e.g. 2024Q2 (default: the latest).")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help=".xlsx or .txt (default: print the text).")
    ] = None,
    chat: Annotated[
        bool, typer.Option("--chat", help="Texts to copy say how much is lacking, not what.")
    ] = False,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """List whom to telephone: unit, person, phone, what is lacking, last contact, a text to copy."""
    from ..domain.periods import Period
    from ..jobs.digest.call_sheet import call_sheet_as_text, write_call_sheet

    now = session(context, at, campaign)
    chosen = now.campaign()
    wanted = Period.parse(period) if period else None
    if wanted is not None:
        refuse_other_cadence(wanted, chosen)
    office = now.configuration.service.office.name
    with now.app() as app:
        here = app.situation(chosen)
        about = wanted or here.current_period
        if output is None:
            typer.echo(call_sheet_as_text(here, about, office=office, chat=chat), nl=False)
        else:
            write_call_sheet(here, about, output, office=office, chat=chat)
            typer.echo(f"written: {output}")


def who(
    context: typer.Context,
    period: Annotated[
        str | None, typer.Argument(help="The period, e.g. 2024Q2 (default: the latest).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help=".png a picture, .docx or .txt (default: print the text)."),
    ] = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Say on one page who has not reported (谁没报): to copy, to show, to print."""
    from ..domain.periods import Period
    from ..jobs.digest.who import who_as_text, write_who

    now = session(context, at, campaign)
    chosen = now.campaign()
    wanted = Period.parse(period) if period else None
    if wanted is not None:
        refuse_other_cadence(wanted, chosen)
    office = now.configuration.service.office.name
    with now.app() as app:
        here = app.situation(chosen)
        about = wanted or here.current_period
        if output is None:
            typer.echo(who_as_text(here, about, office=office), nl=False)
        else:
            write_who(here, about, output, office=office, templates=app.printer.templates)
            typer.echo(f"written: {output}")


def unit_form(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="The unit, as in the notice or by another name of it.")],
    output: Annotated[Path, typer.Option("--output", help=".docx, or .pdf to print and seal.")],
    period: Annotated[
        str | None, typer.Option("--period", help="The period, e.g. 2024Q2 (default: the latest).")
    ] = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Write the form of one unit: its rows as reported so far, blank ones with last period's text in grey."""
    from ..domain.periods import Period
    from ..jobs.results.unit_form import write_unit_file

    now = session(context, at, campaign)
    chosen = now.campaign()
    wanted = Period.parse(period) if period else None
    if wanted is not None:
        refuse_other_cadence(wanted, chosen)
    name = unit_named(now, unit, "UNIT")
    with now.app() as app:
        here = app.situation(chosen)
        write_unit_file(here, name, wanted or here.current_period, output, app.printer.templates)
    typer.echo(f"written: {output}")


def calendar(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help="The calendar file, .ics.")],
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Write the due dates of a year ahead as a calendar file, of every campaign unless one is named."""
    from ..domain.due_dates import due_dates
    from ..jobs.results.export import write_whole
    from ..jobs.views.program_json import unknown_year_warnings
    from ..reports.calendar_file import office_calendar

    if output.suffix.lower() != ".ics":
        raise WrongUsage(f"{output}: end the name in .ics, so that calendar programs open it")
    now = session(context, at, campaign)
    campaigns = now.configuration.campaigns
    chosen = [campaigns[now.campaign_id]] if now.campaign_id else list(campaigns.values())
    days = now.configuration.calendar
    dates = due_dates(chosen, days, today=now.now.astimezone(now.zone).date())
    write_whole(output, office_calendar(dates))
    typer.echo(f"written: {output} ({len(dates)} due dates)")
    for warning in unknown_year_warnings(days, (one.due.year for one in dates)):
        typer.echo(f"{warning} Then write the file again.", err=True)
