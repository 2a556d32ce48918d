"""The plan of mails as a JSON document (contract, ``plan --json``)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ..state.situation import Situation
from .letters import Letters
from .plan_pages import Page
from .remind import planned


def plan_json(here: Situation, letters: Letters, *, start: datetime, end: datetime) -> dict[str, Any]:
    """Return every mail to units between two moments, and the units that cannot be written to with the reason."""
    plan = planned(here, start=start, end=end)
    zone = here.around.zone
    return {
        "mails": [
            {
                "time": mail.time.astimezone(zone).isoformat(timespec="seconds"),
                "kind": str(mail.kind),
                "unit": mail.unit,
                "to": mail.to,
                "subject": letters.unit_subject(mail, here.state(mail.period).unit(mail.unit), at=mail.time),
                "key": str(mail.key),
                "draft": mail.draft,
                "attachments": list(letters.enclosures.names(mail)),
            }
            for mail in plan.mails
        ],
        "held": [
            {"unit": held.unit, "period": str(held.period), "reason": held.reason} for held in plan.held
        ],
    }


def with_texts(plan: Mapping[str, Any], pages: Iterable[Page]) -> dict[str, Any]:
    """Return the document with the full ``text`` of every mail beside its subject."""
    texts = {str(page.mail.key): page.text for page in pages}
    return {**plan, "mails": [{**mail, "text": texts[mail["key"]]} for mail in plan["mails"]]}
