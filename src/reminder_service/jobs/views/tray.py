"""The queue of what waits for a person, over every campaign at work."""

from collections.abc import Iterable

from ...domain.periods import Period
from ...domain.tray import Case, Urgency, cases, contact_sheet_case, in_order
from ..state.situation import Situation


def queue_of(situations: Iterable[Situation]) -> list[Case]:
    """Return everything that waits in the open periods, and what came for a closed one, the most urgent first."""
    return in_order(case for here in situations for case in waiting(here))


def waiting(here: Situation) -> list[Case]:
    """Return what waits in one campaign, the most urgent first; contact sheets come last."""
    held = {one.period for one in here.attributions if one.doubt}
    periods = sorted({*here.open_periods, *held})
    found = cases(here.campaign, [here.state(period) for period in periods], here.attributions)
    state = here.state(here.current_period)
    sheets = [contact_sheet_case(here.campaign, state, one) for one in here.contact_sheets]
    return [*(case for case in found if _still_asks(case, here.open_periods)), *sheets]


def _still_asks(case: Case, open_periods: tuple[Period, ...]) -> bool:
    # What was doubtful in a period that is closed by now changes nothing any more, but what came after does wait.
    return case.period in open_periods or case.urgency is Urgency.ASIDE or case.attribution is None
