"""What lies in the outbox after an outage: nobody gets a burst, nobody is written to at night or by a blind office."""

from datetime import timedelta
from pathlib import Path

import pytest

from builders import CALENDAR, ZONE, at
from offices import address, campaign, store_with_contacts
from reminder_service.domain.outgoing import MailKey
from reminder_service.jobs.incoming.intake import Handover, take
from reminder_service.jobs.outgoing.queue import give_up, waiting
from reminder_service.jobs.state.situation import situation
from reminder_service.jobs.state.surroundings import Surroundings

EDU = "县教育和体育局"
CIVIL = "县民政局"
ONE = campaign()


@pytest.fixture
def store(tmp_path: Path):
    with store_with_contacts(tmp_path) as opened:
        opened.periods.open(ONE.id, "2024Q2", at("2024-06-14 09:00"))
        yield opened


def queue(store, kind, about, when, *, unit=EDU, to=None, period="2024Q2") -> str:
    key = str(MailKey(campaign=ONE.id, period=period, unit=unit, kind=kind, about=about))
    store.outbox.enqueue(
        key=key,
        message_id=f"<{len(store.outbox.all())}@example.cn>",
        campaign=ONE.id,
        period=period,
        unit=unit,
        kind=kind,
        to=to or address(unit),
        subject="催报",
        raw_sha256=store.originals.put(key.encode()),
        not_before=at(when),
        created_at=at(when),
    )
    return key


def here(store, when, *, read_at=None):
    store.health.note_reading("office@imap", "INBOX", at(read_at or when))
    around = Surroundings(
        calendar=CALENDAR,
        zone=ZONE,
        office_address="office@example.cn",
        folders=("INBOX",),
        stale_after=timedelta(hours=2),
        campaigns={ONE.id: ONE},
    )
    return situation(store, ONE, around, now=at(when))


def left(store) -> list[str]:
    return [mail.key.split("/", 3)[3] for mail in store.outbox.in_state("queued")]


def test_after_an_outage_only_the_latest_reminder_is_left(store):
    queue(store, "reminder", "D-3W", "2024-06-25 09:00")
    queue(store, "reminder", "D-1W", "2024-06-27 09:00")
    give_up(store, here(store, "2024-06-27 15:00"))
    assert left(store) == ["reminder/D-1W/1"]


def test_nobody_begins_with_a_reminder_as_long_as_the_first_notice_can_still_go(store):
    queue(store, "first_notice", "D-10W", "2024-06-14 09:00")
    queue(store, "reminder", "D-3W", "2024-06-25 09:00")
    give_up(store, here(store, "2024-06-25 15:00"))
    assert left(store) == ["first_notice/D-10W/1"]


def test_past_the_due_date_the_overdue_reminder_takes_the_place_of_the_first_notice(store):
    queue(store, "first_notice", "D-10W", "2024-06-14 09:00")
    queue(store, "overdue", "D+1W", "2024-07-01 09:00")
    give_up(store, here(store, "2024-07-01 15:00"))
    assert left(store) == ["overdue/D+1W/1"]


def test_a_closed_period_gets_no_mail_that_was_left_over(store):
    queue(store, "overdue", "D+1W", "2024-07-01 09:00")
    store.periods.close(ONE.id, "2024Q2", at("2024-07-01 12:00"))
    give_up(store, here(store, "2024-07-01 15:00"))
    assert left(store) == []


def test_of_the_digests_of_several_days_the_newest_goes(store):
    for day in ("25", "26", "27"):
        queue(store, "digest", f"2024-06-{day}", f"2024-06-{day} 16:30", unit="-", to="office@example.cn")
    give_up(store, here(store, "2024-06-27 17:00"))
    assert left(store) == ["digest/2024-06-27/1"]


def test_no_unit_gets_more_mails_about_a_period_than_the_office_allows(store):
    for number in range(4):
        queue(store, "receipt", f"{number}", "2024-06-25 09:00")
    queue(store, "receipt", "5", "2024-06-25 09:00", unit=CIVIL)
    for mail in store.outbox.all()[:2]:
        store.outbox.mark_sent(mail.id, at("2024-06-25 09:05"))
    give_up(store, here(store, "2024-06-25 10:00"), per_unit=3)
    assert left(store) == ["receipt/2/1", "receipt/5/1"]


@pytest.mark.parametrize(
    ("when", "waits"),
    [
        pytest.param("2024-06-25 09:10", False, id="as planned"),
        pytest.param("2024-06-25 15:00", False, id="later the same day"),
        pytest.param("2024-06-25 22:30", True, id="at night"),
        pytest.param("2024-06-29 10:00", True, id="on Saturday"),
        pytest.param("2024-06-26 10:00", False, id="next workday"),
    ],
)
def test_a_mail_that_could_not_go_as_planned_waits_for_office_hours(store, when, waits):
    queue(store, "reminder", "D-3W", "2024-06-25 09:00")
    assert bool(waiting(store, here(store, when))) is waits


def test_a_receipt_answers_at_any_hour(store):
    queue(store, "receipt", "7", "2024-06-25 21:00")
    assert not waiting(store, here(store, "2024-06-25 22:30"))


def test_while_the_mailbox_cannot_be_read_only_first_notices_that_were_left_over_go(store):
    queue(store, "reminder", "D-3W", "2024-06-25 09:00")
    queue(store, "first_notice", "D-10W", "2024-06-14 09:00", unit=CIVIL)
    blind = here(store, "2024-06-25 15:00", read_at="2024-06-25 08:00")
    assert blind.mailbox.blind
    held = waiting(store, blind)
    assert [mail.unit for mail in store.outbox.all() if mail.id in held] == [EDU]


def test_what_a_unit_sent_meanwhile_holds_its_left_over_reminder(store):
    queue(store, "reminder", "D-3W", "2024-06-25 09:00")
    said = Handover(unit=EDU, period="2024Q2")
    take(store, [("报表.docx", b"not read yet")], said, now=at("2024-06-25 11:00"))
    for message in store.messages.unfinished():
        store.messages.finish(
            message.id,
            message_id=None,
            from_address="",
            from_name="",
            subject="",
            received_at=message.collected_at,
            kind="submission",
            facts={},
            at=at("2024-06-25 11:00"),
        )
    now = here(store, "2024-06-25 15:00")
    give_up(store, now)
    assert left(store) == ["reminder/D-3W/1"]
    assert len(waiting(store, now)) == 1
