"""What the doctor says about the alarm: who would be told, and whether the ways to tell them can be used."""

from collections.abc import Iterator

from ...config import Service
from ...mail.notices import is_known, scheme
from .doctor_checks import Check

_NOBODY = "Set alarm.to in service.yaml to an address at another provider than the mailbox."


def check_alarm(service: Service) -> Iterator[Check]:
    """Say who is told when reading fails for long; nothing is sent."""
    alarm = service.alarm
    urls = [url.get_secret_value() for url in alarm.urls]
    told = [f"{len(alarm.to)} addresses"] if alarm.to else []
    told += [f"{len(urls)} chat services"] if urls else []
    told += ["a monitor"] if alarm.ping else []
    hours = alarm.after.total_seconds() / 3600
    yield Check(
        name="alarm",
        ok=True if told else None,
        detail=f"when the mailbox cannot be read for {hours:g} h, these are told: {', '.join(told)}"
        if told
        else f"nobody is told when the mailbox cannot be read for {hours:g} h",
        cure="" if told else _NOBODY,
    )
    if alarm.urls_file is not None and not urls:
        yield Check(
            name="alarm.urls",
            ok=False,
            detail=f"{alarm.urls_file} cannot be read or holds no address",
            cure="Write one Apprise URL a line into it, readable for the service.",
        )
    for number, url in enumerate(urls, 1):
        if not is_known(url):
            yield Check(
                name=f"alarm.urls {number}",
                ok=False,
                detail=f"{scheme(url)}:// is no address that Apprise can use",
                cure="Correct REMINDER_SERVICE_ALARM__URLS; Apprise's documentation lists how each service is written.",
            )
