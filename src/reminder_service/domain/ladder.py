"""The reminder ladder that a campaign has unless its office sets another."""

from datetime import time

from .campaign import Audience, Ladder, Step, StepKind

_MORNING = time(9, 0)

DEFAULT_LADDER = Ladder(
    steps=(
        Step(kind=StepKind.FIRST_NOTICE, offset=-10, at=_MORNING, audience=Audience.ALL),
        Step(kind=StepKind.REMINDER, offset=-3, at=_MORNING, audience=Audience.GAPS),
        Step(kind=StepKind.REMINDER, offset=-1, at=_MORNING, audience=Audience.GAPS),
        Step(kind=StepKind.DUE_TODAY, offset=0, at=_MORNING, audience=Audience.GAPS),
        Step(kind=StepKind.OVERDUE, offset=1, at=_MORNING, audience=Audience.GAPS, every=3, at_most=5),
    ),
    office_hours=(time(8, 30), time(17, 30)),
)
"""D-10W to all; D-3W, D-1W, D and D+1W (then every third workday, five in all) to units with gaps."""
