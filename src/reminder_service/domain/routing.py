"""Several campaigns in one mailbox: to which of them do a message and each of its files belong."""

from collections.abc import Mapping
from dataclasses import dataclass

from .campaign import Campaign
from .documents import Reading
from .forms import find_form
from .rows import match_item


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointers:
    """What in a message points to a campaign.

    :param answered: the campaigns whose mails it answers.
    :param readings: its files.
    :param units: the units that the sender is a contact of.
    :param running: the campaigns that had a period open when it came.
    """

    answered: tuple[str, ...]
    subject: str
    readings: tuple[Reading, ...]
    units: frozenset[str] = frozenset()
    running: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Routes:
    """The campaigns that a mail as such, and each of its files, may belong to: several where nothing tells."""

    mail: frozenset[str]
    files: tuple[frozenset[str], ...]


def route(pointers: Pointers, campaigns: Mapping[str, Campaign]) -> Routes:
    """Return to which campaigns a message and each of its files may belong.

    1. A file speaks for itself: its form code, else the campaign most of whose items its rows name.
    2. Else the mail speaks for it: the mails it answers, the short names in its subject, the one campaign that
       its other files belong to.
    3. Else it may be any campaign's that the sender's units report to and that has a period open; nobody guesses.
    """
    every = frozenset(campaigns)
    if len(campaigns) < 2:
        return Routes(mail=every, files=(every,) * len(pointers.readings))
    own = [_by_itself(reading, campaigns) for reading in pointers.readings]
    mail = _by_mail(pointers, campaigns)
    if not mail:
        beside = {next(iter(found)) for found in own if len(found) == 1}
        mail = frozenset(beside) if len(beside) == 1 else _by_sender(pointers, campaigns)
    return Routes(mail=mail, files=tuple((found & mail or found) or mail for found in own))


def _by_itself(reading: Reading, campaigns: Mapping[str, Campaign]) -> frozenset[str]:
    if reading.code and reading.code.campaign in campaigns:
        return frozenset({reading.code.campaign})
    scores = {id: _items_named(reading, campaign) for id, campaign in campaigns.items()}
    best = max(scores.values())
    return frozenset(id for id, score in scores.items() if best and score == best)


def _by_mail(pointers: Pointers, campaigns: Mapping[str, Campaign]) -> frozenset[str]:
    if answered := frozenset(pointers.answered) & frozenset(campaigns):
        return answered
    named = {id: one.short_name for id, one in campaigns.items() if one.short_name in pointers.subject}
    # 儿童安全月报 names 安全月报 as well; only the longer one is meant.
    return frozenset(
        id
        for id, name in named.items()
        if not any(name != other and name in other for other in named.values())
    )


def _by_sender(pointers: Pointers, campaigns: Mapping[str, Campaign]) -> frozenset[str]:
    reporting = {
        id for id, one in campaigns.items() if any(unit.name in pointers.units for unit in one.units)
    }
    possible = frozenset(reporting or campaigns)
    return possible & pointers.running or possible


def _items_named(reading: Reading, campaign: Campaign) -> int:
    form = find_form(reading, campaign.form.columns)
    return sum(match_item(row, campaign) is not None for row in form.rows) if form else 0
