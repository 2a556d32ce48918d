"""Reading a watched folder instead of a mailbox: mails and files that people or an office system put there.

Nothing in the folder is ever changed, and a file may lie there for ever: it is known by name, size and times.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...domain.errors import OutsideError
from ...store import Store
from .collect import CollectSummary
from .folder_reading import DELAYS, MAX_SIZE, MAX_TRIES, FailedMail
from .intake import Handover, take

logger = logging.getLogger(__name__)

CHANNEL = "文件夹"
_VALIDITY = 1
_UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".temp", ".download", ".filepart", ".!ut")
_SYSTEM = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A file in the folder: ``place`` is its folder below the inbox, ``mark`` changes whenever the file does."""

    path: Path
    place: str
    size: int
    mark: int
    changed_at: float

    @property
    def is_mail(self) -> bool:
        """Whether it is a mail by its name; a mail stands for itself, other files of one place go together."""
        return self.path.suffix.lower() == ".eml"


def watch(
    store: Store,
    inbox: Path,
    *,
    settle: float,
    now: datetime,
    unit_of: Callable[[str], str | None],
    sleep: Callable[[float], object],
    wall: Callable[[], float],
) -> CollectSummary:
    """Read the folder once and return what came; the caller holds the work lock.

    1. List the files, also those in folders inside. Hidden ones and those that programs call unfinished are
       passed over, and what was taken before is known.
    2. A file that changed within ``settle`` seconds may be half-copied: look again after so many seconds, and
       take only what is the same. An empty file waits: whoever copies begins with one.
    3. A mail (``.eml``) is a message of its own. Other files that lie together and came together are one
       message; if their folder is named like a unit, they are that unit's.
    4. Originals to disk first, then the message, then a note about the file: killed at any point, the next
       reading goes on, and the same content is never a second message.
    5. A file that cannot be read is tried again later each time, five times in all; the others go on.
    6. A folder that cannot be listed makes the mailbox blind.

    :param settle: seconds.
    :param unit_of: the unit that a folder's name means, None if none or several.
    :param wall: the time of this machine in seconds, whatever time the command works with.
    """
    account = f"folder:{inbox}"
    try:
        summary = _Watching(store, inbox, account, now, unit_of).run(
            _settled(store, inbox, settle, sleep, wall)
        )
    except OutsideError as error:
        logger.warning("Folder not read: %s", error, extra={"action": "folder_failed"})
        store.health.note_reading(account, str(inbox), now, str(error))
        return CollectSummary(new=0, duplicates=0, failed_folders=((str(inbox), str(error)),))
    store.health.note_reading(account, str(inbox), now)
    return summary


def _settled(
    store: Store, inbox: Path, settle: float, sleep: Callable[[float], object], wall: Callable[[], float]
) -> list[Found]:
    """Return the files not seen before that have stopped changing."""
    account = f"folder:{inbox}"
    fresh = [one for one in listing(inbox) if _is_new(store, account, one)]
    if not fresh or all(_is_still(one, settle, wall()) for one in fresh):
        return fresh
    sleep(settle)
    again = {one.path: one for one in listing(inbox)}
    whole = [one for one in fresh if (later := again.get(one.path)) is not None and later.mark == one.mark]
    for one in fresh:
        if one not in whole:
            logger.info("A file is still being copied", extra={"action": "file_unfinished"})
    return whole


def _is_still(one: Found, settle: float, wall: float) -> bool:
    # A time ahead of ours comes from a server with another clock: it never counts, and two looks must tell.
    return wall - one.changed_at >= settle


def _is_new(store: Store, account: str, one: Found) -> bool:
    return store.mailbox.seen(account, one.place, _VALIDITY, one.mark) is None or _again(store, account, one)


def _again(store: Store, account: str, one: Found) -> bool:
    seen = store.mailbox.seen(account, one.place, _VALIDITY, one.mark)
    return seen is not None and seen.state == "retry"


def listing(inbox: Path) -> list[Found]:
    """Return the files in a folder and below, by name.

    :raises OutsideError: if the folder cannot be listed.
    """
    found = list(_walk(inbox, inbox))
    return sorted(found, key=lambda one: (one.place, one.path.name))


def _walk(folder: Path, inbox: Path) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        if folder != inbox:
            return  # moved away by a person meanwhile
        raise OutsideError(
            f"The folder {inbox} is not there. Make it, or correct folder_mailbox.inbox in service.yaml."
        ) from None
    except OSError as error:
        raise OutsideError(
            f"The folder {folder} cannot be listed ({error.strerror}). Give the user that runs this program the "
            "right to read it (folder_mailbox.inbox in service.yaml)."
        ) from error
    for entry in entries:
        if is_passed_over(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), inbox)
        elif entry.is_file(follow_symlinks=False):
            yield from _found(entry, inbox)


def _found(entry: "os.DirEntry[str]", inbox: Path) -> Iterator[Found]:
    try:
        stat = entry.stat(follow_symlinks=False)
    except OSError:
        return  # moved away by a person meanwhile
    if stat.st_size == 0:
        return
    path = Path(entry.path)
    place = path.parent.relative_to(inbox).as_posix()
    yield Found(
        path=path,
        place=place,
        size=stat.st_size,
        mark=_mark(path.name, place, stat),
        changed_at=max(stat.st_mtime, stat.st_ctime),
    )


def _mark(name: str, place: str, stat: os.stat_result) -> int:
    # No ctime: a chmod, or a copy of the whole folder to another disk, makes no new file.
    about = f"{place}/{name}\0{stat.st_size}\0{stat.st_mtime_ns}"
    return int.from_bytes(hashlib.sha256(about.encode("utf-8", "surrogateescape")).digest()[:8]) >> 1


def is_passed_over(name: str) -> bool:
    """Whether a file is none to read: hidden, a lock of an office program, a download that goes on."""
    lower = name.lower()
    return lower.startswith((".", "~$")) or lower.endswith(("~", *_UNFINISHED)) or lower in _SYSTEM


class _Watching:
    """One reading of the folder."""

    def __init__(
        self, store: Store, inbox: Path, account: str, now: datetime, unit_of: Callable[[str], str | None]
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._account = account
        self._now = now
        self._unit_of = unit_of
        self._failed: list[FailedMail] = []
        self._new = self._duplicates = 0

    def run(self, files: Sequence[Found]) -> CollectSummary:
        """Do steps 3 to 5 of :func:`watch`."""
        for group in _together(files):
            whole = [(one, data) for one in group if (data := self._bytes(one)) is not None]
            if whole:
                self._take(whole)
        return CollectSummary(new=self._new, duplicates=self._duplicates, failed_mails=tuple(self._failed))

    def _take(self, whole: Sequence[tuple[Found, bytes]]) -> None:
        place = whole[0][0].place
        said = Handover(unit=self._unit(place), channel=CHANNEL)
        try:
            new = take(self._store, [(one.path.name, data) for one, data in whole], said, now=self._now)
        except OutsideError:
            raise
        except Exception as error:
            # Whatever is wrong with one file, the others go on, and a person sees this one in the tray.
            logger.exception("A file failed", extra={"action": "file_failed"})
            for one, _ in whole:
                self._put_off(one, f"{one.path} cannot be worked on ({type(error).__name__}).")
            return
        with self._store.transaction():
            for one, _ in whole:
                state = "done" if new else "duplicate"
                self._store.mailbox.note(self._account, place, _VALIDITY, one.mark, state=state)
        self._new += new
        self._duplicates += not new

    def _unit(self, place: str) -> str | None:
        names = [] if place == "." else place.split("/")
        return next((unit for name in reversed(names) if (unit := self._unit_of(name))), None)

    def _bytes(self, one: Found) -> bytes | None:
        """Return what is in a file, None if it cannot be read, changed meanwhile, or waits for its next try."""
        seen = self._store.mailbox.seen(self._account, one.place, _VALIDITY, one.mark)
        if seen is not None and seen.next_try_at is not None and seen.next_try_at > self._now:
            return None
        if one.size > MAX_SIZE:
            text = f"{one.path} has {one.size} bytes, more than the {MAX_SIZE} that are read."
            self._trouble(one, "too_big", text, 0, None)
            return None
        try:
            with one.path.open("rb") as file:
                before = os.fstat(file.fileno())
                data = file.read(MAX_SIZE + 1)
                after = os.fstat(file.fileno())
        except FileNotFoundError:
            return None  # moved away by a person meanwhile
        except OSError as error:
            self._put_off(one, f"{one.path} cannot be read ({error.strerror}).")
            return None
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return data if same and len(data) == one.size else None

    def _put_off(self, one: Found, text: str) -> None:
        seen = self._store.mailbox.seen(self._account, one.place, _VALIDITY, one.mark)
        tries = 1 if seen is None else seen.tries + 1
        given_up = tries >= MAX_TRIES
        again = None if given_up else self._now + DELAYS[tries - 1]
        self._trouble(one, "dead" if given_up else "retry", text, tries, again)

    def _trouble(self, one: Found, state: str, text: str, tries: int, again: datetime | None) -> None:
        self._store.mailbox.note(
            self._account,
            one.place,
            _VALIDITY,
            one.mark,
            state=state,
            error=text,
            tries=tries,
            next_try_at=again,
        )
        logger.warning("File not read: %s", text, extra={"action": "file_failed"})
        self._failed.append(
            FailedMail(folder=str(self._inbox), uid=one.mark, error=text, given_up=state != "retry")
        )


def _together(files: Sequence[Found]) -> Iterator[list[Found]]:
    """Yield each mail alone, the other files of a unit's folder together, those of the inbox itself one by one."""
    places: dict[str, list[Found]] = {}
    for one in files:
        if one.is_mail or one.place == ".":
            yield [one]
        else:
            places.setdefault(one.place, []).append(one)
    yield from places.values()
