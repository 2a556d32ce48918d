"""Commands about mails that go out: pause, resume, mark-sent, send-again."""

from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from .context import At, session
from .drafts import mail_named

if TYPE_CHECKING:
    from datetime import datetime

    from ..store import OutboxMail, Store

Keys = Annotated[
    list[str], typer.Argument(help="Keys as `messages --json` shows them, or numbers of the outbox folder.")
]
_AUTHOR = "office"


class _Act(Protocol):
    def __call__(self, store: "Store", mail: "OutboxMail", *, author: str, now: "datetime") -> None:
        """Do something with one mail."""


def pause(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; whoever looks later will read it.")] = "",
    at: At = None,
) -> None:
    """Send nothing to anybody until `resume`; everything else goes on."""
    from ..jobs.outgoing.outbox_acts import pause as begin

    now = session(context, at)
    with now.app() as app:
        new = begin(app.store, reason=reason, author=_AUTHOR, now=now.now)
    typer.echo("paused: mails are queued and none is sent" if new else "it is paused already")


def resume(context: typer.Context, at: At = None) -> None:
    """Let mails go again; what is no longer needed by then is not sent."""
    from ..jobs.outgoing.outbox_acts import resume as end

    now = session(context, at)
    with now.app() as app:
        ended = end(app.store, author=_AUTHOR, now=now.now)
    typer.echo("mails go again with the next `collect` or `remind`" if ended else "it was not paused")


def mark_sent(context: typer.Context, keys: Keys, at: At = None) -> None:
    """Note that a person sent these mails, or found out that they went."""
    from ..jobs.outgoing.outbox_acts import mark_sent as mark

    _settle(context, keys, at, mark, "mark-sent")


def send_again(context: typer.Context, keys: Keys, at: At = None) -> None:
    """Queue mails again that failed, or that a person knows did not go."""
    from ..jobs.outgoing.outbox_acts import send_again as again

    _settle(context, keys, at, again, "send-again")


def _settle(context: typer.Context, keys: list[str], at: str | None, act: _Act, command: str) -> None:
    from ..store.locks import work_lock

    # Under the lock: what is just being sent must not be settled by somebody else.
    with session(context, at).app() as app, work_lock(app.store.folder, command), app.store.transaction():
        for key in keys:
            act(app.store, mail_named(app, key), author=_AUTHOR, now=app.clock())
    typer.echo(f"{command}: {len(keys)} mails")
