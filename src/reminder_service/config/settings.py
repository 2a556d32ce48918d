"""The settings of the service: one class for each section of ``service.yaml``."""

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from .values import Address, Duration, FilePath, Group, Host, Password, PingUrl, Text, TimeOfDay, Zone

Security = Literal["tls", "starttls", "none"]
"""TLS from the first byte, TLS after STARTTLS, or an open line (loopback only)."""

SECRET_KEYS = frozenset({"password", "password_file", "urls", "urls_file"})
"""Keys that only the environment may give."""

GroupWithPath = TypeVar("GroupWithPath", bound=Group)
_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)([^?]*)(.*)")
_MEMORY = ("", ":memory:")


def _store_url(value: str) -> str:
    if _SQLITE.fullmatch(value) or re.fullmatch(r"postgresql(\+psycopg)?://\S+", value):
        return value
    # Never repeated in the message: the address of a database may hold a password.
    raise ValueError("expected sqlite:///data/reminder-service.db or postgresql+psycopg://user@host/name")


class OfficeSettings(Group):
    """Who collects; ``address`` stands in From and Reply-To, ``timezone`` is office time."""

    name: Text = Field(examples=["县妇儿工委办公室"])
    phone: Text = Field(examples=['"6967116"'])
    address: Address = Field(examples=["office@example.cn"])
    digest_to: tuple[Address, ...] = Field(min_length=1, examples=["[office@example.cn]"])
    timezone: Zone = Field(default=ZoneInfo("Asia/Shanghai"), examples=["Asia/Shanghai"])


class ServerSettings(Group):
    """How a mail server is reached.

    ``password`` is None where none was given; ``password_file`` is where it was to be read from.
    """

    host: Host = Field(examples=["mail.example.cn"])
    security: Security = Field(default="tls", examples=["tls"])
    password: Password | None = Field(default=None, exclude=True)
    password_file: FilePath | None = Field(default=None, exclude=True)
    ca_file: FilePath | None = Field(default=None, examples=["ca.pem"])
    timeout: Duration = Field(default=timedelta(seconds=30), examples=["30s"])


class ImapSettings(ServerSettings):
    """The mailbox that is read; beyond ``stale_after`` since the last good reading it counts as blind."""

    port: int = Field(default=993, ge=1, le=65535, examples=["993"])
    username: Text = Field(examples=["office"])
    folders: tuple[Text, ...] = Field(default=("INBOX",), min_length=1, examples=["[INBOX]"])
    stale_after: Duration = Field(default=timedelta(hours=2), examples=["2h"])


class SmtpSettings(ServerSettings):
    """The server that mails go out by.

    No ``username`` means no AUTH; ``rate`` is mails a minute, ``daily`` mails a day, ``per_unit`` mails
    to one unit about one period, receipts included. With ``own_copy`` each
    mail also goes to the mailbox that is read, which tells later whether a doubtful one went.
    """

    port: int = Field(default=465, ge=1, le=65535, examples=["465"])
    username: Text | None = Field(default=None, examples=["office"])
    rate: int = Field(default=10, ge=1, le=600, examples=["10"])
    daily: int = Field(default=500, ge=1, le=100_000, examples=["500"])
    per_unit: int = Field(default=40, ge=1, le=1000, examples=["40"])
    own_copy: bool = Field(default=False, examples=["true"])


class FolderMailboxSettings(Group):
    """A folder that people put mails and files into, beside or instead of ``imap``; off without ``inbox``.

    :ivar settle: how long a file must have stopped changing before it counts as whole.
    """

    inbox: FilePath | None = Field(default=None, examples=["inbox"])
    settle: Duration = Field(default=timedelta(seconds=5), examples=["5s"])
    stale_after: Duration = Field(default=timedelta(hours=2), examples=["2h"])


class FolderOutboxSettings(Group):
    """A folder that mails are written into for a person to send, instead of ``smtp``; off without ``outbox``."""

    outbox: FilePath | None = Field(default=None, examples=["outbox"])


class StoreSettings(Group):
    """Where everything is kept: the database and the folder of originals; absolute once loaded."""

    url: Annotated[str, AfterValidator(_store_url)] = Field(
        default="sqlite:///data/reminder-service.db",
        repr=False,
        examples=["sqlite:///data/reminder-service.db"],
    )
    files: FilePath = Field(default=Path("data/files"), examples=["data/files"])


class ScheduleSettings(Group):
    """When ``run`` wakes the jobs: how often the mailbox is read, and the time of the daily digest."""

    poll: Duration = Field(default=timedelta(minutes=2), examples=["2m"])
    digest: TimeOfDay = Field(default=time(16, 30), examples=['"16:30"'])


class ConsoleSettings(Group):
    """Where the web pages listen, and for whom; without ``host`` there are none.

    :ivar names: names and addresses, besides ``host``, that browsers may reach the pages by.
    :ivar proxies: addresses of the proxies in front, which alone are believed about who asks and how.
    :ivar upload_limit: MiB that may be handed in at once.
    :ivar session_idle: how long a session lives unused; ``session_max``: how long at all.
    """

    host: Host | None = Field(default="127.0.0.1", examples=["127.0.0.1"])
    port: int = Field(default=8080, ge=1, le=65535, examples=["8080"])
    names: tuple[Text, ...] = Field(default=(), examples=["[reports.example.cn]"])
    tls_certificate: FilePath | None = Field(default=None, examples=["console.pem"])
    tls_key: FilePath | None = Field(default=None, examples=["console.key"])
    proxies: tuple[Text, ...] = Field(default=(), examples=["[127.0.0.1]"])
    upload_limit: int = Field(default=200, ge=1, le=4096, examples=["200"])
    session_idle: Duration = Field(default=timedelta(hours=2), examples=["2h"])
    session_max: Duration = Field(default=timedelta(hours=12), examples=["12h"])


class AlarmSettings(Group):
    """Who is told when reading has failed for longer than ``after``; nobody by default.

    ``urls`` (Apprise) and ``ping`` hold keys of chat services and monitors: they are as secret as passwords.
    """

    after: Duration = Field(default=timedelta(hours=6), examples=["6h"])
    to: tuple[Address, ...] = Field(default=(), examples=["[office@example.cn]"])
    urls: tuple[Password, ...] = Field(default=(), exclude=True, repr=False)
    urls_file: FilePath | None = Field(default=None, exclude=True)
    ping: PingUrl | None = Field(default=None, repr=False, examples=["https://monitor.example.cn/ping/1234"])


class Service(Group):
    """Everything in ``service.yaml``."""

    office: OfficeSettings
    imap: ImapSettings | None = None
    smtp: SmtpSettings | None = None
    folder_mailbox: FolderMailboxSettings = FolderMailboxSettings()
    folder_outbox: FolderOutboxSettings = FolderOutboxSettings()
    store: StoreSettings = StoreSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    console: ConsoleSettings = ConsoleSettings()
    alarm: AlarmSettings = AlarmSettings()

    def based_at(self, directory: Path) -> Self:
        """Return the settings with every relative path made absolute under an absolute directory."""
        prefix, path, query = self._sqlite_parts()
        url = f"{prefix}{directory / path}{query}" if path not in _MEMORY else self.store.url
        store = self.store.model_copy(update={"url": url, "files": directory / self.store.files})
        return self.model_copy(
            update={
                "store": store,
                "imap": self.imap and self.imap.model_copy(update=_based(self.imap, directory)),
                "smtp": self.smtp and self.smtp.model_copy(update=_based(self.smtp, directory)),
                "alarm": _placed(self.alarm, "urls_file", directory),
                "folder_mailbox": _placed(self.folder_mailbox, "inbox", directory),
                "folder_outbox": _placed(self.folder_outbox, "outbox", directory),
                "console": _placed(_placed(self.console, "tls_certificate", directory), "tls_key", directory),
            }
        )

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder that has to be read well before anybody is called missing."""
        watched = (str(self.folder_mailbox.inbox),) if self.folder_mailbox.inbox else ()
        return (*(self.imap.folders if self.imap else ()), *watched)

    @property
    def stale_after(self) -> timedelta:
        """How old the last good reading may be."""
        watched = self.folder_mailbox.stale_after
        if self.imap is None:
            return watched
        return min(self.imap.stale_after, watched) if self.folder_mailbox.inbox else self.imap.stale_after

    def _sqlite_parts(self) -> tuple[str, str, str]:
        match = _SQLITE.fullmatch(self.store.url)
        return (match[1], match[2], match[3]) if match else ("", "", "")


def _placed(folder: GroupWithPath, key: str, directory: Path) -> GroupWithPath:
    path = getattr(folder, key)
    return folder.model_copy(update={key: directory / path}) if path else folder


def _based(server: ServerSettings, directory: Path) -> dict[str, Path]:
    files = {"ca_file": server.ca_file, "password_file": server.password_file}
    return {key: directory / path for key, path in files.items() if path}
