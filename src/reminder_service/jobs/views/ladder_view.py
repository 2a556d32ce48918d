"""What another ladder would change: the mails that would go then beside those that go now."""

from dataclasses import dataclass, replace
from datetime import datetime

from ...domain.campaign import Campaign, StepKind
from ...domain.periods import Period
from ..outgoing.remind import planned
from ..state.situation import Situation


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """The mails of one moment; ``change`` is ``new``, ``gone`` or empty where they go either way."""

    at: datetime
    kind: StepKind
    period: Period
    units: tuple[str, ...]
    change: str


def ladder_outlook(here: Situation, wanted: Campaign, *, until: datetime) -> tuple[Outlook, ...]:
    """Return what would go until then if nothing more arrived, the questions of the notice being answered.

    :param wanted: the campaign of the situation with another ladder.
    """
    now, then = _mails(here, here.campaign, until), _mails(here, wanted, until)
    found = []
    for key in sorted({*now, *then}, key=lambda one: (one[0], str(one[1]), str(one[2]))):
        for change, units in (
            ("", now.get(key, set()) & then.get(key, set())),
            ("new", then.get(key, set()) - now.get(key, set())),
            ("gone", now.get(key, set()) - then.get(key, set())),
        ):
            if units:
                at, kind, period = key
                found.append(
                    Outlook(at=at, kind=kind, period=period, units=tuple(sorted(units)), change=change)
                )
    return tuple(found)


def _mails(
    here: Situation, campaign: Campaign, until: datetime
) -> dict[tuple[datetime, StepKind, Period], set[str]]:
    there = replace(here, campaign=replace(campaign, questions=()))
    found: dict[tuple[datetime, StepKind, Period], set[str]] = {}
    for mail in planned(there, start=here.now, end=until).mails:
        found.setdefault((mail.time, mail.kind, mail.period), set()).add(mail.unit)
    return found
