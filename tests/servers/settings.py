"""Settings as mail wants them, and mails to send around."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class OAuth:
    token_url: str
    device_url: str | None = None
    client_id: str = "client-1"
    scope: str | None = "mail offline_access"


@dataclass(frozen=True, kw_only=True)
class Imap:
    port: int
    host: str = "127.0.0.1"
    security: str = "none"
    username: str = "office"
    folders: tuple[str, ...] = ("INBOX",)
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Smtp:
    port: int
    host: str = "127.0.0.1"
    security: str = "none"
    username: str | None = None
    rate: int = 600
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=10)


def a_mail(name: str, body: str = "已报送", *, message_id: str | None = "") -> bytes:
    """A small mail; ``message_id=None`` leaves the Message-ID out."""
    ids = [] if message_id is None else [f"Message-ID: <{message_id or name}@unit.example.cn>"]
    lines = [
        "From: Zhang <zhang@unit.example.cn>",
        "To: office@example.cn",
        f"Subject: {name}",
        *ids,
        "Date: Mon, 03 Jun 2024 09:00:00 +0800",
        "Content-Type: text/plain; charset=utf-8",
        "",
        body,
        "",
    ]
    return "\r\n".join(lines).encode()
