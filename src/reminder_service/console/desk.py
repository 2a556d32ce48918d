"""The office as pages see it: situations are computed once for each version of the store, for everybody."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ..domain.campaign import Campaign
from ..jobs.decide import Settled, decide, undo
from ..jobs.situation import Situation
from ..store import Store
from .office import Office

FRESH_SECONDS = 60
"""Deadlines pass while nothing changes in the store: no situation is shown that is older."""

PATIENCE = 4
"""While others change the store, a situation is shown for this many times what it took to compute."""


View = TypeVar("View")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    version: str
    changes: int
    situation: Situation
    at: float
    cost: float
    views: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Desk:
    """The office with its situations at hand.

    :param tick: a clock that only runs forward, in seconds.
    """

    office: Office
    tick: Callable[[], float] = time.monotonic
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _changes: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

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
        kept = self._kept.get(campaign.id)
        if kept and self._will_do(kept, self.version):
            return kept.situation
        with self._lock:
            version = self.version
            kept = self._kept.get(campaign.id)
            if kept and self._will_do(kept, version):
                return kept.situation
            return self._compute(campaign, version).situation

    def kept(self, here: Situation, name: str, make: Callable[[], View]) -> View:
        """Return what is made of a situation, made once and kept as long as the situation is."""
        kept = self._kept.get(here.campaign.id)
        if kept is None or kept.situation is not here:
            return make()
        with self._lock:
            if name not in kept.views:
                kept.views[name] = make()
            view: View = kept.views[name]
        return view

    def refresh(self) -> None:
        """Compute anew what pages asked for before and the store has changed since."""
        for number in list(self._kept):
            campaign = self.office.campaigns.get(number)
            with self._lock:
                version = self.version
                if campaign and self._kept[number].version != version:
                    self._compute(campaign, version)

    def changed(self) -> None:
        """Note that a person changed something here: whoever looks next sees it."""
        with self._lock:
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

    def _will_do(self, kept: _Kept, version: str) -> bool:
        age = self.tick() - kept.at
        if kept.version == version:
            return age < FRESH_SECONDS
        # A person who changed something sees it; what others change may take a moment to be seen.
        return kept.changes == self._changes and age < PATIENCE * kept.cost

    def _compute(self, campaign: Campaign, version: str) -> _Kept:
        began, changes = self.tick(), self._changes
        situation = self.office.situation(campaign)
        situation.state(situation.current_period)
        now = self.tick()
        kept = _Kept(version=version, changes=changes, situation=situation, at=now, cost=now - began)
        self._kept[campaign.id] = kept
        return kept
