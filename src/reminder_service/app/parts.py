"""The composition root: settings become parts here, and everything is closed again."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ..config import Configuration, OfficeSettings, load
from ..documents.reader import Reader
from ..domain.campaign import Campaign
from ..domain.errors import WrongUsage
from ..domain.health import ServiceHealth
from ..domain.purging import Cutoffs
from ..jobs.accounts import folders_of, way_out
from ..jobs.digest.digest import digest
from ..jobs.digest.weekly import weekly
from ..jobs.incoming.collect import CollectSummary
from ..jobs.incoming.intake import HandedIn, Handover, hand_in
from ..jobs.incoming.process import ProcessSummary, process
from ..jobs.incoming.reprocess import ReprocessSummary
from ..jobs.mailroom import Mailroom
from ..jobs.outgoing.answer import answer
from ..jobs.outgoing.letters import Letters
from ..jobs.outgoing.remind import RemindSummary, planned, remind
from ..jobs.outgoing.send import SendSummary
from ..jobs.results.export import Printer
from ..jobs.state.memory import Memory
from ..jobs.state.situation import Situation, situation
from ..jobs.state.surroundings import Surroundings
from ..jobs.upkeep.alarm import Alarm, sign_of_life, watch_over
from ..jobs.upkeep.health import health
from ..jobs.upkeep.purge import PurgePlan, PurgeSummary, plan_purge, purge
from ..mail.compose import Composer
from ..resources import packaged_templates
from ..store import Store, open_store
from ..store.locks import work_lock
from .reading_progress import LoggedProgress, ReadingProgress
from .rereading import read_again, read_some_again


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one command did: mails read, files worked on, mails queued and sent; ``errors`` are sentences."""

    collected: CollectSummary | None = None
    processed: ProcessSummary | None = None
    reminded: tuple[RemindSummary, ...] = ()
    receipts: int = 0
    digests: int = 0
    sent: SendSummary | None = None
    errors: tuple[str, ...] = ()


@dataclass(kw_only=True)
class App:
    """The parts of one office's service, put together; made by :func:`opened`.

    :param clock: gives the time of every decision; fixed where the command line says ``--at``.
    :param campaigns: the campaigns this command is about.
    :param tried_again: the messages that were read again at idle since the service began.
    """

    configuration: Configuration
    store: Store
    clock: Callable[[], datetime]
    campaigns: Mapping[str, Campaign]
    progress: ReadingProgress = field(default_factory=LoggedProgress)
    sleep: Callable[[float], object] = time.sleep
    stopping: threading.Event = field(default_factory=threading.Event)
    _reader: Reader | None = None
    tried_again: set[int] = field(default_factory=set)
    _memory: Memory = field(default_factory=Memory)

    def around(self, campaign: Campaign) -> Surroundings:
        """Return what a campaign stands in."""
        service = self.configuration.service
        return Surroundings(
            calendar=self.configuration.calendar,
            zone=service.office.timezone,
            office_address=self._office(campaign).address,
            folders=folders_of(service, campaign, self.configuration.campaigns),
            stale_after=service.stale_after,
            campaigns=self.configuration.campaigns,
            authserv_ids={
                f"{inbox.username}@{inbox.host}": inbox.authserv_id
                for inbox in service.inboxes.values()
                if inbox.authserv_id
            },
            memory=self._memory,
        )

    def situation(self, campaign: Campaign, *, now: datetime | None = None) -> Situation:
        """Return where a campaign stands, now or at another moment."""
        return situation(self.store, campaign, self.around(campaign), now=now or self.clock())

    def letters(self, campaign: Campaign) -> Letters:
        """Return the writer of a campaign's mails."""
        return Letters(
            campaign=campaign,
            office=self._office(campaign),
            composer=self._composer,
            calendar=self.configuration.calendar,
            zone=self.configuration.service.office.timezone,
            secret=self.store.secret(),
            templates=(self._own_templates,),
        )

    def collect(self) -> Round:
        """Read every source, work on what is new, answer what came, send the answers."""
        with work_lock(self.store.folder, "collect"):
            collected, processed = self._mailroom.read(), self._process()
            receipts = self._answer()
            self._watch_over()
            sent = self._send()
        read_some_again(self)
        return Round(
            collected=collected,
            processed=processed,
            receipts=receipts,
            sent=sent,
            errors=_errors(collected, sent),
        )

    def remind(self) -> Round:
        """Read the mailbox, then queue and send what is due to units.

        :raises WrongUsage: while a question about the notice has no answer.
        """
        for campaign in self.campaigns.values():
            refuse_open_questions(campaign)
        with work_lock(self.store.folder, "remind"):
            collected, processed = self._mailroom.read(), self._process()
            receipts = self._answer()
            reminded = tuple(
                remind(self.store, self.situation(campaign), self.letters(campaign))
                for campaign in self.campaigns.values()
            )
            sent = self._send()
        waiting = sum(summary.waiting_for_mailbox for summary in reminded)
        errors = _errors(collected, sent)
        if waiting:
            errors += (f"{waiting} reminders wait until the mailbox can be read again.",)
        return Round(
            collected=collected,
            processed=processed,
            reminded=reminded,
            receipts=receipts,
            sent=sent,
            errors=errors,
        )

    def digest(self, *, quiet: bool = False) -> Round:
        """Queue and send the office's digest of every open period.

        :param quiet: leave out periods that have nothing to tell today.
        """
        with work_lock(self.store.folder, "digest"):
            queued = sum(
                digest(
                    self.store,
                    self.situation(campaign),
                    self.letters(campaign),
                    self.configuration.service.office.digest_to,
                    self.original_link,
                    quiet=quiet,
                ).queued
                for campaign in self.campaigns.values()
            )
            sent = self._send()
        return Round(digests=queued, sent=sent, errors=_errors(None, sent))

    def weekly(self, *, quiet: bool = False) -> Round:
        """Queue and send the office's summary of this week.

        :param quiet: leave out periods that have nothing to tell.
        """
        addresses = self.configuration.service.office.digest_to
        with work_lock(self.store.folder, "digest"):
            queued = sum(
                weekly(
                    self.store, self.situation(campaign), self.letters(campaign), addresses, quiet=quiet
                ).queued
                for campaign in self.campaigns.values()
            )
            sent = self._send()
        return Round(digests=queued, sent=sent, errors=_errors(None, sent))

    def intake(self, files: list[Path], said: Handover) -> int:
        """Register files that came by another way and work on them; return how many messages are new."""
        return self.hand_in(files, said).new

    def hand_in(self, files: list[Path], said: Handover) -> HandedIn:
        """Do what :meth:`intake` does and return which messages the files became."""
        with work_lock(self.store.folder, "intake"):
            handed = hand_in(self.store, files, said, now=self.clock())
            self._process()
        return handed

    def reprocess(self, *, since: datetime | None = None, everything: bool = False) -> ReprocessSummary:
        """Read again what an earlier version of the reader read, or what a program that is now installed opens.

        :param since: only what came since then.
        :param everything: what this version read, too.
        """
        return read_again(self, since=since, everything=everything)

    def reload(self) -> None:
        """Take campaigns and calendar as they stand in the files now; ``service.yaml`` counts from the next start.

        What a job is in the middle of it finishes as it began.

        :raises ConfigurationError: when a file has mistakes; everything stays as it was then.
        """
        read, before = load(self.configuration.directory), self.configuration.campaigns
        everything = len(self.campaigns) == len(before)
        self.configuration = replace(self.configuration, campaigns=read.campaigns, calendar=read.calendar)
        self.campaigns = {
            number: one for number, one in read.campaigns.items() if everything or number in self.campaigns
        }

    def purge_plan(self, cutoffs: Cutoffs) -> PurgePlan:
        """Return what a purge would remove; nothing is changed."""
        return plan_purge(
            self.store, [self.situation(one) for one in self.configuration.campaigns.values()], cutoffs
        )

    def purge(self, cutoffs: Cutoffs, *, author: str) -> PurgeSummary:
        """Remove what is old for good, and journal it."""
        with work_lock(self.store.folder, "purge"):
            return purge(self.store, self.purge_plan(cutoffs), cutoffs, author=author, now=self.clock())

    def send(self) -> SendSummary:
        """Send what is queued and due."""
        with work_lock(self.store.folder, "send"):
            return self._send()

    def anything_to_remind(self) -> bool:
        """Whether a mail to a unit is due: only then the mailbox is read for it."""
        now = self.clock()
        return any(
            mail.time <= now
            for campaign in self.campaigns.values()
            if not campaign.open_questions
            for mail in planned(self.situation(campaign), start=now, end=now).mails
        )

    @property
    def printer(self) -> Printer:
        """What workbook and official form are made with."""
        return Printer(templates=(self._own_templates,), originals=self.original_link)

    def original_link(self, sha256: str) -> str:
        """Return a link to an original that a workbook on this machine can open."""
        return self.store.originals.path(sha256).absolute().as_uri()

    def reader(self) -> Reader:
        """Return the reader of documents, begun when first asked for."""
        if self._reader is None:
            self._reader = Reader(on_page=self.progress.page)
        return self._reader

    def close(self) -> None:
        """End the reader's child process."""
        if self._reader is not None:
            self._reader.close()

    def health(self) -> ServiceHealth:
        """Return how reading and sending stand; nothing outside is touched."""
        service = self.configuration.service
        return health(self.store, service.folders, service.stale_after, now=self.clock())

    @property
    def _composer(self) -> Composer:
        folders = (self._own_templates, packaged_templates())
        return Composer([folder for folder in folders if folder.is_dir()])

    @property
    def _own_templates(self) -> Path:
        return self.configuration.directory / "templates"

    def _watch_over(self) -> None:
        """Tell the office of an outage, or a monitor that reading went well."""
        service = self.configuration.service
        found = self.health()
        alarm = Alarm(
            office=service.office,
            to=service.alarm.to,
            urls=tuple(url.get_secret_value() for url in service.alarm.urls),
            composer=self._composer,
            zone=service.office.timezone,
            secret=self.store.secret(),
        )
        watch_over(self.store, found, alarm, service.alarm.after)
        if service.alarm.ping and found.reading_works:
            sign_of_life(service.alarm.ping)

    def _office(self, campaign: Campaign) -> OfficeSettings:
        """Return the office under the address that this campaign's mails come from."""
        service = self.configuration.service
        way = way_out(service, campaign.mailbox)
        return service.office.model_copy(update={"address": way.address}) if way else service.office

    @property
    def _mailroom(self) -> Mailroom:
        return Mailroom(
            configuration=self.configuration,
            store=self.store,
            clock=self.clock,
            sleep=self.sleep,
            stop=self.stopping.is_set,
        )

    def _process(self) -> ProcessSummary:
        return process(
            self.store,
            self.reader(),
            self.configuration.campaigns,
            now=self.clock(),
            progress=self.progress.file,
        )

    def _answer(self) -> int:
        return sum(
            answer(self.store, self.situation(campaign), self.letters(campaign))
            for campaign in self.campaigns.values()
        )

    def _send(self) -> SendSummary:
        campaigns = self.configuration.campaigns
        return self._mailroom.send(lambda campaign: self.situation(campaigns[campaign]))


@contextmanager
def opened(
    configuration: Configuration,
    *,
    at: datetime | None = None,
    campaign: str | None = None,
    progress: ReadingProgress | None = None,
) -> Iterator[App]:
    """Put an office's service together and take it apart again.

    :param at: replaces the clock.
    :param campaign: id of the only campaign to work on.
    :param progress: is told what is read; by itself the log is.
    """
    zone = configuration.service.office.timezone
    chosen = {campaign: configuration.campaigns[campaign]} if campaign else configuration.campaigns
    store_settings = configuration.service.store
    with ExitStack() as stack:
        store = stack.enter_context(open_store(store_settings.url, store_settings.files))
        app = App(
            configuration=configuration,
            store=store,
            clock=(lambda: at) if at else (lambda: datetime.now(zone)),
            campaigns=chosen,
            progress=progress or LoggedProgress(),
        )
        stack.callback(app.close)
        yield app


def refuse_open_questions(campaign: Campaign) -> None:
    """Refuse to write to units while the notice leaves something open.

    :raises WrongUsage: listing the questions, their proposals and how to answer.
    """
    if campaign.open_questions:
        lines = [
            f"  {question.key}: {question.question} (proposal: {question.proposal})"
            for question in campaign.open_questions
        ]
        raise WrongUsage(
            f"{campaign.id}: nothing is sent while questions about the notice are open; "
            f"answer each with `reminder-service answer KEY --proposal` (or an answer of your own), "
            f"which writes into campaigns/{campaign.id}.yaml:\n" + "\n".join(lines)
        )


def _errors(collected: CollectSummary | None, sent: SendSummary | None) -> tuple[str, ...]:
    folders = tuple(error for _, error in collected.failed_folders) if collected else ()
    if sent is None:
        return folders
    refused = (f"{sent.failed} mails failed; see `reminder-service messages`.",) if sent.failed else ()
    unclear = (
        (f"{sent.unknown} mails may or may not have gone; see `reminder-service messages`.",)
        if sent.unknown
        else ()
    )
    return (*folders, *((sent.error,) if sent.error else ()), *refused, *unclear)
