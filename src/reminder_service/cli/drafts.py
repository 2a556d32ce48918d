"""Commands about letters that a person has to release: drafts, release, drop."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.errors import WrongUsage
from .context import At, session
from .decide import Author

if TYPE_CHECKING:
    from ..app import App
    from ..store import OutboxMail

Key = Annotated[str, typer.Argument(help="The key or number that `drafts` shows.")]


def drafts(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="Show this one whole (default: list all).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="A folder for its attachments, the letter to sign among them."),
    ] = None,
    at: At = None,
) -> None:
    """List the letters that wait for a person, or show one whole."""
    from ..jobs.outgoing.drafts import attachments_of, text_of
    from ..jobs.results.export import write_whole
    from ..store.private import make_folder

    with session(context, at).app() as app:
        if key is None:
            waiting = app.store.outbox.in_state("draft")
            for mail in waiting:
                typer.echo(f"{mail.id}  {mail.key}\n    to {mail.to}: {mail.subject}")
            typer.echo(
                f"{len(waiting)} drafts; `drafts KEY` shows one, `release KEY` or `drop KEY` settles it"
            )
            return
        found = mail_named(app, key)
        typer.echo(text_of(app.store, found))
        if output is not None:
            make_folder(output)
            for name, content in attachments_of(app.store, found).items():
                write_whole(output / Path(name).name, content)
                typer.echo(f"written: {output / Path(name).name}")


def release(context: typer.Context, key: Key, author: Author = None, at: At = None) -> None:
    """Let a draft go that you have read; it goes with the next `collect` or `remind`."""
    from ..domain.outgoing import MailKey
    from ..jobs.outgoing.drafts import release as let_go
    from ..store.locks import work_lock

    with session(context, at).app() as app, work_lock(app.store.folder, "release"):
        mail = mail_named(app, key)
        parsed = MailKey.parse(mail.key)
        campaign = app.configuration.campaigns.get(parsed.campaign if parsed else "")
        if campaign is None:
            raise WrongUsage(f"{mail.key}: its campaign is no longer configured; `drop` gives it up")
        by = author or getpass.getuser()
        let_go(app.store, app.situation(campaign), app.letters(campaign), mail, author=by)
    typer.echo(f"released: {mail.key}")


def drop(
    context: typer.Context, key: Key, reason: Annotated[str, typer.Option(help="Why.")] = "",
    author: Author = None, at: At = None,
) -> None:  # fmt: skip
    """Give up a draft, or a mail that has not gone yet."""
    from ..jobs.outgoing.drafts import drop as give_up
    from ..store.locks import work_lock

    with session(context, at).app() as app, work_lock(app.store.folder, "drop"):
        mail = mail_named(app, key)
        give_up(app.store, mail, now=app.clock(), author=author or getpass.getuser(), reason=reason)
    typer.echo(f"given up: {mail.key}")


def mail_named(app: "App", key: str) -> "OutboxMail":
    """Return the mail of the outbox with this key or number.

    :raises WrongUsage: when there is none.
    """
    outbox = app.store.outbox
    mail = outbox.by_id(int(key)) if key.isdecimal() and len(key) < 18 else outbox.by_key(key)
    if mail is None:
        raise WrongUsage(
            f"{key}: no mail has that key; `reminder-service messages --json` lists all, `drafts` the drafts."
        )
    return mail
