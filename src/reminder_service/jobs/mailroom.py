"""The ways in and out that the settings name: mailbox and watched folder, mail server or outbox folder."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..config import Configuration, require_password
from ..domain.names import UnitNames
from ..mail import imap, smtp
from ..mail.folder_out import FolderOutbox
from ..store import Store
from .collect import CollectSummary, collect
from .lay_out import lay_out
from .queue import anything_queued, give_up, waiting
from .send import Limits, SendSummary, send_due
from .situation import Situation
from .watch_folder import watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailroom:
    """Reads and sends as the settings say.

    :param sleep: waits for so many seconds, or until the service is to end.
    :param stop: whether the service is to end.
    """

    configuration: Configuration
    store: Store
    clock: Callable[[], datetime]
    sleep: Callable[[float], object] = time.sleep
    stop: Callable[[], bool] = lambda: False

    def read(self) -> CollectSummary:
        """Read every source once.

        :raises ConfigurationError: if a password is missing.
        """
        service = self.configuration.service
        found = []
        if (server := service.imap) is not None:
            password = require_password(service, "imap")
            found.append(
                collect(
                    self.store,
                    lambda: imap.connect(server, password),
                    server.folders,
                    now=self.clock(),
                    stop=self.stop,
                )
            )
        if service.folder_mailbox.inbox is not None:
            found.append(
                watch(
                    self.store,
                    service.folder_mailbox.inbox,
                    settle=service.folder_mailbox.settle.total_seconds(),
                    now=self.clock(),
                    unit_of=self._unit,
                    sleep=self.sleep,
                    wall=time.time,
                )
            )
        return CollectSummary(
            new=sum(one.new for one in found),
            duplicates=sum(one.duplicates for one in found),
            failed_folders=tuple(failed for one in found for failed in one.failed_folders),
            failed_mails=tuple(failed for one in found for failed in one.failed_mails),
        )

    def send(self, situation_of: Callable[[str], Situation]) -> SendSummary:
        """Send what is queued and due, after giving up what nobody needs any more.

        :param situation_of: where the campaign with this id stands.
        :raises ConfigurationError: if a password is missing.
        """
        held: frozenset[int] = frozenset()
        for campaign in self.configuration.campaigns:
            if anything_queued(self.store, campaign):
                here = situation_of(campaign)
                smtp_settings = self.configuration.service.smtp
                give_up(self.store, here, per_unit=smtp_settings.per_unit if smtp_settings else None)
                held |= waiting(self.store, here)
        service = self.configuration.service
        if service.folder_outbox.outbox is not None:
            outbox = FolderOutbox(service.folder_outbox.outbox)
            return lay_out(self.store, outbox, now=self.clock())
        return self._by_server(held)

    def _by_server(self, held: frozenset[int]) -> SendSummary:
        service = self.configuration.service
        server = service.smtp
        # Where there is no server at all, this tells which key to set.
        password = require_password(service, "smtp") if server is None or server.username else None
        assert server is not None
        zone = service.office.timezone
        return send_due(
            self.store,
            lambda: smtp.connect(server, password, copy_to=self._copy_to()),
            sender=service.office.address,
            limits=Limits(rate=server.rate, daily=server.daily, zone=zone, waiting=held),
            clock=self.clock,
            sleep=self.sleep,
            monotonic=time.monotonic,
            account=f"{server.username or service.office.address}@{server.host}",
            stop=self.stop,
        )

    def _copy_to(self) -> str | None:
        """The address of the mailbox that is read, if it shall get a copy of every mail."""
        service = self.configuration.service
        if service.smtp is None or not service.smtp.own_copy or service.imap is None:
            return None
        username = service.imap.username
        return username if "@" in username else service.office.address

    def _unit(self, name: str) -> str | None:
        """The one unit of any campaign that has this name."""
        aliases = self.store.contacts.aliases()
        campaigns = self.configuration.campaigns.values()
        units = {unit for campaign in campaigns for unit in UnitNames(campaign, aliases).match(name).units}
        return units.pop() if len(units) == 1 else None
