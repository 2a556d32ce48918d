"""What the pages' charts show of a campaign, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...domain.charts import DayCount, OnTime, Reached, completion_by_day, on_time_rates, reached
from ...domain.periods import Period
from ...domain.progress import progress
from ..state.situation import Situation

MOST_BARS = 40
"""Bars that one can look at; the first are the ones to look at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """How many of a period's units had everything in, by day."""

    days: tuple[DayCount, ...]
    units: int
    due: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Punctuality:
    """How punctual the units were, the least punctual first, over periods that are over, the oldest first."""

    units: tuple[OnTime, ...]
    periods: tuple[Period, ...]

    def of(self, unit: str) -> OnTime | None:
        """Return how punctual one unit was, None where no period of it is over."""
        return next((one for one in self.units if one.unit == unit), None)


def completion(here: Situation, period: Period) -> Completion:
    """Return a period's way to completion."""
    state = here.state(period)
    days = completion_by_day(state, here.around.zone)
    return Completion(days=days, units=len(state.units), due=state.due)


def punctuality(here: Situation, periods: Sequence[Period]) -> Punctuality:
    """Return who was on time in how many of some periods; periods still running count for nobody."""
    over = tuple(
        sorted(one for one in periods if here.due(one) < here.now.astimezone(here.around.zone).date())
    )
    found = on_time_rates([here.state(one) for one in over], here.around.zone)
    return Punctuality(units=found, periods=over)


def targets_reached(here: Situation, period: Period) -> tuple[Reached, ...]:
    """Return how far each target is reached by what was reported up to a period of its year."""
    states = [here.state(one) for one in here.campaign.periods_of_year(period)]
    return reached(progress(here.campaign, states, here.decisions.figures))
