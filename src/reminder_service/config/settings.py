"""The settings of the service: one class for each section of ``service.yaml``."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from .servers import SECRETS, ImapSettings, MailboxSettings, ServerSettings, SmtpSettings
from .values import (
    Address,
    Duration,
    FilePath,
    Group,
    Host,
    MailboxName,
    Password,
    PingUrl,
    Text,
    TimeOfDay,
    Url,
    WeekTimeOf,
    Zone,
)

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
    """When ``run`` wakes the jobs: how often the mailbox is read, and when the office is told.

    :ivar quiet: whether a workday without anything to tell has no digest, and such a week no summary.
    :ivar weekly: when a summary of the week goes.
    """

    poll: Duration = Field(default=timedelta(minutes=2), examples=["2m"])
    digest: TimeOfDay = Field(default=time(16, 30), examples=['"16:30"'])
    quiet: bool = Field(default=False, examples=["true"])
    weekly: WeekTimeOf | None = Field(default=None, examples=['"fri 16:00"'])


class OidcSettings(Group):
    """Logging in at the office's own identity provider (OpenID Connect); off without ``issuer``.

    :ivar login_claim: what the provider calls the name that a user has here.
    :ivar role_claim: what it calls a person's groups; who is in one that ``leaders``, ``clerks`` or ``administrators``
        name has that role and needs not be added here first.
    """

    issuer: Url | None = Field(default=None, examples=["https://id.example.cn/realms/county"])
    client_id: Text | None = Field(default=None, examples=["reminder-service"])
    client_secret: Password | None = Field(default=None, exclude=True, repr=False)
    client_secret_file: FilePath | None = Field(default=None, exclude=True)
    scope: Text = Field(default="openid profile", examples=["openid profile groups"])
    login_claim: Text = Field(default="preferred_username", examples=["preferred_username"])
    role_claim: Text | None = Field(default=None, examples=["groups"])
    leaders: tuple[Text, ...] = Field(default=(), examples=["[leaders]"])
    clerks: tuple[Text, ...] = Field(default=(), examples=["[reports]"])
    administrators: tuple[Text, ...] = Field(default=(), examples=["[it]"])

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("issuer is given, so client_id is needed too")
        if "openid" not in self.scope.split():
            raise ValueError("scope must hold the word openid")
        if not self.role_claim and (self.leaders or self.clerks or self.administrators):
            raise ValueError(
                "leaders, clerks and administrators need role_claim, which says where groups stand"
            )
        return self


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
    metrics_token_file: FilePath | None = Field(default=None, examples=["metrics.token"])
    session_idle: Duration = Field(default=timedelta(hours=2), examples=["2h"])
    session_max: Duration = Field(default=timedelta(hours=12), examples=["12h"])
    oidc: OidcSettings = OidcSettings()


class AlarmSettings(Group):
    """Who is told when reading has failed for longer than ``after``; nobody by default.

    ``urls`` (Apprise) and ``ping`` hold keys of chat services and monitors: they are as secret as passwords.
    """

    after: Duration = Field(default=timedelta(hours=6), examples=["6h"])
    to: tuple[Address, ...] = Field(default=(), examples=["[office@example.cn]"])
    urls: tuple[Password, ...] = Field(default=(), exclude=True, repr=False)
    urls_file: FilePath | None = Field(default=None, exclude=True)
    ping: PingUrl | None = Field(default=None, repr=False, examples=["https://monitor.example.cn/ping/1234"])


class RetentionSettings(Group):
    """How long each kind is kept at least; None keeps it for good. ``purge`` removes what is older, never by itself."""

    reports: Duration | None = Field(default=None, examples=["1095d"])
    other: Duration | None = Field(default=None, examples=["365d"])
    sent: Duration | None = Field(default=None, examples=["1095d"])


class Service(Group):
    """Everything in ``service.yaml``."""

    office: OfficeSettings
    imap: ImapSettings | None = None
    smtp: SmtpSettings | None = None
    mailboxes: dict[MailboxName, MailboxSettings] = Field(default={})
    folder_mailbox: FolderMailboxSettings = FolderMailboxSettings()
    folder_outbox: FolderOutboxSettings = FolderOutboxSettings()
    store: StoreSettings = StoreSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    console: ConsoleSettings = ConsoleSettings()
    alarm: AlarmSettings = AlarmSettings()
    retention: RetentionSettings = RetentionSettings()

    def based_at(self, directory: Path) -> Self:
        """Return the settings with every relative path made absolute under an absolute directory."""
        prefix, path, query = self._sqlite_parts()
        url = f"{prefix}{directory / path}{query}" if path not in _MEMORY else self.store.url
        store = self.store.model_copy(update={"url": url, "files": directory / self.store.files})
        placed = self.with_servers(lambda _, server: server.model_copy(update=_based(server, directory)))
        return placed.model_copy(
            update={
                "store": store,
                "alarm": _placed(self.alarm, "urls_file", directory),
                "folder_mailbox": _placed(self.folder_mailbox, "inbox", directory),
                "folder_outbox": _placed(self.folder_outbox, "outbox", directory),
                "console": self.console.model_copy(
                    update={
                        **_based(self.console, directory),
                        "oidc": _placed(self.console.oidc, "client_secret_file", directory),
                    }
                ),
            }
        )

    def with_servers(self, change: Callable[[str, ServerSettings], ServerSettings]) -> Self:
        """Return the settings with every mail server changed.

        :param change: from where a server stands (``imap``, ``mailboxes.minzheng.smtp``) and the server.
        """
        mailboxes = {
            name: mailbox.model_copy(update=_changed(mailbox, f"mailboxes.{name}.", change))
            for name, mailbox in self.mailboxes.items()
        }
        return self.model_copy(update={**_changed(self, "", change), "mailboxes": mailboxes})

    def server(self, section: str) -> ServerSettings | None:
        """Return the mail server that stands at a place: ``imap``, ``mailboxes.minzheng.smtp``."""
        return self.servers.get(section)

    @property
    def servers(self) -> dict[str, ServerSettings]:
        """Every mail server by where it stands."""
        found: dict[str, ServerSettings] = {}

        def noted(section: str, server: ServerSettings) -> ServerSettings:
            found[section] = server
            return server

        self.with_servers(noted)
        return found

    @property
    def inboxes(self) -> dict[str, ImapSettings]:
        """Every mailbox that is read over IMAP, by where it stands."""
        more = {f"mailboxes.{name}.imap": mailbox.imap for name, mailbox in self.mailboxes.items()}
        return ({"imap": self.imap} if self.imap else {}) | more

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder that has to be read well before anybody is called missing."""
        watched = (str(self.folder_mailbox.inbox),) if self.folder_mailbox.inbox else ()
        return (*(folder for names in self.folders_by_mailbox.values() for folder in names), *watched)

    @property
    def folders_by_mailbox(self) -> dict[str, tuple[str, ...]]:
        """The folders of every mailbox as health knows them: ``INBOX``, in others ``minzheng:INBOX``."""
        own = {"": self.imap.folders} if self.imap else {}
        return own | {
            name: tuple(f"{name}:{folder}" for folder in mailbox.imap.folders)
            for name, mailbox in self.mailboxes.items()
        }

    @property
    def stale_after(self) -> timedelta:
        """How old the last good reading may be."""
        watched = self.folder_mailbox.stale_after
        limits = [inbox.stale_after for inbox in self.inboxes.values()]
        return min([*limits, watched]) if self.folder_mailbox.inbox or not limits else min(limits)

    def _sqlite_parts(self) -> tuple[str, str, str]:
        match = _SQLITE.fullmatch(self.store.url)
        return (match[1], match[2], match[3]) if match else ("", "", "")


def _placed(folder: GroupWithPath, key: str, directory: Path) -> GroupWithPath:
    path = getattr(folder, key)
    return folder.model_copy(update={key: directory / path}) if path else folder


def _changed(
    group: Group, prefix: str, change: Callable[[str, ServerSettings], ServerSettings]
) -> dict[str, ServerSettings]:
    servers = {key: server for key in ("imap", "smtp") if (server := getattr(group, key)) is not None}
    return {key: change(prefix + key, server) for key, server in servers.items()}


def _based(group: Group, directory: Path) -> dict[str, Path]:
    secrets = (f"{secret}_file" for secret in SECRETS)
    keys = ("ca_file", *secrets, "tls_certificate", "tls_key", "metrics_token_file")
    return {key: directory / path for key in keys if (path := getattr(group, key, None))}
