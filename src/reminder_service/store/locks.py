"""Locks between processes that the operating system drops with the process, however it ended."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from ..domain.errors import BusyError
from .faults import disk_faults
from .private import FILE_MODE, make_folder

_PAUSE = 0.2


def work_lock(
    folder: Path, what: str, wait: float = 60, sleep: Callable[[float], None] = time.sleep
) -> AbstractContextManager[None]:
    """Let one process (or thread) at a time collect or send on the store in ``folder``.

    :param what: the command, as the one who has to wait will read it.
    :param wait: seconds to wait for another one to finish.
    :raises BusyError: naming who is at work, when that takes longer.
    """
    return held(folder / "work.lock", what, wait=wait, sleep=sleep)


def service_lock(folder: Path) -> AbstractContextManager[None]:
    """Let one service run on the store in ``folder``.

    :raises BusyError: at once, naming the process that runs already.
    """
    return held(folder / "service.lock", "run", wait=0)


@contextmanager
def held(
    file: Path, what: str, *, wait: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Hold the lock on a file during the block; the file itself stays.

    :raises BusyError: when someone else still holds it after ``wait`` seconds.
    :raises OutsideError: when the lock file cannot be made.
    """
    make_folder(file.parent)
    with disk_faults(file):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        _acquire(descriptor, file, what, wait, sleep)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
            # A forked child would keep the lock alive if it ended only with the descriptor.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, file: Path, what: str, wait: float, sleep: Callable[[float], None]) -> None:
    # Counting the pauses instead of reading a clock keeps the wait right while a test moves the clock.
    pauses = int(wait / _PAUSE)
    while not _taken(descriptor):
        if pauses <= 0:
            raise BusyError(f"{_holder(descriptor)} is at work in {file.parent}; wait until it has finished.")
        pauses -= 1
        sleep(_PAUSE)
    with disk_faults(file):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"command": what, "pid": os.getpid()}).encode(), 0)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        # The file was written when the lock was taken, so its time says since when.
        since = datetime.fromtimestamp(os.fstat(descriptor).st_mtime).astimezone()
        return f"{holder['command']} (process {holder['pid']}, since {since:%Y-%m-%d %H:%M:%S})"
    except (ValueError, KeyError, TypeError):
        return "Another process"
