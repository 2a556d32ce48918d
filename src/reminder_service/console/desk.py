"""The office as pages see it: situations are computed once for each version of the store, for everybody."""

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ..domain.campaign import Campaign
from ..domain.errors import ReminderServiceError
from ..jobs.decisions.decide import Settled, decide, undo
from ..jobs.state.situation import Situation
from ..store import Store
from .office import Office

logger = logging.getLogger(__name__)

FRESH_SECONDS = 60
"""Deadlines pass while nothing changes in the store: no situation is shown that is older."""

PATIENCE = 4
"""While others change the store, a situation is shown for this many times what it took to compute."""

LOOK_SECONDS = 1.0
LONGEST_STALE = 180
"""Where situations should be computed in the background and that fails, a page never shows one that is older."""

ASKED_LATELY = 600
"""Seconds after which the background stops computing what nobody looks at any more."""


View = TypeVar("View")


@dataclass(kw_only=True, slots=True)
class _Kept:
    """A situation with what was made of it; ``makers`` are how to make again what pages asked for."""

    version: str
    changes: int
    situation: Situation
    at: float
    cost: float
    asked_at: float
    views: dict[str, Any] = field(default_factory=dict)
    makers: dict[str, Callable[[Situation], Any]] = field(default_factory=dict)
    making: threading.RLock = field(default_factory=threading.RLock)

    def view(self, name: str, make: Callable[[Situation], View]) -> View:
        if name not in self.views:
            with self.making:
                if name not in self.views:
                    self.views[name] = make(self.situation)
        view: View = self.views[name]
        return view


@dataclass(kw_only=True)
class Desk:
    """The office with its situations at hand.

    :param tick: a clock that only runs forward, in seconds.
    """

    office: Office
    tick: Callable[[], float] = time.monotonic
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _upcoming: _Kept | None = None
    _replaced: dict[str, _Kept] = field(default_factory=dict)
    _changes: int = 0
    _background: bool = False
    _failing: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def store(self) -> Store:
        """What is remembered."""
        return self.office.store

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self.office.configuration.service.office.timezone

    @property
    def now(self) -> datetime:
        """The time, in office time."""
        return self.office.clock().astimezone(self.zone)

    @property
    def version(self) -> str:
        """What changes whenever the store does, or a person changed something here."""
        return f"{self._changes}-{self.store.pulse.version()}"

    def version_of(self, here: Situation) -> str:
        """Return the version that a situation was computed at, empty where it is kept no longer."""
        kept = self._kept.get(here.campaign.id)
        return kept.version if kept and kept.situation is here else ""

    def campaign(self, wanted: str | None) -> Campaign | None:
        """Return the campaign of that id, the newest where none is named, None where there is none."""
        if not wanted:
            return max(self.office.campaigns.values(), key=lambda one: one.date, default=None)
        return self.office.campaigns.get(wanted)

    def here(self, campaign: Campaign) -> Situation:
        """Return where a campaign stands: at once if nothing changed, and never older than a person's own change."""
        if at_hand := self.at_hand(campaign):
            return at_hand
        kept = self._kept.get(campaign.id)
        if kept and self._will_do(kept, self.version):
            return kept.situation
        with self._lock:
            version = self.version
            kept = self._kept.get(campaign.id)
            if kept and self._will_do(kept, version):
                return kept.situation
            return self._compute(campaign, version).situation

    def at_hand(self, campaign: Campaign) -> Situation | None:
        """Return what :meth:`here` would where that takes no look at the store, else None."""
        kept = self._kept.get(campaign.id)
        if kept is None:
            return None
        kept.asked_at = self.tick()
        return kept.situation if self._background and self._is_kept_up(kept) else None

    def made(self, here: Situation, name: str) -> Any:
        """Return what was made of a situation under a name, None where it was not yet."""
        kept = self._kept_of(here)
        return kept.views.get(name) if kept else None

    def kept(self, here: Situation, name: str, make: Callable[[], View]) -> View:
        """Return what is made of a situation, made once and kept as long as the situation is."""
        kept = self._kept_of(here)
        return kept.view(name, lambda _: make()) if kept else make()

    def ready(self, here: Situation, name: str, make: Callable[[Situation], View]) -> View:
        """Return what is made of a situation, as :meth:`kept` does; of the next situation it is made before anybody asks."""
        kept = self._kept_of(here)
        if kept is None:
            return make(here)
        kept.makers[name] = make
        return kept.view(name, make)

    def refresh(self) -> None:
        """Compute anew what pages asked for before and has changed since, with what they were made of."""
        for number in list(self._kept):
            campaign = self.office.campaigns.get(number)
            with self._lock:
                version, kept = self.version, self._kept[number]
                if campaign and not self._is_fresh(kept, version):
                    self._compute(campaign, version, kept.makers)

    def keep_fresh(self, ended: threading.Event) -> None:
        """Compute in the background what people look at, so that no reader waits for it, until the event is set."""
        self._background = True
        try:
            while True:
                try:
                    self._warm_up()
                    self._forget_unasked()
                    self.refresh()
                    self._failing = False
                except ReminderServiceError as error:
                    self._failing = True
                    logger.warning("Pages are not up to date: %s", error, extra={"action": "refresh_failed"})
                except Exception:
                    self._failing = True
                    logger.exception("Pages are not up to date", extra={"action": "refresh_failed"})
                if ended.wait(max(LOOK_SECONDS, self.cost)):
                    return
        finally:
            self._background = False

    @property
    def cost(self) -> float:
        """How many seconds the dearest situation took to compute: between two of them others get as long."""
        return max((kept.cost for kept in list(self._kept.values())), default=0.0)

    def changed(self) -> None:
        """Note that a person changed something here: whoever looks next sees it."""
        with self._counting:  # not the lock that is held while a situation is computed
            self._changes += 1

    def settle(self, campaign: Campaign, settled: Settled) -> int:
        """Keep what a person settled and return the decision's number.

        :raises WrongUsage: when it is about a unit, item or document that is not there.
        """
        number = decide(self.store, self.office.situation(campaign), settled)
        self.changed()
        return number

    def undo(self, number: int, *, author: str) -> None:
        """Take a decision back.

        :raises WrongUsage: when there is none of that number, or it was taken back before.
        """
        undo(self.store, number, author=author, now=self.now)
        self.changed()

    def _kept_of(self, here: Situation) -> _Kept | None:
        # A page that was begun before the last change of guard still has the situation of before.
        number = here.campaign.id
        known = (self._kept.get(number), self._replaced.get(number), self._upcoming)
        return next((kept for kept in known if kept and kept.situation is here), None)

    def _is_fresh(self, kept: _Kept, version: str) -> bool:
        return kept.version == version and self.tick() - kept.at < FRESH_SECONDS

    def _will_do(self, kept: _Kept, version: str) -> bool:
        if self._is_fresh(kept, version):
            return True
        if self._background:
            return self._is_kept_up(kept)
        # A person who changed something sees it; what others change may take a moment to be seen.
        age = self.tick() - kept.at
        return kept.changes == self._changes and kept.version != version and age < PATIENCE * kept.cost

    def _is_kept_up(self, kept: _Kept) -> bool:
        """Whether nobody here changed anything since, and the background sees to the rest."""
        lately = not self._failing or self.tick() - kept.at < LONGEST_STALE
        return kept.changes == self._changes and lately

    def _warm_up(self) -> None:
        """Compute the newest campaign before anybody asks: the first look at a large office's would take long."""
        campaign = self.campaign(None)
        with self._lock:
            if campaign and campaign.id not in self._kept:
                self._compute(campaign, self.version)

    def _forget_unasked(self) -> None:
        newest = self.campaign(None)
        with self._lock:
            for number, kept in list(self._kept.items()):
                if self.tick() - kept.asked_at > ASKED_LATELY and (newest is None or number != newest.id):
                    del self._kept[number]

    def _compute(
        self, campaign: Campaign, version: str, makers: Mapping[str, Callable[[Situation], Any]] | None = None
    ) -> _Kept:
        with _no_collection():
            return self._computed(campaign, version, makers)

    def _computed(
        self, campaign: Campaign, version: str, makers: Mapping[str, Callable[[Situation], Any]] | None
    ) -> _Kept:
        began, changes = self.tick(), self._changes
        self._replaced.pop(
            campaign.id, None
        )  # those pages are done by now; three would take the memory of three
        situation = self.office.situation(campaign)
        situation.state(situation.current_period)
        before = self._kept.get(campaign.id)
        kept = _Kept(
            version=version,
            changes=changes,
            situation=situation,
            at=began,
            cost=self.tick() - began,
            asked_at=before.asked_at if before else began,
        )
        self._upcoming = kept
        for name, make in dict(makers or {}).items():
            kept.view(name, make)
        kept.cost = self.tick() - began
        if before:
            self._replaced[campaign.id] = before
        self._kept[campaign.id], self._upcoming = kept, None
        return kept


_FREEZES_UNTIL_COLLECTED = 200
_freezes = 0


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector of garbage away from the millions of objects of a large office's situation.

    It would stop every reader for a second, again and again, and find nothing: situations hold no cycles and go by
    themselves. What cycles others leave meanwhile are looked for once in a while.
    """
    global _freezes
    gc.disable()
    try:
        yield
    finally:
        _freezes += 1
        if _freezes % _FREEZES_UNTIL_COLLECTED == 0:
            gc.unfreeze()
            gc.collect()
        gc.freeze()
        gc.enable()
