"""The days pass: what units do arrives, the jobs run at their times, and the results are laid out."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from ..app import App, opened, serve_pages
from ..config import Configuration, load
from ..domain.errors import OutsideError
from ..domain.periods import Period
from ..domain.state import PeriodState
from ..domain.workdays import due_date
from ..jobs.incoming.intake import Handover
from ..jobs.setup.contacts_file import import_contacts, read_contacts
from ..logs import configure as configure_logs
from .acts import ZONE, Act, file_of
from .desk import Desk
from .people import OFFICE
from .post import PostOffice
from .results import lay_out
from .sandbox import CAMPAIGN, Sandbox, configure, prepare, sandbox_in
from .servers import imap_server, require_servers, smtp_server
from .show import Show, ends_well
from .stories import STORIES, acts

PERIOD = Period.parse("2024Q2")
FIRST, LAST = date(2024, 6, 14), date(2024, 7, 9)
RUNS = (time(9), time(11), time(14), time(16, 30))
DIGEST = time(16, 30)
_CONSOLE_KEYS = "REMINDER_SERVICE_CONSOLE__"
GONE = frozenset({"gonghui.old@gaoqing.example.cn"})


def play_quarter(output: Path, *, fast: bool) -> None:
    """Play the quarter; see :func:`reminder_service.demo.play`."""
    require_servers()
    configure_logs(os.environ.get("REMINDER_SERVICE_LOG", "ERROR"))
    sandbox, show = prepare(output), Show(fast=fast)
    show.opening()
    with imap_server() as imap_port:
        begins = datetime.combine(FIRST, RUNS[0], ZONE)
        post = PostOffice(office=OFFICE, imap_port=imap_port, gone=GONE, now=begins)
        with smtp_server(post.refuses, post.takes) as smtp_port:
            configuration = configure(sandbox, imap_port=imap_port, smtp_port=smtp_port)
            quarter = Quarter(configuration, sandbox, post, show)
            quarter.play()
    state = quarter.close()
    wrong = [story.unit for story in STORIES if not ends_well(story, state.unit(story.unit))]
    if wrong:
        raise OutsideError(f"Not in the state that their stories call for: {'、'.join(wrong)}")


def serve_quarter(output: Path) -> None:
    """Serve the pages; see :func:`reminder_service.demo.serve_played`."""
    # Where to listen may be said as for an office's own console; the sandbox's mail servers are gone.
    said = {name: value for name, value in os.environ.items() if name.startswith(_CONSOLE_KEYS)}
    with opened(load(sandbox_in(output).directory, said), at=datetime.combine(LAST, DIGEST, ZONE)) as app:
        serve_pages(app)


class Quarter:
    """One playing of the quarter."""

    def __init__(self, configuration: Configuration, sandbox: Sandbox, post: PostOffice, show: Show) -> None:
        self._configuration = configuration
        self._campaign = configuration.campaigns[CAMPAIGN]
        self._sandbox = sandbox
        self._post = post
        self._show = show
        self._waiting = acts()
        self._told: set[int] = set()

    def play(self) -> None:
        """Let the days pass."""
        self._import_contacts()
        for day in self._workdays():
            self._show.day(day, self._step(day))
            for at in (datetime.combine(day, run, ZONE) for run in RUNS):
                self._run(at)
            self._show.pause()

    def close(self) -> PeriodState:
        """Lay out the results, show how it ended and return the last state."""
        with self._opened(datetime.combine(LAST, DIGEST, ZONE)) as app:
            here = app.situation(self._campaign)
            state = here.state(PERIOD)
            left = lay_out(app, here, state, self._sandbox)
        self._show.ending(state, STORIES)
        for path, what in left:
            self._show.result(str(path), what)
        return state

    def _opened(self, at: datetime) -> AbstractContextManager[App]:
        return opened(self._configuration, at=at)

    def _import_contacts(self) -> None:
        read = read_contacts(self._sandbox.contacts, [self._campaign])
        now = datetime.combine(FIRST, RUNS[0], ZONE) - timedelta(days=1)
        with self._opened(now) as app:
            import_contacts(app.store, read, now)

    def _workdays(self) -> Iterator[date]:
        day = FIRST
        while day <= LAST:
            if self._configuration.calendar.is_workday(day):
                yield day
            day += timedelta(days=1)

    def _step(self, day: date) -> str:
        between = self._configuration.calendar.between
        due = due_date(PERIOD, self._campaign.due_rule, self._configuration.calendar)
        if day == due:
            return "截止日"
        return f"距截止 {between(day, due)} 个工作日" if day < due else f"逾期 {between(due, day)} 个工作日"

    def _run(self, at: datetime) -> None:
        """Do what the scheduler does at a moment: read, remind if anything is due, the digest at its time."""
        self._post.now = at
        with self._opened(at) as app:
            self._happens(app, at)
            errors = list(app.collect().errors)
            if app.anything_to_remind():
                errors += app.remind().errors
            if at.time() == DIGEST:
                errors += app.digest().errors
            new = [
                mail
                for mail in app.store.outbox.all()
                if mail.id not in self._told and mail.state != "queued"
            ]
        self._told |= {mail.id for mail in new}
        self._show.sent(at, new)
        self._show.errors(
            error for error in errors if "mails failed" not in error
        )  # shown as refused already

    def _happens(self, app: App, at: datetime) -> None:
        while self._waiting and self._waiting[0].at <= at:
            act = self._waiting.pop(0)
            desk = Desk(campaign=self._campaign, post=self._post, unit=act.unit, now=act.at)
            if act.mail:
                self._post.arrives(act.mail(desk), act.at)
            else:
                _hand_in(app, act, desk)
            self._show.arrived(act.at, act.unit, act.says)


def _hand_in(app: App, act: Act, desk: Desk) -> None:
    paper = file_of(act, desk)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / paper.filename
        file.write_bytes(paper.content)
        app.intake([file], Handover(unit=act.unit, received_at=act.at, channel=act.channel))
