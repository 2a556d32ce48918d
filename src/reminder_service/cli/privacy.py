"""Commands that remove what nobody may or need keep any longer: purge, contacts forget."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..domain.errors import WrongUsage
from .context import AsJson, At, Session, moment, print_json, session

if TYPE_CHECKING:
    from ..domain.purging import Cutoffs
    from ..jobs.upkeep.purge import PurgePlan

Author = Annotated[str | None, typer.Option(help="Who decides (default: the account's name).")]
_MIB = 1024 * 1024


def purge(
    context: typer.Context,
    before: Annotated[
        str | None,
        typer.Option(
            help="Remove what is from before this day, e.g. 2023-01-01 (default: as `retention` says)."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without asking.")] = False,
    as_json: AsJson = False,
    author: Author = None,
    at: At = None,
) -> None:
    """Show what is old, and remove it for good once that is confirmed; nothing an open period needs goes."""
    now = session(context, at)
    cutoffs = _cutoffs(now, before)
    with now.app() as app:
        plan = app.purge_plan(cutoffs)
        if as_json and not yes:
            print_json(_plan_json(plan))
            return
        if not as_json:
            _show(plan)
        if plan.is_empty:
            if as_json:
                print_json(_plan_json(plan))
            return
        if not yes and not _confirmed():
            typer.echo("nothing was removed; run it again with --yes to remove it")
            return
        # Planned again under the lock: what came meanwhile may need what was old.
        done = app.purge(cutoffs, author=author or getpass.getuser())
    if as_json:
        removed = {name: getattr(done, name) for name in ("messages", "documents", "mails", "originals")}
        print_json(_plan_json(plan) | {"removed": removed})
        return
    typer.echo(
        f"removed: {done.messages} mails and hand-ins with {done.documents} files, the text of {done.mails} sent "
        f"mails, {done.originals} originals. Backups and copies of the store hold them still: remove those as well."
    )


def forget(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="The e-mail address of the person.")],
    author: Author = None,
) -> None:
    """Remove a person's address, name and telephone from the contacts."""
    from ..jobs.upkeep.purge import forget as remove

    now = session(context)
    with now.app() as app:
        found = remove(app.store, address, author=author or getpass.getuser(), now=now.now)
    typer.echo(f"{found.contacts} contacts removed, {found.given_up} queued mails given up")
    if found.messages_left or found.mails_left:
        typer.echo(
            f"{found.messages_left} mails from this address and {found.mails_left} to it are kept as proofs of the "
            "reports until `reminder-service purge` removes them"
        )


def _cutoffs(now: Session, before: str | None) -> "Cutoffs":
    from ..domain.purging import Cutoffs

    if before is not None:
        wanted = moment(before, now.zone, "--before")
        if wanted > now.now:
            raise WrongUsage(f"--before {before} lies in the future; name a day that has passed")
        return Cutoffs.all_before(wanted)
    kept = now.configuration.service.retention
    ages = {"reports": kept.reports, "other": kept.other, "sent": kept.sent}
    if not any(ages.values()):
        raise WrongUsage(
            "Everything is kept for good: name a day with --before, or set retention in service.yaml"
        )
    return Cutoffs(**{name: now.now - age if age else None for name, age in ages.items()})


def _show(plan: "PurgePlan") -> None:
    if plan.is_empty:
        typer.echo("nothing is to be removed")
        return
    typer.echo("To be removed for good:")
    for (campaign, period), count in plan.periods:
        typer.echo(f"  reports of {campaign} {period}: {count} mails and hand-ins")
    typer.echo(f"  other mail that came: {len(plan.messages) - plan.reports}")
    typer.echo(f"  text of mails that went out: {len(plan.mails)}")
    typer.echo(f"  originals on the disk: {plan.originals} ({plan.size / _MIB:.1f} MB)")
    typer.echo("Hashes, keys and counts stay, so that nothing is read in or sent again.")
    for campaign, period in plan.unfrozen:
        typer.echo(
            f"  {campaign} {period} was never frozen: its workbook cannot be made any more afterwards "
            f"(`reminder-service freeze {period}` keeps it)"
        )


def _confirmed() -> bool:
    return sys.stdin.isatty() and typer.confirm("Remove all of this for good?")


def _plan_json(plan: "PurgePlan") -> dict[str, Any]:
    return {
        "periods": [
            {"campaign": campaign, "period": str(period), "messages": count}
            for (campaign, period), count in plan.periods
        ],
        "reports": plan.reports,
        "other": len(plan.messages) - plan.reports,
        "sent": len(plan.mails),
        "originals": plan.originals,
        "bytes": plan.size,
        "unfrozen": [f"{campaign}/{period}" for campaign, period in plan.unfrozen],
    }
