"""What every command shares: the configuration directory, the clock, the exit status, errors as sentences."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ..domain.errors import ReminderServiceError, WrongUsage
from ..domain.moments import moment as moment  # commands take it from here

if TYPE_CHECKING:
    from ..app import App
    from ..app.reading_progress import ReadingProgress
    from ..config import Configuration
    from ..domain.campaign import Campaign
    from ..domain.periods import Period

At = Annotated[
    str | None, typer.Option("--at", help="Replaces the clock (ISO 8601; office time without offset).")
]
CampaignId = Annotated[
    str | None, typer.Option("--campaign", help="Needed only if several campaigns are active.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """The options before the command."""

    directory: Path


@dataclass(kw_only=True)
class Session:
    """A loaded configuration with the command's clock and campaign."""

    configuration: "Configuration"
    at: datetime | None
    campaign_id: str | None

    @property
    def zone(self) -> tzinfo:
        """The office's time zone."""
        return self.configuration.service.office.timezone

    @property
    def now(self) -> datetime:
        """The time of this command."""
        return self.at or datetime.now(self.zone)

    def campaign(self) -> "Campaign":
        """Return the campaign that a period is named of.

        :raises WrongUsage: if several are active and none was chosen.
        """
        campaigns = self.configuration.campaigns
        if self.campaign_id is not None:
            return campaigns[self.campaign_id]
        if len(campaigns) > 1:
            raise WrongUsage(
                f"Several campaigns are active; name one with --campaign: {', '.join(campaigns)}"
            )
        return next(iter(campaigns.values()))

    @contextlib.contextmanager
    def app(self, progress: "ReadingProgress | None" = None) -> Iterator["App"]:
        """Put the service together for this command."""
        from ..app import opened

        with opened(self.configuration, at=self.at, campaign=self.campaign_id, progress=progress) as app:
            yield app


def session(context: typer.Context, at: str | None = None, campaign: str | None = None) -> Session:
    """Load the configuration and read the clock.

    :raises WrongUsage: when the time cannot be read or the campaign is unknown.
    """
    from ..config import load
    from ..logs import configure

    configure(os.environ.get("REMINDER_SERVICE_LOG", "ERROR"))
    configuration = load(context.obj.directory)
    if campaign is not None and campaign not in configuration.campaigns:
        raise WrongUsage(f"--campaign {campaign}: there is none; known: {', '.join(configuration.campaigns)}")
    zone = configuration.service.office.timezone
    return Session(
        configuration=configuration,
        at=moment(at, zone, "--at") if at is not None else None,
        campaign_id=campaign,
    )


def refuse_other_cadence(period: "Period | None", campaign: "Campaign") -> None:
    """Refuse a period of another kind than the campaign asks for.

    :raises WrongUsage: with an example.
    """
    if period is not None and period.cadence is not campaign.cadence:
        example = campaign.first_period
        raise WrongUsage(f"{period} is no period of {campaign.id}, which asks for periods like {example}")


def unit_named(now: Session, written: str, option: str) -> str:
    """Turn a unit as a person writes it into its canonical name.

    :raises WrongUsage: naming the choices, when it is none or could be several.
    """
    from ..domain.names import UnitNames

    campaigns = now.configuration.campaigns.values()
    units = {unit: None for campaign in campaigns for unit in UnitNames(campaign).match(written).units}
    if len(units) == 1:
        return next(iter(units))
    choices = units or {unit.name: None for campaign in campaigns for unit in campaign.units}
    what = "several units have" if units else "no unit has"
    raise WrongUsage(f"{option} {written}: {what} that name; choose: {'、'.join(choices)}")


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def fail(error: ReminderServiceError) -> NoReturn:
    """Tell a person what is wrong and end with the error's exit status."""
    typer.echo(str(error), err=True)
    raise SystemExit(error.exit_status)


def incomplete(errors: tuple[str, ...]) -> None:
    """End with status 1 where something outside failed, after telling all of it."""
    for error in errors:
        typer.echo(error, err=True)
    if errors:
        raise typer.Exit(1)


def guarded(run: Callable[[], None]) -> None:
    """Run the command line so that no traceback ever reaches a person."""
    try:
        run()
    except ReminderServiceError as error:
        fail(error)
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nothing is wrong; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        fail(ReminderServiceError(f"{about}{error.strerror or error}"))
    except Exception as error:
        if os.environ.get("REMINDER_SERVICE_DEBUG"):
            raise
        fail(
            ReminderServiceError(
                f"The program itself failed ({type(error).__name__}: {error}). Nothing that was stored is lost. "
                "Set REMINDER_SERVICE_DEBUG=1 to see where, and please report it."
            )
        )
