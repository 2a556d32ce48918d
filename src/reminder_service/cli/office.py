"""Commands for whoever runs the service: run, worker, doctor, backup, restore, demo."""

from pathlib import Path
from typing import Annotated

import typer

from ..domain.errors import WrongUsage
from .context import At, session


def run(
    context: typer.Context,
    log_json: Annotated[bool, typer.Option(help="Log JSON lines instead of text.")] = False,
) -> None:
    """Run the service until it is told to stop (SIGTERM)."""
    from ..app import serve
    from ..logs import configure

    now = session(context)
    configure("INFO", json=log_json)
    with now.app() as app:
        serve(app)


def console(context: typer.Context, at: At = None) -> None:
    """Serve the web pages alone: no mailbox is read and no mail sent by itself."""
    from ..app import serve_pages
    from ..logs import configure

    now = session(context, at)
    configure("INFO")
    with now.app() as app:
        serve_pages(app)


def console_link(
    context: typer.Context,
    user: Annotated[str | None, typer.Option(help="The login of a user whose password is lost.")] = None,
) -> None:
    """Print a one-time link: to set up the first administrator of the console, or a new password."""
    from ..app import setup_link

    with session(context).app() as app:
        typer.echo(setup_link(app, user))


def worker(context: typer.Context) -> None:
    """Run one more worker process (needs a PostgreSQL store)."""
    raise WrongUsage(
        "More workers need a PostgreSQL store, which this version does not have yet; "
        "`reminder-service run` works alone on one machine."
    )


def doctor(context: typer.Context) -> None:
    """Try every outside part and say what is wrong and how to mend it."""
    from ..jobs.doctor.doctor import examine
    from .tables import print_checks

    checks = examine(session(context).configuration)
    print_checks(checks)
    if any(check.ok is False for check in checks):
        raise typer.Exit(1)


def backup(context: typer.Context, file: Path) -> None:
    """Write the store and every original into one archive."""
    from ..store.backup import backup as write

    with session(context).app() as app:
        summary = write(app.store, file)
    typer.echo(f"written: {file} with {summary.originals} originals")
    _lost(summary.lost)


def restore(context: typer.Context, file: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """Restore an archive into the empty place that the configuration names."""
    from ..store.backup import restore as read

    settings = session(context).configuration.service.store
    summary = read(file, settings.url, settings.files)
    typer.echo(f"restored {summary.originals} originals; run `reminder-service collect` before `remind`")
    _lost(summary.lost)


def demo(
    output: Annotated[Path, typer.Option(help="Where the results are left.")] = Path("demo-output"),
    fast: Annotated[bool, typer.Option(help="Do not pause between the days.")] = False,
    pages: Annotated[
        bool, typer.Option("--console", help="Then serve the web pages of that quarter, until Ctrl-C.")
    ] = False,
) -> None:
    """Play a whole quarter in a sandbox: real servers on this machine, sample senders, a moved clock."""
    from ..demo import play, serve_played

    play(output, fast=fast)
    if pages:
        serve_played(output)


def _lost(lost: tuple[str, ...]) -> None:
    for name in lost:
        typer.echo(f"damaged or missing, not in the archive: {name}", err=True)
    if lost:
        raise typer.Exit(1)
