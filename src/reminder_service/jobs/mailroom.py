"""The ways in and out that the settings name: mailbox and watched folder, mail server or outbox folder."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..config import Configuration, require_password
from ..domain.names import UnitNames
from ..mail import imap, smtp
from ..mail.folder_out import FolderOutbox
from ..mail.oauth import SignIn
from ..store import Store
from .accounts import WayOut, secret_of, sharing, way_out, ways_out
from .incoming.collect import CollectSummary, collect
from .incoming.watch_folder import watch
from .outgoing.lay_out import lay_out
from .outgoing.queue import anything_queued, give_up, waiting
from .outgoing.send import Limits, SendSummary, send_due
from .state.situation import Situation


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
        secrets = {section: secret_of(service, section) for section in service.inboxes}
        found = [self._collected(section, secret) for section, secret in secrets.items()]
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
                way = way_out(self.configuration.service, self.configuration.campaigns[campaign].mailbox)
                give_up(self.store, here, per_unit=way.server.per_unit if way else None)
                held |= waiting(self.store, here)
        service = self.configuration.service
        if service.folder_outbox.outbox is not None:
            outbox = FolderOutbox(service.folder_outbox.outbox)
            return lay_out(self.store, outbox, now=self.clock())
        return self._by_server(held)

    def _collected(self, section: str, secret: str | SignIn) -> CollectSummary:
        server = self.configuration.service.inboxes[section]
        name = section.removesuffix(".imap").removeprefix("mailboxes.")
        return collect(
            self.store,
            lambda: imap.connect(server, secret, section=section),
            server.folders,
            label="" if section == "imap" else f"{name}:",
            now=self.clock(),
            stop=self.stop,
        )

    def _by_server(self, held: frozenset[int]) -> SendSummary:
        service = self.configuration.service
        ways = ways_out(service, self.configuration.campaigns.values())
        if not ways:
            require_password(service, "smtp")  # tells which key to set
        return SendSummary.of([self._by(way, takes, sharing(way, ways), held) for way, takes in ways.items()])

    def _by(
        self, way: WayOut, takes: Callable[[str], bool], counts: Callable[[str], bool], held: frozenset[int]
    ) -> SendSummary:
        service, server = self.configuration.service, way.server
        secret = secret_of(service, way.section) if server.username else None
        return send_due(
            self.store,
            lambda: smtp.connect(server, secret, copy_to=way.copy_to, section=way.section),
            sender=way.address,
            limits=Limits(
                rate=server.rate,
                daily=server.daily,
                zone=service.office.timezone,
                waiting=held,
                section=way.section,
                counts=counts,
            ),
            clock=self.clock,
            sleep=self.sleep,
            monotonic=time.monotonic,
            account=way.account,
            takes=takes,
            stop=self.stop,
        )

    def _unit(self, name: str) -> str | None:
        """The one unit of any campaign that has this name."""
        aliases = self.store.contacts.aliases()
        campaigns = self.configuration.campaigns.values()
        units = {unit for campaign in campaigns for unit in UnitNames(campaign, aliases).match(name).units}
        return units.pop() if len(units) == 1 else None
