"""What lies in the outbox and must not go, or not now: after an outage nobody gets a burst of old reminders."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from ...domain.campaign import StepKind
from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.reminders import ANSWER_KINDS, LADDER_KINDS, gaps_of
from ...domain.state import Status, UnitState, WaitsFor
from ...store import OutboxMail, Store
from ..state.situation import Situation

logger = logging.getLogger(__name__)

# The plan chose the hour of a mail; only what did not go then has to wait for the next office hours.
FRESH = timedelta(minutes=30)

_Queued = list[tuple[OutboxMail, MailKey]]


def give_up(store: Store, here: Situation, *, per_unit: int | None = None) -> None:
    """Give up the queued mails of a campaign that nobody needs any more.

    1. Mails to units that owe nothing any more, about returns that were taken back or answered, and of periods
       that were closed.
    2. Of several mails of the ladder to one unit all but the newest; a first notice that has not gone stays
       until the due date, and later ones make way: nobody begins with a reminder.
    3. Of several digests all but the newest.
    4. Mails to a unit that has had ``per_unit`` about this period, whatever asked for them: something is wrong
       then, and a person should phone.
    """
    if per_unit is not None:
        _give_up_beyond(store, here, per_unit)
    ladder, digests = _ladder(store, here), _digests(store, here)
    keep = {mail.id for mail in (*_one_a_unit(here, ladder), *_newest(digests))}
    for mail, key in (*ladder, *digests):
        if mail.id not in keep:
            _drop(store, mail, "dropped: a later mail takes its place")
        elif key.kind in LADDER_KINDS and not _needed(here, key):
            _drop(store, mail, "dropped: the unit owes nothing any more")
    for mail, key in _answers(store, here):
        if not _still_true(here, key):
            _drop(store, mail, "dropped: what it says is no longer so")


def _give_up_beyond(store: Store, here: Situation, per_unit: int) -> None:
    had = Counter(
        (mail.key.unit, mail.key.period)
        for mail in here.history
        if mail.state in ("sent", "sending", "unknown")
    )
    for mail, key in _queued(store, here):
        if mail.unit is None:
            continue
        had[key.unit, key.period] += 1
        if had[key.unit, key.period] > per_unit:
            _drop(
                store, mail, f"dropped: the unit has had {per_unit} mails about this period (smtp.per_unit)"
            )


def waiting(store: Store, here: Situation) -> frozenset[int]:
    """Return the numbers of queued mails to units that must not go now.

    A mail that did not go when the plan wanted it waits for office hours of a workday. But for first notices it
    waits as well until the mailbox can be read and while something of the unit lies in the tray: whoever seems
    to be silent may have reported.
    """
    return frozenset(
        mail.id
        for mail, key in (*_ladder(store, here), *_answers(store, here))
        if not _may_go(here, mail, key)
    )


def anything_queued(store: Store, campaign: str) -> bool:
    """Whether a mail of the ladder or a digest of a campaign is queued: else there is nothing to review."""
    return any(mail.campaign == campaign for mail in store.outbox.in_state("queued"))


def _queued(store: Store, here: Situation) -> _Queued:
    return [
        (mail, key)
        for mail in store.outbox.in_state("queued", "draft")
        if (key := MailKey.parse(mail.key)) and key.campaign == here.campaign.id
    ]


def _ladder(store: Store, here: Situation) -> _Queued:
    return [(mail, key) for mail, key in _queued(store, here) if key.kind in LADDER_KINDS]


def _answers(store: Store, here: Situation) -> _Queued:
    return [(mail, key) for mail, key in _queued(store, here) if key.kind in ANSWER_KINDS]


def _still_true(here: Situation, key: MailKey) -> bool:
    """Whether what was given back still is, and whoever is thanked has everything in."""
    unit = _unit(here, key)
    if unit is None or key.kind == StepKind.THANKS:
        return unit is not None and unit.status is Status.COMPLETE
    return any(one.back.name == key.about for one in unit.returned)


def _digests(store: Store, here: Situation) -> _Queued:
    return [(mail, key) for mail, key in _queued(store, here) if key.kind in ("digest", "weekly")]


def _newest(digests: _Queued) -> Sequence[OutboxMail]:
    return list({(mail.to, key.period, key.kind): mail for mail, key in digests}.values())


def _one_a_unit(here: Situation, ladder: _Queued) -> Sequence[OutboxMail]:
    kept: dict[tuple[str, str], OutboxMail] = {}
    for mail, key in ladder:
        place = (key.unit, key.period)
        before = kept.get(place)
        if before is None or before.kind != StepKind.FIRST_NOTICE or _is_over(here, key):
            kept[place] = mail
    return list(kept.values())


def _is_over(here: Situation, key: MailKey) -> bool:
    return here.now.astimezone(here.around.zone).date() > here.due(Period.parse(key.period))


def _needed(here: Situation, key: MailKey) -> bool:
    unit = _unit(here, key)
    if unit is None or unit.status is Status.COMPLETE or all(duty.waived is not None for duty in unit.duties):
        return False
    # While the office has to look at something nobody can say that the unit owes nothing: then it waits.
    doubtful = unit.maybe_reported or any(one.waits_for is WaitsFor.OFFICE for one in unit.findings)
    return doubtful or key.kind == StepKind.FIRST_NOTICE or bool(gaps_of(here.campaign, unit))


def _unit(here: Situation, key: MailKey) -> UnitState | None:
    period = Period.parse(key.period)
    if period in here.periods.closed:
        return None
    return next((one for one in here.state(period).units if one.unit == key.unit), None)


def _may_go(here: Situation, mail: OutboxMail, key: MailKey) -> bool:
    if here.now - mail.created_at <= FRESH:
        return True  # the plan has weighed all of this just now
    if key.kind != StepKind.FIRST_NOTICE and key.kind in LADDER_KINDS:
        unit = _unit(here, key)
        if unit is None or unit.maybe_reported or not gaps_of(here.campaign, unit):
            return False
    blind = here.mailbox.blind and key.kind != StepKind.FIRST_NOTICE
    return not blind and _in_office_hours(here, here.now)


def _in_office_hours(here: Situation, moment: datetime) -> bool:
    local = moment.astimezone(here.around.zone)
    opens, closes = here.campaign.ladder.office_hours
    return here.around.calendar.is_workday(local.date()) and opens <= local.time() < closes


def _drop(store: Store, mail: OutboxMail, reason: str) -> None:
    if store.outbox.drop(mail.id, reason):
        logger.info("Mail %s %s", mail.key, reason, extra={"action": "mail_dropped", "key": mail.key})
