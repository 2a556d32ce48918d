"""Due dates as a calendar file (iCalendar, RFC 5545), for the office and for units."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from reminder_service.domain.due_dates import DueDate

from .due_words import period_words, report_words
from .texts import safe_text

_PRODUCT = "-//reminder-service//due dates//ZH"
_ALARM_HOUR = 9


def office_calendar(dates: Sequence[DueDate]) -> bytes:
    """Return the office's calendar of due dates; the same arguments give the same bytes."""
    calendar = _calendar("报送截止日")
    for one in dates:
        units = len(one.campaign.units)
        about = f"{units}个单位报送{report_words(one.campaign, one.period)}，今日截止。"
        calendar.add_component(_event(one, "", _summary(one), about))
    return bytes(calendar.to_ical())


def unit_calendar(one: DueDate, unit: str, *, office: str, phone: str) -> bytes:
    """Return the calendar file of one unit's due date; the same arguments give the same bytes.

    It names nothing but the unit's own duty to report: no other unit, no text of a report.
    """
    calendar = _calendar("报送截止日")
    asking = f"，电话：{phone}" if phone else ""
    report = report_words(one.campaign, one.period)
    about = f"{unit}须于今日下班前向{office}报送{report}{asking}。"
    calendar.add_component(_event(one, unit, _summary(one), about))
    return bytes(calendar.to_ical())


def _summary(one: DueDate) -> str:
    return f"报送截止：{one.campaign.short_name}{period_words(one.period)}"


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    return calendar


def _event(one: DueDate, unit: str, summary: str, about: str) -> Event:
    event = Event()
    event.add("uid", _uid(one, unit))
    # The clock is no argument here: that a file is made again must not make another file of it.
    event.add("dtstamp", datetime.combine(one.campaign.date, time(), UTC))
    event.add("dtstart", one.due)
    event.add("dtend", one.due + timedelta(days=1))
    event.add("summary", safe_text(summary))
    event.add("description", safe_text(about))
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(one, summary))
    return event


def _alarm(one: DueDate, summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", safe_text(summary))
    # Counted from the midnight at which a whole day begins, in whatever zone the reader's calendar is.
    alarm.add("trigger", timedelta(hours=_ALARM_HOUR) - (one.due - one.remind_on))
    return alarm


def _uid(one: DueDate, unit: str) -> str:
    """Return what stands for this due date in every calendar: two counties may use one campaign id."""
    campaign = one.campaign
    about = "\n".join((campaign.id, campaign.issuer, campaign.title, str(one.period), unit))
    return f"{hashlib.sha256(about.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@reminder-service"
