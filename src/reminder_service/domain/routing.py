"""Several campaigns in one mailbox: to which of them does a message belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .campaign import Campaign
from .documents import Reading
from .forms import find_form
from .rows import match_item


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointers:
    """What in a message points to a campaign: our mails it answers, the short name in its subject, its files."""

    answered: tuple[str, ...]
    subject: str
    readings: tuple[Reading, ...]


def campaign_of(pointers: Pointers, campaigns: Mapping[str, Campaign]) -> str | None:
    """Return the id of the campaign a message belongs to, None where nothing tells.

    In order: the form code, the mail it answers, the short name in the subject, the form whose rows name most
    of a campaign's items.
    """
    if len(campaigns) == 1:
        return next(iter(campaigns))
    coded = [reading.code.campaign for reading in pointers.readings if reading.code]
    for claimed in (*coded, *pointers.answered):
        if claimed in campaigns:
            return claimed
    for campaign in campaigns.values():
        if campaign.short_name and campaign.short_name in pointers.subject:
            return campaign.id
    scores = {id: _items_named(pointers.readings, campaign) for id, campaign in campaigns.items()}
    best = max(scores, key=lambda id: scores[id], default=None)
    return best if best is not None and scores[best] > 0 else None


def _items_named(readings: Sequence[Reading], campaign: Campaign) -> int:
    forms = [form for reading in readings if (form := find_form(reading, campaign.form.columns))]
    return sum(match_item(row, campaign) is not None for form in forms for row in form.rows)
