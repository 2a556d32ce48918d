"""Commands that set an office up: init, contacts."""

from pathlib import Path
from typing import Annotated

import typer

from .context import AsJson, print_json, session

contacts = typer.Typer(help="The units' contacts.", no_args_is_help=True)


def init(
    directory: Annotated[
        Path, typer.Argument(help="The configuration directory to make; it may exist and be empty.")
    ],
    notice: Annotated[
        Path, typer.Option(help="The notice: txt, docx, pdf, or a ready campaign yaml.", exists=True)
    ],
    contacts: Annotated[
        Path | None, typer.Option(help="A csv or xlsx file of contacts.", exists=True)
    ] = None,
    accept_proposals: Annotated[bool, typer.Option(help="Answer every open question as proposed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a notice and write a configuration from it."""
    from ..documents.reader import Reader
    from ..domain.workdays import WorkCalendar
    from ..jobs.setup_campaign import notice_json, prepare, write_directory
    from .tables import print_campaign

    with Reader() as reader:
        campaign = prepare(notice, reader=reader, calendar=WorkCalendar())
    written = write_directory(directory, campaign, accept_proposals)
    imported = _import(directory, contacts) if contacts else None
    if as_json:
        print_json(notice_json(campaign))
        return
    print_campaign(campaign, answered=accept_proposals)
    for path in written:
        typer.echo(f"written: {path}")
    if imported is not None:
        typer.echo(imported)


@contacts.command("import")
def import_(
    context: typer.Context, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
) -> None:
    """Import contacts from a csv or xlsx file; what is odd is told, row by row."""
    typer.echo(_import(context.obj.directory, file))


@contacts.command("export")
def export(context: typer.Context, file: Path) -> None:
    """Export contacts to a csv or xlsx file; units without a contact get an empty row to fill."""
    from ..domain.state import Contact
    from ..jobs.contacts_file import write_contacts

    now = session(context)
    with now.app() as app:
        known = app.store.contacts.all()
        listed = {contact.unit for contact in known}
        empty = [
            Contact(unit=unit.name)
            for campaign in app.campaigns.values()
            for unit in campaign.units
            if unit.name not in listed
        ]
        write_contacts([*known, *empty], app.store.contacts.aliases(), file)
    typer.echo(f"written: {file}")


def _import(directory: Path, file: Path) -> str:
    """Import contacts into the store of a configuration and say what was odd."""
    from datetime import UTC, datetime

    from ..app import opened
    from ..config import load
    from ..jobs.contacts_file import import_contacts, read_contacts

    configuration = load(directory)
    read = read_contacts(file, list(configuration.campaigns.values()))
    with opened(configuration) as app:
        count = import_contacts(app.store, read, datetime.now(UTC))
    return "\n".join([*read.problems, f"{count} contacts imported from {file}"])
