"""From a directory of files and the environment to one frozen configuration."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from ..domain.campaign import Campaign
from ..domain.errors import ConfigurationError
from ..domain.workdays import WorkCalendar
from .calendar_file import load_calendar
from .campaign_file import load_campaign
from .environment import missing_ways, overlay, read_client_secret, read_secrets, read_urls, refuse_secrets
from .explain import validated
from .problems import sentences
from .settings import Service
from .yaml_file import check_schema, read_yaml

_INIT = "`reminder-service init --notice FILE DIR` writes one, --config DIR names another"
Loaded = TypeVar("Loaded")


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """Everything a person has set: the service, the campaigns by id, the calendar of workdays."""

    directory: Path
    service: Service
    campaigns: dict[str, Campaign]
    calendar: WorkCalendar


def load(directory: Path, environ: Mapping[str, str] = os.environ) -> Configuration:
    """Read ``service.yaml``, ``campaigns/*.yaml`` and, where there is one, ``calendar.yaml``.

    A missing password is no mistake here; ``require_password`` asks for it where it is needed.

    :raises ConfigurationError: with every mistake of every file.
    """
    if not directory.is_dir():
        raise ConfigurationError([f"{directory}: there is no such directory; {_INIT}"])
    problems: list[str] = []
    service = _attempt(problems, lambda: load_service(directory, environ))
    calendar = _attempt(problems, lambda: load_calendar(directory / "calendar.yaml"))
    paths = _attempt(problems, lambda: _campaign_files(directory / "campaigns")) or []
    attempts = {path: _attempt(problems, partial(load_campaign, path)) for path in paths}
    campaigns = {path: campaign for path, campaign in attempts.items() if campaign}
    problems += _same_short_names(campaigns)
    problems += _unknown_mailboxes(campaigns, service)
    if problems or service is None or calendar is None:
        raise ConfigurationError(problems)
    return Configuration(
        directory=directory.absolute(),
        service=service,
        campaigns={campaign.id: campaign for campaign in campaigns.values()},
        calendar=calendar,
    )


def load_service(directory: Path, environ: Mapping[str, str] = os.environ) -> Service:
    """Read ``service.yaml`` with the environment over it, every path absolute.

    :raises ConfigurationError: with every mistake of the file and the environment.
    """
    source = read_yaml(directory / "service.yaml")
    check_schema(source)
    problems = [*source.problems, *refuse_secrets(source), *overlay(source, environ), *missing_ways(source)]
    service = validated(Service, source)
    if isinstance(service, list):
        raise ConfigurationError(sentences([*problems, *service]))
    if problems:
        raise ConfigurationError(sentences(problems))
    placed = service.based_at(directory.absolute())
    alarm = placed.alarm.model_copy(update={"urls": read_urls(placed.alarm)})
    open_ = placed.with_servers(lambda _, server: server.model_copy(update=read_secrets(server)))
    return open_.model_copy(update={"alarm": alarm, "console": read_client_secret(placed.console)})


def _campaign_files(directory: Path) -> list[Path]:
    try:
        entries = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        entries = []
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(
            [f"{directory}: cannot be read ({reason}); check its permissions"]
        ) from error
    files = [path for path in entries if path.suffix == ".yaml"]
    strays = [path for path in entries if path.suffix.lower() in (".yml", ".yaml") and path not in files]
    if strays:
        raise ConfigurationError([f"{path}: campaign files end in .yaml; rename it" for path in strays])
    if not files:
        raise ConfigurationError([f"{directory}: there is no campaign (*.yaml); {_INIT}"])
    return files


def _same_short_names(campaigns: Mapping[Path, Campaign]) -> Iterable[str]:
    first: dict[str, Path] = {}
    for path, campaign in campaigns.items():
        earlier = first.setdefault(campaign.short_name, path)
        if earlier is not path:
            name = campaign.short_name
            yield f"{path}: short_name: {name} is used by {earlier} too; give every campaign its own"


def _unknown_mailboxes(campaigns: Mapping[Path, Campaign], service: Service | None) -> Iterable[str]:
    known = service.mailboxes if service else {}
    for path, campaign in campaigns.items():
        if service and campaign.mailbox and campaign.mailbox not in known:
            named = ", ".join(known) or "none"
            yield (
                f"{path}: mailbox: there is no {campaign.mailbox} under mailboxes in service.yaml (known: {named}); "
                "add it there, or leave mailbox empty for the office's own"
            )


def _attempt(problems: list[str], read: Callable[[], Loaded]) -> Loaded | None:
    try:
        return read()
    except ConfigurationError as error:
        problems.extend(error.problems)
        return None
