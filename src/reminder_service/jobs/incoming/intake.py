"""Register what came by another way: files that the clerk hands in, and mails saved as ``.eml``."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...documents.sniff import sniff_from_outside
from ...domain.documents import Kind
from ...domain.errors import WrongUsage
from ...store import Store

HANDED_IN = "intake"


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """What the clerk says about the files: all of it optional, each overriding what the files say."""

    unit: str | None = None
    period: str | None = None
    received_at: datetime | None = None
    channel: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedIn:
    """The messages that files became, known ones among them, and how many of them are new."""

    messages: tuple[int, ...]
    new: int


def intake(store: Store, files: Sequence[Path], said: Handover, *, now: datetime) -> int:
    """Keep the files and note them as messages to be worked on; the same hand-over again changes nothing.

    Each ``.eml`` is a message of its own; all other files together are one.

    :returns: how many messages are new.
    :raises WrongUsage: when a file cannot be read; then nothing is registered.
    """
    return hand_in(store, files, said, now=now).new


def hand_in(store: Store, files: Sequence[Path], said: Handover, *, now: datetime) -> HandedIn:
    """Do what :func:`intake` does and return which messages the files became."""
    return _taken(store, [(path.name, _bytes(path)) for path in files], said, now)


def take(store: Store, contents: Sequence[tuple[str, bytes]], said: Handover, *, now: datetime) -> int:
    """Do what :func:`intake` does with files that were read already, given as pairs of name and content."""
    return _taken(store, contents, said, now).new


def _taken(store: Store, contents: Sequence[tuple[str, bytes]], said: Handover, now: datetime) -> HandedIn:
    kinds = [sniff_from_outside(data, name) for name, data in contents]
    mails = [data for (_, data), kind in zip(contents, kinds, strict=True) if kind is Kind.MAIL]
    loose = [content for content, kind in zip(contents, kinds, strict=True) if kind is not Kind.MAIL]
    kept = [_mail(store, data, said, now) for data in mails]
    if loose:
        kept.append(_files(store, loose, said, now))
    return HandedIn(messages=tuple(number for number, _ in kept), new=sum(new for _, new in kept))


def _mail(store: Store, data: bytes, said: Handover, now: datetime) -> tuple[int, bool]:
    sha256 = store.originals.put(data)
    message, new = store.messages.record(
        sha256=sha256,
        channel=HANDED_IN,
        collected_at=now,
        dedup_key=sha256,
        received_at=said.received_at,
        forced_unit=said.unit,
        forced_period=said.period,
        note=said.channel,
    )
    if not new:
        store.purge.drop_if_purged(message, [sha256])
    return message, new


def _files(
    store: Store, files: Sequence[tuple[str, bytes]], said: Handover, now: datetime
) -> tuple[int, bool]:
    shas = [store.originals.put(data) for _, data in files]
    about = "|".join([*shas, said.unit or "", said.period or ""])
    with store.transaction():
        message, new = store.messages.record(
            sha256=None,
            channel=HANDED_IN,
            collected_at=now,
            dedup_key=f"{HANDED_IN}:{hashlib.sha256(about.encode()).hexdigest()}",
            received_at=said.received_at,
            forced_unit=said.unit,
            forced_period=said.period,
            note=said.channel or "人工登记",
        )
        if new:
            for position, ((name, data), sha256) in enumerate(zip(files, shas, strict=True)):
                store.documents.add(message, position, sha256=sha256, filename=name, size=len(data))
    if not new:
        store.purge.drop_if_purged(message, shas)
    return message, new


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{path}: cannot be read: {error.strerror}. Nothing was registered.") from error
