from datetime import date, timedelta

from icalendar import Calendar

from builders import CALENDAR, Q2, Q3, campaign
from reminder_service.domain.due_dates import DueDate, due_date_of, due_dates
from reminder_service.domain.due_rules import DueRule
from reminder_service.domain.periods import Period
from reminder_service.reports.calendar_file import office_calendar, unit_calendar


def q2() -> DueDate:
    return due_date_of(campaign(), Q2, date(2024, 6, 28), CALENDAR)


def test_the_due_dates_of_a_year_stand_in_order_for_every_campaign() -> None:
    monthly = campaign(
        id="safety",
        short_name="安全生产",
        cadence=Period.parse("2024M09").cadence,
        first_period=Period.parse("2024M09"),
        last_period=Period.parse("2024M10"),
        due_rule=DueRule.parse("day_5_of_next_month_forward"),
    )
    found = due_dates([campaign(), monthly], CALENDAR, today=date(2024, 6, 29), ahead=timedelta(days=190))
    assert [(one.campaign.id, str(one.period), str(one.due)) for one in found] == [
        ("gaoqing", "2024Q3", "2024-09-30"),
        ("safety", "2024M09", "2024-10-08"),
        ("safety", "2024M10", "2024-11-05"),
        ("gaoqing", "2024Q4", "2024-12-31"),
    ]


def test_a_due_date_that_was_missed_is_no_appointment_but_todays_is() -> None:
    due = date(2024, 6, 28)
    assert due_dates([campaign()], CALENDAR, today=due)[0].period == Q2
    assert due_dates([campaign()], CALENDAR, today=due + timedelta(days=1))[0].period == Q3


def test_any_calendar_program_reads_whole_days_with_a_reminder_on_the_workday_before() -> None:
    after_the_holiday = due_date_of(campaign(), Q3, date(2024, 10, 8), CALENDAR)
    calendar = Calendar.from_ical(office_calendar([q2(), after_the_holiday]))
    first, second = calendar.walk("VEVENT")
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2024, 6, 28), date(2024, 6, 29))
    assert str(first["summary"]) == "报送截止：妇儿实事2024年第二季度"
    (alarm,) = first.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=-15)
    (alarm,) = second.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-8, hours=9), "30 September, before the holidays"
    assert first["uid"] != second["uid"]


def test_a_units_file_says_what_is_due_where_and_names_no_other_unit() -> None:
    written = unit_calendar(q2(), "县妇联", office="县妇儿工委办公室", phone="6967116")
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    text = str(event["description"])
    assert all(words in text for words in ("县妇联", "县妇儿工委办公室", "6967116", "2024年第二季度"))
    assert "县民政局" not in text


def test_the_same_due_date_is_the_same_bytes_and_lines_are_short() -> None:
    once, again = (unit_calendar(q2(), "县妇联", office="县妇儿工委办公室", phone="") for _ in range(2))
    assert once == again
    assert all(len(line) <= 75 for line in once.split(b"\r\n"))


def test_a_title_cannot_begin_a_line_of_its_own() -> None:
    evil = campaign(short_name="实事\r\nBEGIN:VALARM", title="x\nEND:VCALENDAR")
    one = due_date_of(evil, Q2, date(2024, 6, 28), CALENDAR)
    calendar = Calendar.from_ical(office_calendar([one]))
    assert len(calendar.walk("VALARM")) == 1
