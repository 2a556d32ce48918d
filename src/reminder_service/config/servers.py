"""The settings of mail servers: how each is reached, and how the program proves who it is there."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from .values import Address, Duration, FilePath, Group, Host, Password, Selector, Text, Url

Security = Literal["tls", "starttls", "none"]
"""TLS from the first byte, TLS after STARTTLS, or an open line (loopback only)."""

SECRETS = ("password", "client_secret", "refresh_token")
"""What proves who we are; each may also be read from a file (``<name>_file``)."""

SECRET_KEYS = frozenset(key for name in (*SECRETS, "urls") for key in (name, f"{name}_file"))
"""Keys that only the environment may give."""


DKIM_SELECTORS = ("default", "dkim", "mail", "s1", "s2", "selector1", "selector2", "google", "qqmail", "k1")
"""Names under which providers often publish their key; which one is used stands in a signed mail only."""


class OAuthSettings(Group):
    """Signing in with a token that the mail provider gives instead of a password; off without ``token_url``.

    ``device_url`` is where ``login`` begins; without it a refresh token has to be given.
    """

    token_url: Url | None = Field(default=None, examples=["https://login.example.cn/oauth2/token"])
    device_url: Url | None = Field(default=None, examples=["https://login.example.cn/oauth2/devicecode"])
    client_id: Text | None = Field(default=None, examples=["11111111-2222-3333-4444-555555555555"])
    scope: Text | None = Field(default=None, examples=["https://mail.example.cn/ offline_access"])

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.token_url and not self.client_id:
            raise ValueError("token_url is given, so client_id is needed too")
        return self


class ServerSettings(Group):
    """How a mail server is reached.

    A secret (``password``, or with ``oauth`` a ``client_secret`` and a first ``refresh_token``) is None where
    none was given; ``…_file`` is where it was to be read from.
    """

    host: Host = Field(examples=["mail.example.cn"])
    security: Security = Field(default="tls", examples=["tls"])
    password: Password | None = Field(default=None, exclude=True)
    password_file: FilePath | None = Field(default=None, exclude=True)
    client_secret: Password | None = Field(default=None, exclude=True)
    client_secret_file: FilePath | None = Field(default=None, exclude=True)
    refresh_token: Password | None = Field(default=None, exclude=True)
    refresh_token_file: FilePath | None = Field(default=None, exclude=True)
    oauth: OAuthSettings = OAuthSettings()
    ca_file: FilePath | None = Field(default=None, examples=["ca.pem"])
    timeout: Duration = Field(default=timedelta(seconds=30), examples=["30s"])


class ImapSettings(ServerSettings):
    """The mailbox that is read; beyond ``stale_after`` since the last good reading it counts as blind.

    With ``idle`` the server may tell of new mail between two readings. ``authserv_id`` is the name under which
    the own server writes Authentication-Results; without it they are not shown.
    """

    port: int = Field(default=993, ge=1, le=65535, examples=["993"])
    username: Text = Field(examples=["office"])
    folders: tuple[Text, ...] = Field(default=("INBOX",), min_length=1, examples=["[INBOX]"])
    stale_after: Duration = Field(default=timedelta(hours=2), examples=["2h"])
    idle: bool = Field(default=True, examples=["true"])
    authserv_id: Text | None = Field(default=None, examples=["mx.example.cn"])


class SmtpSettings(ServerSettings):
    """The server that mails go out by.

    No ``username`` means no AUTH; ``rate`` is mails a minute, ``daily`` mails a day, ``per_unit`` mails
    to one unit about one period, receipts included. With ``own_copy`` each
    mail also goes to the mailbox that is read, which tells later whether a doubtful one went. Under
    ``dkim_selectors`` the doctor looks for the key that the server signs with.
    """

    port: int = Field(default=465, ge=1, le=65535, examples=["465"])
    username: Text | None = Field(default=None, examples=["office"])
    rate: int = Field(default=10, ge=1, le=600, examples=["10"])
    daily: int = Field(default=500, ge=1, le=100_000, examples=["500"])
    per_unit: int = Field(default=40, ge=1, le=1000, examples=["40"])
    own_copy: bool = Field(default=False, examples=["true"])
    dkim_selectors: tuple[Selector, ...] = Field(
        default=DKIM_SELECTORS, min_length=1, examples=["[default, s1]"]
    )


class MailboxSettings(Group):
    """One more mailbox, for another office or of the same one.

    What campaigns that name it send goes out by its ``smtp`` (without one by the office's) and from its
    ``address`` (without one from the office's).
    """

    imap: ImapSettings
    smtp: SmtpSettings | None = None
    address: Address | None = Field(default=None, examples=["minzheng@example.cn"])
