"""The service: jobs hung on the scheduler until it is told to stop."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import Any

from ..domain.errors import ConfigurationError, ReminderServiceError, WrongUsage
from ..jobs.accounts import secret_of
from ..jobs.digest.weekly import is_weekly_day
from ..mail import imap
from ..mail.idle import listen
from ..store.locks import service_lock
from .console import console
from .parts import App, Round

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 8
"""How long a job may take to come to an end when the service is told to stop."""


def serve(app: App) -> None:
    """Run the service until SIGTERM or SIGINT: the scheduler only wakes jobs, the store says what is due."""
    app.sleep = app.stopping.wait

    with service_lock(app.store.folder):
        _stop_on_signals(app)
        scheduler = _scheduler(app)
        with console(app):
            scheduler.start()
            _listen(app, lambda: scheduler.modify_job("collect", next_run_time=datetime.now(UTC)))
            logger.info("Service started", extra={"action": "service_started"})
            app.stopping.wait()
            logger.info("Stopping", extra={"action": "service_stopping"})
            scheduler.pause()
        _end(app, scheduler)


def serve_pages(app: App) -> None:
    """Serve the console alone until SIGTERM or SIGINT: no mailbox is read and no mail is sent by itself.

    :raises WrongUsage: when the configuration has no console.
    """
    if app.configuration.service.console.host is None:
        raise WrongUsage("console.host in service.yaml is empty: there are no pages; set it to 127.0.0.1")
    _stop_on_signals(app)
    with console(app):
        app.stopping.wait()


def _stop_on_signals(app: App) -> None:
    def stopping(number: int, frame: FrameType | None) -> None:
        app.stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopping)


def _scheduler(app: App) -> Any:
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    service = app.configuration.service
    scheduler = BackgroundScheduler(
        timezone=service.office.timezone,
        # One worker: jobs take turns, and a slow one delays the others instead of racing them.
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    now, seconds, at = (
        datetime.now(service.office.timezone),
        service.schedule.poll.total_seconds(),
        service.schedule.digest,
    )
    jobs: dict[str, tuple[Callable[[], Round | None], dict[str, Any]]] = {
        "collect": (app.collect, {"trigger": "interval", "seconds": seconds, "next_run_time": now}),
        "remind": (
            lambda: _remind_if_due(app),
            {"trigger": "interval", "seconds": 60, "next_run_time": now},
        ),
        "digest": (
            lambda: _digest_on_workdays(app),
            {"trigger": "cron", "hour": at.hour, "minute": at.minute},
        ),
    }
    if week := service.schedule.weekly:
        # Every day at that time: a week with a holiday has its summary earlier.
        jobs["weekly"] = (
            lambda: _weekly_on_its_day(app, week.weekday),
            {"trigger": "cron", "hour": week.at.hour, "minute": week.at.minute},
        )
    for name, (job, when) in jobs.items():
        scheduler.add_job(_guarded(app, job, name), id=name, **when)
    return scheduler


def _listen(app: App, heard: Callable[[], object]) -> None:
    """Hear of new mail wherever the settings and the server allow it; the poll goes on beside it."""
    service = app.configuration.service
    for section, server in service.inboxes.items():
        if not server.idle:
            continue
        try:
            secret = secret_of(service, section)
        except ConfigurationError:
            continue  # the reading tells
        connect = partial(imap.connect, server, secret, section=section)
        # A daemon: it may be waiting for a server that says nothing, and the service ends within seconds.
        threading.Thread(
            target=listen, args=(connect, server.folders[0], heard, app.stopping), daemon=True
        ).start()


def _end(app: App, scheduler: Any) -> None:
    """End the scheduler, within seconds even where a job waits for a server that says nothing."""
    ended = threading.Thread(target=scheduler.shutdown, daemon=True)
    ended.start()
    ended.join(PATIENCE_SECONDS)
    logger.info("Service ended", extra={"action": "service_ended"})
    if ended.is_alive():
        # Whatever the job was at, the store knows how far it came: a kill -9 would do no harm either.
        app.close()
        logging.shutdown()
        os._exit(0)


def _remind_if_due(app: App) -> Round | None:
    return app.remind() if app.anything_to_remind() else None


def _digest_on_workdays(app: App) -> Round | None:
    today = app.clock().astimezone(app.configuration.service.office.timezone).date()
    quiet = app.configuration.service.schedule.quiet
    return app.digest(quiet=quiet) if app.configuration.calendar.is_workday(today) else None


def _weekly_on_its_day(app: App, weekday: int) -> Round | None:
    today = app.clock().astimezone(app.configuration.service.office.timezone).date()
    quiet = app.configuration.service.schedule.quiet
    return app.weekly(quiet=quiet) if is_weekly_day(today, weekday, app.configuration.calendar) else None


def _guarded(app: App, job: Callable[[], Round | None], name: str) -> Callable[[], None]:
    """A job that fails is told in the log and runs again at its next turn."""

    def run() -> None:
        if app.stopping.is_set():
            return
        try:
            done = job()
            for error in done.errors if done else ():
                logger.warning("%s: %s", name, error, extra={"action": "job_incomplete", "job": name})
        except ReminderServiceError as error:
            logger.error("%s: %s", name, error, extra={"action": "job_failed", "job": name})
        except Exception:
            logger.exception("%s failed", name, extra={"action": "job_failed", "job": name})

    return run
