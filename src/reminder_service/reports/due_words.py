"""What is due, in words for call sheets and calendars."""

from reminder_service.domain.campaign import Campaign
from reminder_service.domain.periods import Cadence, Period


def period_words(period: Period) -> str:
    """Say the period; one that comes only once is its own due date and needs no saying."""
    return "" if period.cadence is Cadence.ONCE else period.title


def report_words(campaign: Campaign, period: Period) -> str:
    """Say what a unit hands in: the form's title, and of which period."""
    words = period_words(period)
    return f"《{campaign.form.title}》（{words}）" if words else f"《{campaign.form.title}》"
