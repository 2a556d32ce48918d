"""A reminder to one unit that a person asks for: shown first, then queued under its key and journaled."""

from dataclasses import dataclass

from ...domain.asked_mail import asked_mail
from ...domain.periods import Period
from ...domain.reminders import PlannedMail
from ...store import Store
from ..state.situation import Situation
from .letters import Letter, Letters
from .mail_text import MailText, text_of_raw
from .remind import letter_for, queue_letter


@dataclass(frozen=True, kw_only=True, slots=True)
class MailAsked:
    """A mail as it would go."""

    mail: PlannedMail
    letter: Letter

    @property
    def text(self) -> MailText:
        """What stands in it."""
        return text_of_raw(self.letter.raw)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoMail:
    """No mail may go; ``words`` say why."""

    words: str


def mail_asked(here: Situation, letters: Letters, unit: str, period: Period) -> MailAsked | NoMail:
    """Return the reminder that would go to a unit now; nothing is stored."""
    state = here.state(period)
    planned = asked_mail(here.planner, state, unit, now=here.now)
    if not isinstance(planned, PlannedMail):
        return NoMail(words=planned.reason)
    return MailAsked(mail=planned, letter=letter_for(here, planned, letters, state))


def queue_asked(
    store: Store, here: Situation, letters: Letters, unit: str, period: Period, *, author: str
) -> MailAsked | NoMail:
    """Queue the reminder to a unit that a person asked for; of two who ask on one day one gets it."""
    asked = mail_asked(here, letters, unit, period)
    if isinstance(asked, NoMail):
        return asked
    key = asked.mail.key
    with store.transaction():
        store.periods.open(here.campaign.id, str(period), here.now)
        new = queue_letter(
            store, asked.letter, key, to=asked.mail.to, unit=unit, now=here.now, draft=asked.mail.draft
        )
        if not new:
            return NoMail(words="这封信已在发件箱中，不会重复发送")
        store.journal.write(here.now, author, "remind_now", str(key), {"to": asked.mail.to})
    return asked
