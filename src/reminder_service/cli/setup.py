"""Commands that set an office up: init, contacts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import AsJson, print_json, session

if TYPE_CHECKING:
    from ..jobs.setup.contacts_file import ContactsFile

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
    from ..jobs.setup.contacts_file import read_contacts
    from ..jobs.setup.setup_campaign import notice_json, prepare, write_directory
    from .tables import print_campaign

    with Reader() as reader:
        campaign = prepare(notice, reader=reader, calendar=WorkCalendar())
        # Read before anything is written: a bad contacts file must not leave half an office behind.
        listed = read_contacts(contacts, [campaign], reader=reader) if contacts else None
    written = write_directory(directory, campaign, accept_proposals)
    imported = _keep(directory, listed) if listed else 0
    for problem in listed.problems if listed else ():
        typer.echo(problem, err=True)
    if as_json:
        print_json(notice_json(campaign))
        return
    print_campaign(campaign, answered=accept_proposals)
    for path in written:
        typer.echo(f"written: {path}")
    if contacts:
        typer.echo(f"{imported} contacts imported from {contacts}")


def login(
    context: typer.Context,
    section: Annotated[
        str, typer.Argument(help="The account: imap, smtp, or for example mailboxes.minzheng.imap.")
    ] = "imap",
) -> None:
    """Sign in to a mail account that takes no password: shows a code to enter in any browser."""
    from ..jobs.accounts import sign_in

    account = sign_in(session(context).configuration.service, section)
    code = account.begin()
    typer.echo(f"Open {code.url} in a browser, enter the code {code.code} and sign in as the mailbox's user.")
    account.finish(code)
    typer.echo("Signed in. `reminder-service doctor` tells whether the mailbox can be read.")


@contacts.command("import")
def import_(
    context: typer.Context, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
) -> None:
    """Import contacts from a csv or xlsx file; what is odd is told, row by row."""
    from ..jobs.setup.contacts_file import read_contacts

    now = session(context)
    with now.app() as app:
        known = app.store.contacts.aliases()
    read = read_contacts(file, list(now.configuration.campaigns.values()), known)
    for problem in read.problems:
        typer.echo(problem, err=True)
    typer.echo(f"{_keep(context.obj.directory, read)} contacts imported from {file}")


@contacts.command("export")
def export(context: typer.Context, file: Path) -> None:
    """Export contacts to a csv or xlsx file; units without a contact get an empty row to fill."""
    from ..domain.state import Contact
    from ..jobs.setup.contacts_file import write_contacts

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


def _keep(directory: Path, read: "ContactsFile") -> int:
    """Put contacts into the store of a configuration and return how many."""
    from datetime import UTC, datetime

    from ..app import opened
    from ..config import load
    from ..jobs.setup.contacts_file import import_contacts

    with opened(load(directory)) as app:
        return import_contacts(app.store, read, datetime.now(UTC))
