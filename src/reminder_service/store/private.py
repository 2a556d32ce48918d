"""Folders and files that only their owner may read (0700, 0600), made to survive a power cut."""

import os
from pathlib import Path

from .faults import disk_faults

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents for the owner alone; an existing one keeps its rights.

    :raises OutsideError: when it cannot be made.
    """
    with disk_faults(folder):
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=FOLDER_MODE, exist_ok=True)
            sync_folder(place.parent)
        next(folder.iterdir(), None)  # says at once, with the folder's name, where a right is missing


def make_file(file: Path) -> None:
    """Make an empty file for the owner alone, or take the rights of others from an existing one.

    :raises OutsideError: when it cannot be made.
    """
    with disk_faults(file):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, FILE_MODE))
        restrict(file, FILE_MODE)


def restrict(place: Path, mode: int) -> None:
    """Take every right beyond ``mode`` away, where the place belongs to this user."""
    status = place.stat()
    if status.st_mode & 0o777 & ~mode and status.st_uid == os.geteuid():
        place.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Make sure that new names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(file: Path) -> None:
    """Make sure that a file's content outlives a power cut."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
