"""The commands by name; each lives in a module of its kind and imports what it needs when it runs."""

import os
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from . import (
    decide,
    drafts,
    inspect,
    mend,
    office,
    outgoing,
    privacy,
    progress,
    questions,
    results,
    setup,
    sheets,
    work,
)
from .context import Options, guarded

app = typer.Typer(
    name="reminder-service",
    help="Chases periodic reports for an office: reminds, collects, reads, checks and consolidates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_CONFIG = "REMINDER_SERVICE_CONFIG"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", help=f"Directory with service.yaml and campaigns/ ({_CONFIG}; ./config)."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Chases periodic reports for an office: reminds, collects, reads, checks and consolidates."""
    context.obj = Options(directory=config or Path(os.environ.get(_CONFIG) or "config"))


app.command("init")(setup.init)
app.command("login")(setup.login)
app.add_typer(setup.contacts, name="contacts")
app.command("answers")(questions.answers)
app.command("answer")(questions.answer)
app.command("plan")(inspect.plan)
app.command("remind")(work.remind)
app.command("collect")(work.collect)
app.command("digest")(work.digest)
app.command("status")(inspect.status)
app.command("messages")(inspect.messages)
app.command("read")(inspect.read)
app.command("compare")(inspect.compare)
app.command("export")(results.export)
app.command("freeze")(results.freeze)
app.command("versions")(results.versions)
app.command("changes")(results.changes)
app.command("ledger")(results.ledger)
app.command("year-summary")(results.year_summary)
app.command("call-sheet")(sheets.call_sheet)
app.command("who")(sheets.who)
app.command("unit-form")(sheets.unit_form)
app.command("calendar")(sheets.calendar)
app.command("intake")(work.intake)
app.command("reprocess")(work.reprocess)
for settle in (
    decide.promise,
    decide.extend,
    decide.waive,
    decide.finish,
    decide.accept,
    decide.assign,
    decide.dismiss,
    decide.decisions,
    decide.undo,
    decide.close,
):
    app.command(settle.__name__)(settle)
app.command("return")(mend.return_)
app.command("correct")(mend.correct)
app.command("confirm")(mend.confirm)
app.command("edit")(mend.edit)
app.command("progress")(progress.progress)
app.command("figure")(progress.figure)
app.command("note")(mend.note)
app.command("drafts")(drafts.drafts)
app.command("release")(drafts.release)
app.command("drop")(drafts.drop)
app.command("pause")(outgoing.pause)
app.command("resume")(outgoing.resume)
app.command("mark-sent")(outgoing.mark_sent)
app.command("send-again")(outgoing.send_again)
app.command("purge")(privacy.purge)
setup.contacts.command("forget")(privacy.forget)
app.command("run")(office.run)
app.command("console")(office.console)
app.command("console-link")(office.console_link)
app.command("worker")(office.worker)
app.command("doctor")(office.doctor)
app.command("backup")(office.backup)
app.command("restore")(office.restore)
app.command("demo")(office.demo)


def main() -> None:
    """Run the command line."""
    guarded(app)
