"""Mails as files, for an office whose mail system takes none from programs: a person sends them from there.

``<outbox>/0007 县民政局 reminder/`` holds the mail (``邮件.eml``), the same as text to paste (``邮件.txt``) and its
attachments. What was sent moves to ``已发/``, what is no longer needed to ``作废/``.
"""

import email
import email.policy
import os
import re
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from ..domain.errors import OutsideError

SENT = "已发"
VOID = "作废"

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_NUMBER = re.compile(r"(\d{4,}) ")
_LONGEST = 80


class FolderOutbox:
    """The folder that mails are written into.

    :param folder: made where there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> dict[int, Path]:
        """Return the mails that lie there to be sent, by number.

        :raises OutsideError: if the folder cannot be read or made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            places = [path for path in self._folder.iterdir() if path.is_dir()]
        except OSError as error:
            raise self._unusable(error) from error
        return {int(match[1]): path for path in places if (match := _NUMBER.match(path.name))}

    def write(self, number: int, title: str, raw: bytes, *, how_to_tell: str) -> None:
        """Write a mail, whole or not at all; written before, it stays as it is.

        :param title: what the folder is called by, after its number.
        :param how_to_tell: the last line of the text: how to say that the mail was sent.
        :raises OutsideError: if it cannot be written.
        """
        target = self._folder / f"{number:04} {safe(title)}"
        # A dot in front: nobody shall take a half-written mail for one to send.
        draft = self._folder / f".{number:04}"
        try:
            shutil.rmtree(draft, ignore_errors=True)  # left by a process that was killed
            draft.mkdir(parents=True)
            for name, data in _files(raw, how_to_tell):
                _write(draft / name, data)
            _sync(draft)
            draft.rename(target)
            _sync(self._folder)
        except OSError as error:
            raise self._unusable(error) from error

    def put_away(self, path: Path, where: str) -> None:
        """Move a mail to ``已发`` or ``作废``.

        :raises OutsideError: if it cannot be moved.
        """
        try:
            (self._folder / where).mkdir(exist_ok=True)
            target = self._folder / where / path.name
            if target.exists():
                shutil.rmtree(target)
            path.rename(target)
        except FileNotFoundError:
            return  # a person cleared it away already
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> OutsideError:
        return OutsideError(
            f"The folder {self._folder} cannot be written ({error.strerror}). Check folder_outbox.outbox in "
            "service.yaml, the rights and the free space of that disk."
        )


def safe(name: str) -> str:
    """Return a name that every file system takes, without a dot in front."""
    cleaned = " ".join(_UNSAFE.sub(" ", name).split()).lstrip(".")
    stem, dot, ending = cleaned.rpartition(".")
    if len(cleaned) <= _LONGEST or not stem or len(ending) > 10:
        return cleaned[:_LONGEST] or "-"
    return f"{stem[: _LONGEST - len(ending) - 1]}{dot}{ending}"


def as_text(message: EmailMessage, how_to_tell: str) -> str:
    """Return a mail as text to paste into another mail program."""
    body = message.get_body(("plain",))
    attached = [safe(part.get_filename() or "-") for part in message.iter_attachments()]
    lines = [
        f"收件人：{message['To']}",
        f"主题：{message['Subject']}",
        f"附件：{'、'.join(attached) or '无'}",
        "",
        body.get_content().strip() if body else "",
        "",
        "————————（以下不要发出）————————",
        how_to_tell,
        "",
    ]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"


def _files(raw: bytes, how_to_tell: str) -> Iterator[tuple[str, bytes]]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    yield "邮件.eml", raw
    # With a mark at the front, so that Windows' own editor shows it right.
    yield "邮件.txt", as_text(message, how_to_tell).encode("utf-8-sig")
    for part in message.iter_attachments():
        content = part.get_content()
        data = content.encode() if isinstance(content, str) else bytes(content)
        yield safe(part.get_filename() or "-"), data


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
