"""Commands that show and change nothing: plan, status, messages, read, compare, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.errors import WrongUsage
from .context import AsJson, At, CampaignId, moment, print_json, refuse_other_cadence, session

if TYPE_CHECKING:
    from ..domain.documents import Reading


def plan(
    context: typer.Context,
    start: Annotated[str | None, typer.Option("--from", help="First moment (default: now, or --at).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last moment; a date means its whole day.")] = None,
    as_json: AsJson = False,
    text: Annotated[bool, typer.Option("--text", help="With --json: each mail's full text as well.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write every mail into this folder, to be read.")
    ] = None,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """List every mail to units that would go between two dates if nothing more arrived; send nothing."""
    from ..jobs.outgoing.plan import plan_json, with_texts
    from ..jobs.views.program_json import AHEAD, plan_document
    from .tables import print_plan

    if text and not as_json:
        raise WrongUsage("--text adds to --json; give both, or --html DIR to read the mails")

    now = session(context, at, campaign)
    first = moment(start, now.zone, "--from") if start else now.now
    last = moment(end, now.zone, "--to", end_of_day=True) if end else first + AHEAD
    if last < first:
        raise WrongUsage(f"--to {last:%Y-%m-%d} lies before --from {first:%Y-%m-%d}; exchange them")
    with now.app() as app:
        standings = [(app.situation(one, now=first), app.letters(one)) for one in app.campaigns.values()]
        plans = [plan_json(here, letters, start=first, end=last) for here, letters in standings]
        if html or text:
            from ..jobs.outgoing.plan_pages import pages_of, write_pages

            pages = [page for one in standings for page in pages_of(*one, start=first, end=last)]
            plans = [with_texts(one, pages) for one in plans] if text else plans
            if html:
                write_pages(html, sorted(pages, key=lambda page: page.time))
                typer.echo(f"written: {html} ({len(pages)} mails)", err=True)
        document = plan_document(
            plans, app.campaigns.values(), now.configuration.calendar, start=first.astimezone(now.zone)
        )
    for warning in document["warnings"]:
        typer.echo(warning, err=True)
    if as_json:
        print_json(document)
    else:
        print_plan(document["mails"], document["held"])


def status(
    context: typer.Context,
    period: Annotated[
        str | None, typer.Argument(help="The period, e.g. 2024Q2 (default: the latest).")
    ] = None,
    as_json: AsJson = False,
    at: At = None,
    campaign: CampaignId = None,
) -> None:
    """Show the state of a period: who reported what, what is lacking, what waits for the office."""
    from ..domain.periods import Period
    from ..jobs.results.versions import since_frozen_words
    from ..jobs.views.program_json import status_document
    from .tables import print_status

    now = session(context, at, campaign)
    chosen = now.campaign()
    wanted = Period.parse(period) if period else None
    refuse_other_cadence(wanted, chosen)
    with now.app() as app:
        here = app.situation(chosen)
        state = here.state(wanted or here.current_period)
        document = status_document(app.store, here, state.period)
        words = since_frozen_words(app.store, here, state.period)
    if as_json:
        print_json(document)
    else:
        print_status(chosen, state)
        if words:
            typer.echo(words)


def messages(
    context: typer.Context, as_json: AsJson = False, at: At = None, campaign: CampaignId = None
) -> None:
    """List every mail in and out with its state."""
    from ..jobs.views.program_json import messages_document
    from .tables import print_messages

    now = session(context, at, campaign)
    with now.app() as app:
        situations = [app.situation(one) for one in app.campaigns.values()]
        listed = messages_document(app.store, situations, now.zone)
    if as_json:
        print_json(listed)
    else:
        print_messages(listed)


def read(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Any file a unit may send.")],
    as_json: AsJson = False,
) -> None:
    """Show what the program sees in one file; store nothing."""
    from ..jobs.incoming.inspect_file import inspection_json, known_campaigns
    from .tables import print_reading

    (reading,) = _readings(file)
    seen = inspection_json(reading, known_campaigns(context.obj.directory))
    if as_json:
        print_json(seen)
    else:
        print_reading(seen)


def compare(
    context: typer.Context,
    electronic: Annotated[Path, typer.Argument(help="The electronic version.")],
    stamped: Annotated[Path, typer.Argument(help="The stamped copy.")],
    as_json: AsJson = False,
) -> None:
    """Hold a stamped copy against the electronic version, row by row; store nothing."""
    from ..jobs.incoming.inspect_file import comparison_json, known_campaigns
    from .tables import print_comparison

    left, right = _readings(electronic, stamped)
    verdict = comparison_json(left, right, known_campaigns(context.obj.directory))
    if as_json:
        print_json(verdict)
    else:
        print_comparison(verdict)


def _readings(*files: Path) -> "list[Reading]":
    from ..documents.reader import Reader

    for file in files:
        if not file.is_file():
            raise WrongUsage(f"{file}: there is no such file")
    with Reader() as reader:
        return [reader.read(file, file.name) for file in files]
