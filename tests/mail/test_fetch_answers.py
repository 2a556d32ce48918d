"""FETCH answers as imaplib hands them over."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.mail.fetch import fetched, parse_internal_date

HEADER = b"BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)]"


def test_a_mail_whose_text_looks_like_an_answer_stays_one_mail():
    body = b'* 9 FETCH (UID 9 RFC822.SIZE 1 BODY[] {3}\r\nUID 77 "'
    [answer] = fetched([(b"1 (UID 5 RFC822.SIZE 48 BODY[] {48}", body), b")"])
    assert (answer.uid, answer.size, answer.body) == (5, 48, body)


def test_a_uid_after_the_literal_is_found():
    [answer] = fetched([(b"1 (BODY[] {2}", b"ab"), b" UID 8 RFC822.SIZE 2)"])
    assert (answer.uid, answer.size, answer.body) == (8, 2, b"ab")


@pytest.mark.parametrize(
    ("line", "body"),
    [
        pytest.param(b"3 (UID 4 FLAGS (\\Seen))", None, id="unsolicited flags"),
        pytest.param(b"3 (UID 4 BODY[] NIL)", None, id="expunged meanwhile"),
        pytest.param(b'3 (UID 4 BODY[] "a\\"b UID 9")', b'a"b UID 9', id="quoted body"),
        pytest.param(b"3 (UID 4 " + HEADER + b' "")', b"", id="empty header"),
    ],
)
def test_an_answer_without_a_literal_is_understood(line, body):
    [answer] = fetched([line])
    assert (answer.uid, answer.body) == (4, body)


def test_answers_that_name_no_uid_are_left_out():
    assert list(fetched([None, b"3 (FLAGS (\\Seen))", b""])) == []


@given(
    mails=st.lists(st.tuples(st.integers(1, 2**32 - 1), st.binary(max_size=200)), max_size=6),
    noise=st.lists(st.sampled_from([b"1 (FLAGS (\\Seen))", None, b"", b"7 (UID 7 FLAGS ())"]), max_size=4),
)
def test_every_mail_of_an_answer_comes_out_whole_whatever_is_in_it(mails, noise):
    data: list[object] = list(noise)
    for number, (uid, body) in enumerate(mails, 1):
        data += [(b"%d (UID %d RFC822.SIZE %d BODY[] {%d}" % (number, uid, len(body), len(body)), body), b")"]
        data += noise
    found = [(answer.uid, answer.body) for answer in fetched(data) if answer.body is not None]
    assert found == mails


@given(st.lists(st.one_of(st.none(), st.binary(), st.tuples(st.binary(), st.binary()))))
def test_no_answer_however_broken_stops_the_reading(data):
    list(fetched(data))


@given(st.datetimes(), st.integers(-12 * 4, 14 * 4))
def test_an_internal_date_keeps_its_moment(moment, quarters):
    zone = timezone(timedelta(minutes=15 * quarters))
    moment = moment.replace(microsecond=0, tzinfo=zone)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = f"{moment.day:2}-{months[moment.month - 1]}-{moment.year:04} {moment:%H:%M:%S %z}"
    at_an_end = moment.year in (1, 9999)  # where UTC may have no such moment
    assert parse_internal_date(text) in ([moment, None] if at_an_end else [moment])


@given(st.text())
def test_an_internal_date_that_is_none_gives_none_or_an_aware_time(text):
    found = parse_internal_date(text)
    assert found is None or found.tzinfo is not None


def test_an_impossible_date_is_none():
    assert parse_internal_date("31-Feb-2024 09:00:00 +0800") is None
    assert parse_internal_date(" 1-Feb-2024 09:00:00 +0000") == datetime(2024, 2, 1, 9, tzinfo=UTC)
