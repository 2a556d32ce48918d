"""What the console needs of the office; ``app`` hands it in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ..config import Configuration
from ..domain.campaign import Campaign
from ..jobs.incoming.intake import HandedIn, Handover
from ..jobs.outgoing.letters import Letters
from ..jobs.outgoing.send import SendSummary
from ..jobs.results.export import Printer
from ..jobs.state.situation import Situation
from ..store import Store


class Done(Protocol):
    """What a round of work came to."""

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong, in sentences."""


class Office(Protocol):
    """One office's service: settings, store, clock, and the work that can be asked of it."""

    @property
    def configuration(self) -> Configuration:
        """Everything a person has set."""

    @property
    def store(self) -> Store:
        """What is remembered."""

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        """The campaigns at work, by id."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Gives the time of every decision."""

    @property
    def printer(self) -> Printer:
        """What workbook and official form are made with."""

    def situation(self, campaign: Campaign, *, now: datetime | None = None) -> Situation:
        """Compute where a campaign stands."""

    def letters(self, campaign: Campaign) -> Letters:
        """Return the writer of a campaign's mails."""

    def collect(self) -> Done:
        """Read every source, work on what is new, send what is due in answer."""

    def remind(self) -> Done:
        """Read the mailbox, then queue and send what is due to units."""

    def send(self) -> SendSummary:
        """Send what is queued and due."""

    def hand_in(self, files: list[Path], said: Handover) -> HandedIn:
        """Register files that came by another way, work on them, and return which messages they became."""

    def reload(self) -> None:
        """Take campaigns and calendar as they stand in the files now."""
