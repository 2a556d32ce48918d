"""Mails from templates: three files each, a text and an HTML alternative, files attached; the same bytes each time.

The message is written here and not by ``email.generator``: how that folds and joins encoded words differs between
Python 3.11 and 3.13, while a mail of the outbox must be the same bytes whichever process composes it again.
"""

import hashlib
import re
import traceback
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote
from pathlib import Path
from urllib.parse import quote as percent_encoded

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reminder_service.domain.errors import ConfigurationError, DeliveryError

LAST_SENTENCE = "请勿通过本邮箱报送涉密信息。"
"""What every mail ends with."""

NAMES = (
    "first_notice",
    "reminder",
    "due_today",
    "overdue",
    "receipt",
    "receipt_unlisted",
    "digest",
    "weekly",
    "alarm",
)
"""The mails there are templates for."""

_PARTS = ("subject.txt", "body.txt", "body.html")
_CURE = "correct the template, or delete it to use the program's own"
_LINE_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
# Controls, halves of characters, what no text may hold, and marks that turn the reading direction.
_BROKEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BLANK_LINES = re.compile(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)+\n")
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.\[\]:_-]{1,255}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_WORD = 75  # the longest encoded word, RFC 2047
_LONGEST_SUBJECT = 400  # servers refuse headers of many kilobytes
_UNREPEATABLE_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """Who writes to whom and when; ``sender`` stands in From and Reply-To, ids keep their angle brackets.

    ``in_reply_to`` and ``references`` may come from other people's mails: what is no Message-ID is left out.
    """

    message_id: str
    sender_name: str
    sender: str
    to: str
    to_name: str = ""
    date: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    filename: str
    content: bytes
    content_type: str


class Composer:
    """Makes mails from the templates ``mail/<name>.subject.txt``, ``.body.txt`` and ``.body.html``.

    :param folders: folders of templates, the office's own before the program's; a file of an earlier folder
        takes the place of the same file of a later one.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folder / "mail" for folder in folders)
        self._environment = ImmutableSandboxedEnvironment(
            # Windows editors begin a UTF-8 file with a byte order mark.
            loader=FileSystemLoader(self._folders, encoding="utf-8-sig"),
            undefined=StrictUndefined,
            autoescape=lambda name: name is None or name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False)

    def check(self) -> None:
        """See that every template can be read.

        :raises ConfigurationError: naming every file that cannot, with the line.
        """
        problems: list[str] = []
        for name in NAMES:
            for part in _PARTS:
                try:
                    self._template(f"{name}.{part}")
                except ConfigurationError as error:
                    problems.extend(error.problems)
        if problems:
            raise ConfigurationError(list(dict.fromkeys(problems)))

    def subject(self, name: str, context: Mapping[str, object]) -> str:
        """Return the subject of a mail, on one line that is not too long, whatever the context holds.

        :raises ConfigurationError: when the template is wrong, naming file and line.
        """
        subject = one_line(self._render(f"{name}.subject.txt", context))
        return subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[:_LONGEST_SUBJECT]}…"

    def compose(
        self,
        name: str,
        context: Mapping[str, object],
        envelope: Envelope,
        attachments: Sequence[Attachment] = (),
    ) -> bytes:
        """Return the mail as it is sent: lines end with CRLF, everything is ASCII.

        :raises ConfigurationError: when a template is wrong, naming file and line.
        :raises DeliveryError: when an address is none that a mail can be sent to.
        """
        seed = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
        body = _multipart(
            "alternative",
            f"=_a_{seed}",
            [_text("plain", self._body_text(name, context)), _text("html", self._body_html(name, context))],
        )
        if attachments:
            body = _multipart("mixed", f"=_m_{seed}", [body, *map(_attached, attachments)])
        return _written(_headers(envelope, self.subject(name, context))) + body

    def _body_text(self, name: str, context: Mapping[str, object]) -> str:
        file = f"{name}.body.txt"
        rendered = _BROKEN.sub("", self._render(file, context))
        lines = "\n".join(line.rstrip() for line in rendered.strip("\n").split("\n"))
        text = _BLANK_LINES.sub("\n\n", lines).rstrip() + "\n"
        self._check_end(file, text)
        return text

    def _body_html(self, name: str, context: Mapping[str, object]) -> str:
        file = f"{name}.body.html"
        rendered = _BROKEN.sub("", self._render(file, context))
        self._check_end(file, _TAG.sub("", rendered))
        try:
            return self._inliner.inline(rendered)
        except css_inline.InlineError as error:
            raise self._wrong(file, None, f"its styles cannot be read ({error})") from error

    def _check_end(self, file: str, text: str) -> None:
        if not text.rstrip().endswith(LAST_SENTENCE):
            raise self._wrong(file, None, f"every mail has to end with {LAST_SENTENCE}")

    def _template(self, file: str) -> Template:
        try:
            return self._environment.get_template(file)
        except TemplateSyntaxError as error:
            raise self._wrong(error.filename or file, error.lineno, error.message or "") from error
        except TemplateNotFound as error:
            folders = " or ".join(map(str, self._folders))
            raise ConfigurationError(
                [f"{folders}: the mail template {file} is missing; install reminder-service again."]
            ) from error
        except UnicodeDecodeError as error:
            raise self._wrong(file, None, "the file is not UTF-8; save it as UTF-8") from error

    def _render(self, file: str, context: Mapping[str, object]) -> str:
        template = self._template(file)
        try:
            return template.render(context)
        except TemplateSyntaxError as error:
            raise self._wrong(error.filename or file, error.lineno, error.message or "") from error
        except Exception as error:  # a template is a small program of the office's own: anything may go wrong
            place = self._place(error)
            if place is None and not isinstance(error, TemplateError | UnicodeDecodeError):
                raise
            path, line = place or (file, None)
            raise self._wrong(path, line, str(error)) from error

    def _place(self, error: Exception) -> tuple[str, int | None] | None:
        """Find the line of the template that was at work; Jinja writes it into the traceback."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self._folders):
                return frame.filename, frame.lineno
        return None

    def _wrong(self, file: str, line: int | None, text: str) -> ConfigurationError:
        paths = (folder / file for folder in self._folders)
        path = next((found for found in paths if found.is_file()), file)
        place = f"{path}:{line}" if line else f"{path}"
        return ConfigurationError([f"{place}: {one_line(text).rstrip('.')}; {_CURE}."])


def one_line(text: str) -> str:
    """Return the text on one line: each run of white space and line breaks is one blank, broken characters go."""
    return _BROKEN.sub("", _LINE_BREAKS.sub(" ", text)).strip()


# --- the message on the wire --------------------------------------------------------------------------------------


def _headers(envelope: Envelope, subject: str) -> Iterator[tuple[str, str]]:
    office = _mailbox("From", envelope.sender_name, envelope.sender)
    yield "From", office
    yield "Reply-To", _mailbox("Reply-To", envelope.sender_name, envelope.sender)
    yield "To", _mailbox("To", envelope.to_name, envelope.to)
    yield "Subject", _words("Subject", subject)
    yield "Date", format_datetime(envelope.date)
    yield "Message-ID", _own_id(envelope.message_id)
    answered = [known for known in [envelope.in_reply_to] if known and _MESSAGE_ID.fullmatch(known)]
    if answered:
        yield "In-Reply-To", answered[0]
    known = dict.fromkeys(known for known in envelope.references if _MESSAGE_ID.fullmatch(known))
    if known:
        yield "References", "\r\n ".join(known)
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "MIME-Version", "1.0"


def _own_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no Message-ID")
    return message_id


def _mailbox(header: str, name: str, address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise DeliveryError(
            f"{address!r} is no address that a mail can be sent to; correct it in the contacts.",
            permanent=True,
        )
    name = one_line(name)
    if not name:
        return address
    shown = f'"{quote(name)}"' if name.isascii() else _words(header, name)
    return f"{shown} <{address}>"


def _words(header: str, text: str) -> str:
    """Return a text for a header, folded, in encoded words where it is not plain (RFC 2047).

    All of it becomes one charset: what mixes plain and encoded words loses blanks between them in some clients.
    """
    clean = text.encode("utf-8", "replace").decode()
    charset = "us-ascii" if clean.isascii() else "utf-8"
    return Header(clean, charset, header_name=header, maxlinelen=_WORD).encode(linesep="\r\n")


def _text(subtype: str, text: str) -> bytes:
    content = text.replace("\n", "\r\n").encode("utf-8", "replace")
    return _leaf([("Content-Type", f'text/{subtype}; charset="utf-8"')], content)


def _attached(attachment: Attachment) -> bytes:
    name = _UNREPEATABLE_NAME.sub("_", attachment.filename).encode("utf-8", "replace").decode()
    kind = attachment.content_type
    if not _CONTENT_TYPE.fullmatch(kind):
        raise ValueError(f"{kind!r} is no content type")
    # RFC 2231 in one piece for those who follow it; the encoded word is what Foxmail, QQ and old Outlook read.
    readable = quote(name) if name.isascii() else _words("", name)
    headers = [
        ("Content-Type", f'{kind};\r\n name="{readable}"'),
        ("Content-Disposition", f"attachment;\r\n filename*=UTF-8''{percent_encoded(name, safe='')}"),
    ]
    return _leaf(headers, attachment.content)


def _leaf(headers: Sequence[tuple[str, str]], content: bytes) -> bytes:
    encoded = encodebytes(content).replace(b"\n", b"\r\n")
    return _written([*headers, ("Content-Transfer-Encoding", "base64")]) + b"\r\n" + encoded


def _multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    # No base64 line holds an underscore, so no boundary can occur within a part.
    line = b"--" + boundary.encode()
    head = _written([("Content-Type", f'multipart/{subtype};\r\n boundary="{boundary}"')])
    return head + b"\r\n" + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def _written(headers: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
