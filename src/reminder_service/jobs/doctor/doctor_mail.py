"""What the doctor finds out about mail: the ways in and out now, and how they did lately."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from ...config import Service, SmtpSettings
from ...domain.errors import OutsideError
from ...store import Store
from ..incoming.watch_folder import listing
from .doctor_checks import Check

Tried = Callable[[str, Callable[[], Iterable[Check]]], Iterable[Check]]
"""Runs a check; one that fails becomes a finding."""


class Mailbox(Protocol):
    """What the doctor asks of a mailbox; ``mail.imap.ImapMailbox`` is the real one."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def examine(self, folder: str) -> int:
        """Open a folder read-only and return its UIDVALIDITY."""


def check_ways_in(service: Service, mailbox: Callable[[str], Mailbox], tried: Tried) -> Iterator[Check]:
    """Log in to every mailbox, open every folder, look into the watched folder."""
    for section in service.inboxes:
        name = "mailbox" if section == "imap" else f"mailbox {section.split('.')[1]}"
        yield from tried(name, partial(_check_mailbox, service, section, name, mailbox, tried))
    if service.folder_mailbox.inbox is not None:
        yield from tried("watched folder", partial(_check_watched, service.folder_mailbox.inbox))


def _check_mailbox(
    service: Service, section: str, name: str, mailbox: Callable[[str], Mailbox], tried: Tried
) -> Iterator[Check]:
    server = service.inboxes[section]
    with mailbox(section) as opened:
        detail = f"login of {server.username} at {server.host}:{server.port} works"
        yield Check(name=name, ok=True, detail=detail)
        for folder in server.folders:
            yield from tried(
                f"{name} folder {folder}", partial(_check_folder, opened, f"{name} folder", folder)
            )


def check_ways_out(
    service: Service, sender: Callable[[str], AbstractContextManager[object]], tried: Tried
) -> Iterator[Check]:
    """Log in to every mail server, or try to write into the outbox folder; nothing is sent."""
    if service.folder_outbox.outbox is not None:
        yield _check_outbox(service.folder_outbox.outbox)
    for section, server in service.servers.items():
        if isinstance(server, SmtpSettings):
            name = "SMTP" if section == "smtp" else f"SMTP {section.split('.')[1]}"
            yield from tried(name, partial(_check_sender, section, name, server, sender))


def _check_sender(
    section: str,
    name: str,
    server: SmtpSettings,
    sender: Callable[[str], AbstractContextManager[object]],
) -> Iterator[Check]:
    with sender(section):
        who = f"login of {server.username}" if server.username else "connection without login"
        detail = f"{who} at {server.host}:{server.port} works; nothing was sent"
        yield Check(name=name, ok=True, detail=detail)


def check_mail_so_far(store: Store, zone: tzinfo) -> Iterator[Check]:
    """Say when each account last worked, and which mails wait for a person."""

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "never"

    for read in store.health.folders():
        detail = f"last good reading of {read.folder}: {at(read.good_at)}"
        yield _history(f"reading {read.account}", detail, read.error, at(read.attempted_at))
    for sent in store.health.senders():
        detail = f"last good sending: {at(sent.good_at)}"
        yield _history(f"sending {sent.account}", detail, sent.error, at(sent.attempted_at))
    yield from _unclear(store)
    yield from _unread(store)
    if paused := store.pause.get():
        detail = f"paused since {at(paused.since)}{f' ({paused.reason})' if paused.reason else ''}"
        yield Check(
            name="sending", ok=None, detail=detail, cure="`reminder-service resume` lets mails go again."
        )


def _check_folder(mailbox: Mailbox, name: str, folder: str) -> Iterator[Check]:
    validity = mailbox.examine(folder)
    yield Check(name=f"{name} {folder}", ok=True, detail=f"can be read (UIDVALIDITY {validity})")


def _check_watched(inbox: Path) -> Iterator[Check]:
    detail = f"{inbox} can be read, files: {len(listing(inbox))}"
    yield Check(name="watched folder", ok=True, detail=detail)


def _check_outbox(folder: Path) -> Check:
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise OutsideError(
            f"The folder {place} cannot be written ({error.strerror}). Check folder_outbox.outbox in service.yaml."
        ) from error
    return Check(name="outbox folder", ok=True, detail=f"{folder} can be written")


def _history(name: str, detail: str, error: str | None, attempted_at: str) -> Check:
    if error is None:
        return Check(name=name, ok=True, detail=detail)
    cure = "The checks of mailbox and SMTP above say whether it works now."
    return Check(
        name=name, ok=None, detail=f"{detail}; the attempt of {attempted_at} failed: {error}", cure=cure
    )


def _unclear(store: Store) -> Iterator[Check]:
    if mails := store.outbox.in_state("unknown", "sending"):
        keys = ", ".join(mail.key for mail in mails[:3])
        yield Check(
            name="outbox",
            ok=None,
            detail=f"{len(mails)} mails may or may not have gone ({keys}{', …' if len(mails) > 3 else ''})",
            cure="Look into the sent folder of the mailbox, then run `reminder-service mark-sent KEY` or "
            "`reminder-service send-again KEY`; smtp.own_copy settles such mails by itself.",
        )


def _unread(store: Store) -> Iterator[Check]:
    accounts = dict.fromkeys(folder.account for folder in store.health.folders())
    troubles = [seen for account in accounts for _, seen in store.mailbox.troubles(account)]
    for seen in troubles:
        when = "it is tried again" if seen.state == "retry" else "it is not tried again"
        yield Check(
            name="mail not read",
            ok=None,
            detail=f"{seen.error} ({seen.tries} tries; {when})",
            cure="Save the mail from a mail program as .eml and hand it in: `reminder-service intake FILE`.",
        )
