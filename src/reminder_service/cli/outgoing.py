"""Commands about mails that go out: pause, resume, mark-sent, send-again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.errors import WrongUsage
from .context import At, session

if TYPE_CHECKING:
    from ..app import App
    from ..store import OutboxMail

Keys = Annotated[
    list[str], typer.Argument(help="Keys as `messages --json` shows them, or numbers of the outbox folder.")
]


def pause(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; whoever looks later will read it.")] = "",
    at: At = None,
) -> None:
    """Send nothing to anybody until `resume`; everything else goes on."""
    now = session(context, at)
    with now.app() as app:
        new = app.store.pause.begin(now.now, reason)
        if new:
            app.store.journal.write(now.now, "office", "pause", "outbox", {"reason": reason})
    typer.echo("paused: mails are queued and none is sent" if new else "it is paused already")


def resume(context: typer.Context, at: At = None) -> None:
    """Let mails go again; what is no longer needed by then is not sent."""
    now = session(context, at)
    with now.app() as app:
        ended = app.store.pause.end()
        if ended:
            app.store.journal.write(now.now, "office", "resume", "outbox")
    typer.echo("mails go again with the next `collect` or `remind`" if ended else "it was not paused")


def mark_sent(context: typer.Context, keys: Keys, at: At = None) -> None:
    """Note that a person sent these mails, or found out that they went."""

    def mark(app: "App", mail: "OutboxMail") -> bool:
        return app.store.outbox.mark_sent(mail.id, app.clock())

    _settle(context, keys, at, mark, "mark-sent", "queued or unknown")


def send_again(context: typer.Context, keys: Keys, at: At = None) -> None:
    """Queue mails again that failed, or that a person knows did not go."""

    def again(app: "App", mail: "OutboxMail") -> bool:
        return app.store.outbox.send_again(mail.id, app.clock())

    _settle(context, keys, at, again, "send-again", "unknown or failed")


def _settle(
    context: typer.Context,
    keys: list[str],
    at: str | None,
    settle: Callable[["App", "OutboxMail"], bool],
    command: str,
    states: str,
) -> None:
    from ..store.locks import work_lock

    # Under the lock: what is just being sent must not be settled by somebody else.
    with session(context, at).app() as app, work_lock(app.store.folder, command), app.store.transaction():
        for key in keys:
            mail = _find(app, key)
            if not settle(app, mail):
                raise WrongUsage(
                    f"{key} is {mail.state}; {command} is for mails that are {states}. Nothing was changed."
                )
            app.store.journal.write(app.clock(), "office", command, mail.key, {"before": mail.state})
    typer.echo(f"{command}: {len(keys)} mails")


def _find(app: "App", key: str) -> "OutboxMail":
    outbox = app.store.outbox
    mail = outbox.by_id(int(key)) if key.isdecimal() and len(key) < 18 else outbox.by_key(key)
    if mail is None:
        raise WrongUsage(f"{key}: no mail has that key; `reminder-service messages --json` lists them.")
    return mail
