"""The mail that giving a document back would send, written before anything is decided."""

from dataclasses import replace
from datetime import timedelta

from ...domain.campaign import StepKind
from ...domain.errors import WrongUsage
from ...domain.state import Return
from ..decisions.decide import held_document
from ..state.settled import Settled
from ..state.situation import Situation
from .letters import Letter, Letters
from .remind import letter_for, planned

_LONGEST_HOLIDAY = timedelta(days=14)


def preview_return(here: Situation, letters: Letters, settled: Settled) -> Letter:
    """Return the mail as it would go; nothing is stored.

    :raises WrongUsage: when the document is not there, or no mail would go: the unit has no address that works, or
        was told the same already.
    """
    held = held_document(here, settled.document or "")
    assert held.document is not None
    document = held.document.document
    back = Return(document=document, items=settled.items, reason=settled.reason, at=here.now)
    returned = {**here.decisions.returned, document: (*here.decisions.returned.get(document, ()), back)}
    there = replace(here, decisions=replace(here.decisions, returned=returned))
    plan = planned(there, start=here.now, end=here.now + _LONGEST_HOLIDAY)
    for mail in plan.mails:
        if mail.kind is StepKind.CORRECTION and mail.key.about == back.name:
            return letter_for(there, mail, letters, there.state(mail.period))
    unable = [one.reason for one in plan.held if one.unit == held.unit]
    raise WrongUsage(f"no mail would go: {unable[0] if unable else 'the unit was told this already'}")
