"""Try every outside part and say, for each, whether it works and how to mend it; nothing secret is ever told."""

import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from ...config import SECRETS, Configuration, Service, SmtpSettings
from ...documents import limits
from ...documents.programs import waited_for
from ...documents.reader import Reader
from ...domain.documents import Reading
from ...domain.errors import OutsideError, ReminderServiceError
from ...mail import imap, smtp
from ...mail.domain_records import Lookup, txt_records
from ...store import Store, open_store
from ...store.database import database_file
from ...store.faults import disk_faults
from ...store.tables import HEAD
from ..accounts import secret_of
from .doctor_alarm import check_alarm
from .doctor_checks import (
    Check,
    check_calendar,
    check_clock,
    check_configuration,
    check_contacts,
    check_programs,
    check_questions,
    check_recognition,
)
from .doctor_domain import check_domains
from .doctor_mail import Mailbox, check_mail_so_far, check_ways_in, check_ways_out

__all__ = ["Check", "Parts", "examine", "outside_parts"]

logger = logging.getLogger(__name__)

_MIB = 1024 * 1024
_SCARCE = 1024 * _MIB
_TOO_LITTLE = 100 * _MIB
_FONT_SECONDS = 30
_OPEN_TO_OTHERS = 0o077
_AGAIN = "Mend that and run doctor again."
_PROBE = "序号"
# Where the sentences of our errors turn from what is wrong to what to do.
_CURE = re.compile(r"(?<=[.)])\s+(?=(?:Check|Correct|Set|Name|Mend|Sign) )")


class FileReader(Protocol):
    """Reads a file in a child process."""

    def read(self, path: Path, filename: str) -> Reading:
        """Return what stands in a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """How each outside part is reached: every call makes or opens it anew, and may fail with a sentence.

    Mailbox and sender are named by where they stand in ``service.yaml``; ``find`` returns the path of a program, or None.
    """

    store: Callable[[], Store]
    mailbox: Callable[[str], Mailbox]
    sender: Callable[[str], AbstractContextManager[object]]
    reader: Callable[[], AbstractContextManager[FileReader]]
    find: Callable[[str], str | None] = shutil.which
    lookup: Lookup = txt_records


def outside_parts(service: Service) -> Parts:
    """Return the parts that the settings name."""

    def sender(section: str) -> smtp.SmtpSender:
        server = service.server(section)
        secret = secret_of(service, section) if server is None or getattr(server, "username", None) else None
        assert isinstance(server, SmtpSettings)
        return smtp.connect(server, secret, section=section)

    def mailbox(section: str) -> imap.ImapMailbox:
        return imap.connect(service.inboxes[section], secret_of(service, section), section=section)

    return Parts(
        store=lambda: open_store(service.store.url, service.store.files),
        mailbox=mailbox,
        sender=sender,
        reader=Reader,
    )


def examine(
    configuration: Configuration, parts: Parts | None = None, *, now: datetime | None = None
) -> tuple[Check, ...]:
    """Try everything, whatever fails before it, and return what was found; mails are neither read nor sent.

    :param parts: how to reach the outside, if not as the settings say.
    :param now: the time to judge clock and calendar by, if not the machine's.
    """
    service, parts = configuration.service, parts or outside_parts(configuration.service)
    now = now or datetime.now(UTC)
    zone, campaigns = service.office.timezone, list(configuration.campaigns.values())
    calendar = partial(
        check_calendar,
        campaigns,
        configuration.calendar,
        str(configuration.directory / "calendar.yaml"),
        today=now.astimezone(zone).date(),
    )
    tried: list[tuple[str, Callable[[], Iterable[Check]]]] = [
        ("configuration", partial(check_configuration, configuration)),
        ("data folder", partial(_check_folders, service)),
        ("store", partial(_check_store, configuration, parts)),
        ("mailbox", partial(check_ways_in, service, parts.mailbox, _tried)),
        ("SMTP", partial(check_ways_out, service, parts.sender, _tried)),
        ("mails so far", partial(_check_so_far, service, parts)),
        ("mail domain", partial(check_domains, service, parts.lookup)),
        ("alarm", partial(check_alarm, service)),
        ("questions", partial(check_questions, configuration)),
        ("calendar", calendar),
        ("clock", partial(check_clock, campaigns, zone, now=now)),
        ("document readers", partial(_check_reader, parts)),
        ("recognition", check_recognition),
        ("Chinese font", partial(_check_font, parts)),
        ("programs", partial(_check_programs, parts)),
    ]
    found = [one for name, check in tried for one in _tried(name, check)]
    return tuple(_without_secrets(service, one) for one in found)


def _tried(name: str, check: Callable[[], Iterable[Check]]) -> list[Check]:
    """Return what a check finds; one that fails becomes a finding and stops no other."""
    found: list[Check] = []
    try:
        for one in check():
            found.append(one)
    except ReminderServiceError as error:
        found.append(_failed(name, error))
    except Exception as error:  # one broken part must not hide what the others have to say
        logger.warning("The check of %s failed", name, exc_info=True, extra={"action": "check_failed"})
        what = f"the check itself failed ({type(error).__name__})"
        found.append(Check(name=name, ok=False, detail=what, cure="The log says more; please report it."))
    return found


def _failed(name: str, error: ReminderServiceError) -> Check:
    detail, *cure = _CURE.split(str(error), maxsplit=1)
    return Check(name=name, ok=False, detail=detail, cure=cure[0] if cure else _AGAIN)


def _without_secrets(service: Service, check: Check) -> Check:
    # The parts keep passwords out of their texts themselves; a library or a server might not.
    detail, cure = check.detail, check.cure
    secrets = [getattr(server, name) for server in service.servers.values() for name in SECRETS]
    for secret in (one.get_secret_value() for one in secrets if one):
        if secret:
            detail, cure = detail.replace(secret, "…"), cure.replace(secret, "…")
    return replace(check, detail=detail, cure=cure)


def _check_folders(service: Service) -> Iterator[Check]:
    for folder in dict.fromkeys((database_file(service.store.url).parent, service.store.files)):
        yield from _tried(f"folder {folder}", partial(_check_folder, folder))


def _check_folder(folder: Path) -> Iterator[Check]:
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    with disk_faults(place), tempfile.TemporaryFile(dir=place) as file:
        file.write(b"doctor")
        file.flush()
    with disk_faults(place):
        free, mode = shutil.disk_usage(place).free, place.stat().st_mode & 0o777
    name, made = f"folder {folder}", "" if place == folder else " (made when first needed)"
    detail = f"writable{made}, {free // _MIB} MB free"
    if free < _SCARCE:
        cure = f"Free some space on the disk of {place}, or move store.url and store.files in service.yaml."
        yield Check(name=name, ok=None if free >= _TOO_LITTLE else False, detail=detail, cure=cure)
    elif place == folder and mode & _OPEN_TO_OTHERS:
        detail += f", but others on this machine may look into it (mode {mode:o})"
        yield Check(name=name, ok=None, detail=detail, cure=f"chmod 700 {folder}")
    else:
        yield Check(name=name, ok=True, detail=detail)


def _check_store(configuration: Configuration, parts: Parts) -> Iterator[Check]:
    with parts.store() as store:
        messages, contacts = len(store.messages.all()), store.contacts.all()
        yield Check(
            name="store",
            ok=True,
            detail=f"{store.file} opens, its schema {HEAD} is up to date; messages: {messages}, "
            f"contacts: {len(contacts)}",
        )
        yield from check_contacts(configuration.campaigns.values(), contacts)


def _check_so_far(service: Service, parts: Parts) -> Iterator[Check]:
    with parts.store() as store:
        yield from check_mail_so_far(store, service.office.timezone)


def _check_programs(parts: Parts) -> Iterator[Check]:
    with parts.store() as store:
        waiting = store.documents.counted_by_problem(waited_for())
    yield from check_programs(parts.find, waiting)


def _check_reader(parts: Parts) -> Iterator[Check]:
    with tempfile.TemporaryDirectory(prefix="reminder-service-doctor-") as folder, parts.reader() as reader:
        path = Path(folder, "doctor.docx")
        _write_probe(path)
        reading = reader.read(path, path.name)
    seen = [cell.text for table in reading.tables for row in table.rows for cell in row.cells]
    if seen != [_PROBE]:
        said = f" ({reading.problem.detail})" if reading.problem else ""
        raise OutsideError(
            f"The reader could not read a small Word file{said}. Check that this machine has "
            f"{limits.MEMORY_BYTES // _MIB} MB of memory to give and that the installation is complete."
        )
    detail = (
        f"a small Word file was read in a child process; limits for a file: {limits.MAX_FILE_BYTES // _MIB} MB, "
        f"{limits.READ_SECONDS:g} s ({limits.CPU_SECONDS} s of processor time), "
        f"{limits.MEMORY_BYTES // _MIB} MB of memory, {limits.MAX_PAGES} pages, {limits.MAX_ROWS} rows; "
        f"for an archive: {limits.ARCHIVE_FILES} files, {limits.ARCHIVE_BYTES // _MIB} MB, "
        f"{limits.ARCHIVE_LEVELS} levels"
    )
    yield Check(name="document readers", ok=True, detail=detail)


def _write_probe(path: Path) -> None:
    from docx import Document  # here: nothing else in this command needs it

    document = Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = _PROBE
    with disk_faults(path.parent):
        document.save(str(path))


def _check_font(parts: Parts) -> Iterator[Check]:
    program = parts.find("fc-list")
    if program is None:
        yield Check(
            name="Chinese font",
            ok=None,
            detail="fc-list is not installed, so the fonts of this machine are not known",
            cure="Install fontconfig and a Chinese font (apt-get install fontconfig fonts-noto-cjk).",
        )
        return
    families = _families(program)
    yield Check(
        name="Chinese font",
        ok=True if families else None,
        detail=f"found: {', '.join(families[:3])}"
        if families
        else "no font with Chinese characters is installed",
        cure="" if families else "Install one (apt-get install fonts-noto-cjk).",
    )


def _families(program: str) -> list[str]:
    try:
        answer = subprocess.run(
            [program, ":lang=zh", "family"], capture_output=True, timeout=_FONT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise OutsideError(f"{program} does not work ({type(error).__name__}).") from error
    lines = answer.stdout.decode("utf-8", "replace").splitlines()
    return sorted({line.split(",")[0].strip() for line in lines} - {""})
