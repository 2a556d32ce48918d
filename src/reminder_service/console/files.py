"""Files that a browser sends: to disk under a name that is no path."""

import shutil
import unicodedata
from pathlib import Path

from fastapi import UploadFile

_LONGEST_NAME = 200
"""Bytes of a file name: file systems take 255, and a program may put something before it."""


def plain_name(sent: str) -> str:
    """Return the last part of a name that a browser sent, without anything invisible and short enough for a disk."""
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C"))
    stem, dot, ending = visible.strip().lstrip(".").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    room = _LONGEST_NAME - len(ending.encode()[:20]) - 1
    short = stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").strip()
    ended = ending.encode("utf-8", "ignore")[:20].decode("utf-8", "ignore")
    return f"{short or '文件'}.{ended}" if ended else short or "文件"


def saved(sent: UploadFile, folder: Path) -> Path:
    """Write a file that was sent into a folder of its own, and return where it lies."""
    own = folder / str(sum(1 for _ in folder.iterdir()))
    own.mkdir(mode=0o700)
    path = own / plain_name(sent.filename or "")
    with path.open("xb") as file:
        shutil.copyfileobj(sent.file, file, 1024 * 1024)
    return path
