"""What kind of mail each is, when it came, whose reference it bears."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.messages import (
    Bounced,
    MailFacts,
    MessageKind,
    facts_from_json,
    facts_to_json,
    received_at,
    subject_reference,
    triage,
)

OURS = "<first-notice.2024q2.07.3f9a@office.example.cn>"
CHINA = timezone(timedelta(hours=8))
PERSON = MailFacts(
    message_id="<1@x>",
    from_address="zhang@edu.example",
    from_name="张三",
    reply_to=None,
    to=("office@example.cn",),
    subject="二季度报表",
    sent_at=None,
    relayed_at=None,
    in_reply_to=(),
    references=(),
    automatic=False,
    bulk=False,
    null_sender=False,
    bounced=None,
    text="",
    links=(),
)
BOUNCED = Bounced(recipients=("a@x",), message_ids=(OURS,), permanent=True, detail="550")
LINK = ("https://pan.baidu.com/s/1",)


def kind(facts: MailFacts, *, has_report: bool = False) -> MessageKind:
    return triage(facts, is_ours={OURS}.__contains__, has_report=has_report, short_name="妇儿实事")


def test_our_own_copy_is_no_report() -> None:
    assert kind(replace(PERSON, message_id=OURS)) is MessageKind.OWN_COPY


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"automatic": True},
        {"bulk": True},
        {"null_sender": True},
        {"bounced": BOUNCED},
        {"message_id": None},
        {"message_id": OURS},
        {"subject": "自动回复：收到"},
    ],
    ids=str,
)
def test_no_mark_of_a_machine_hides_an_attached_report(marks: dict[str, object]) -> None:
    assert kind(replace(PERSON, **marks), has_report=True) is MessageKind.SUBMISSION  # type: ignore[arg-type]


def test_a_bounce_is_told_before_an_automatic_reply() -> None:
    bounce = replace(PERSON, bounced=BOUNCED, automatic=True, null_sender=True, in_reply_to=(OURS,))
    assert kind(bounce) is MessageKind.BOUNCE


def test_an_automatic_answer_to_our_mail_is_no_reply_of_the_unit() -> None:
    assert kind(replace(PERSON, automatic=True, in_reply_to=(OURS,))) is MessageKind.AUTO_REPLY
    assert kind(replace(PERSON, null_sender=True)) is MessageKind.AUTO_REPLY


def test_a_link_to_an_oversized_attachment_is_a_submission_that_needs_a_hand() -> None:
    assert kind(replace(PERSON, links=LINK)) is MessageKind.SUBMISSION
    assert kind(replace(PERSON, links=LINK, automatic=True)) is MessageKind.AUTO_REPLY


def test_a_mail_without_file_that_answers_ours_is_a_reply() -> None:
    assert kind(replace(PERSON, in_reply_to=(OURS,))) is MessageKind.REPLY
    assert kind(replace(PERSON, references=("<other@x>", OURS))) is MessageKind.REPLY
    assert kind(replace(PERSON, subject="回复：[妇儿实事 2024Q2-07] 收到")) is MessageKind.REPLY


def test_a_mail_that_has_nothing_to_do_with_us_is_unrelated() -> None:
    assert kind(PERSON) is MessageKind.UNRELATED
    assert kind(replace(PERSON, bulk=True, subject="[其他 2024Q2-07]")) is MessageKind.UNRELATED


REFERENCES = {
    "as sent": ("[妇儿实事 2024Q2-07] 请报送", ("2024Q2", "07")),
    "answered": ("Re: 回复：[妇儿实事 2024Q2-07] 请报送", ("2024Q2", "07")),
    "other brackets": ("转发:【妇儿实事 2024Q2-07】", ("2024Q2", "07")),
    "full width": ("回复：［妇儿实事　２０２４Ｑ２－０７］", ("2024Q2", "07")),
    "lower case, no blank": ("[妇儿实事2024q2-07]", ("2024Q2", "07")),
    "another dash": ("[妇儿实事 2024Q2–07]", ("2024Q2", "07")),
    "a month": ("[妇儿实事 2024M05-12]", ("2024M05", "12")),
    "ten days": ("[妇儿实事 2024M05T3-12]", ("2024M05T3", "12")),
    "half a year": ("[妇儿实事 2024H1-12]", ("2024H1", "12")),
    "a year": ("[妇儿实事 2024-12]", ("2024", "12")),
    "once": ("[妇儿实事 2024-05-23-12]", ("2024-05-23", "12")),
    "the first of two": ("[妇儿实事 2024Q2-07] 附 [妇儿实事 2024Q1-07]", ("2024Q2", "07")),
    "no such month": ("[妇儿实事 2024M13-12]", None),
    "another campaign": ("[防汛 2024Q2-07]", None),
    "no brackets": ("妇儿实事 2024Q2-07", None),
    "no unit": ("[妇儿实事 2024Q2]", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("subject", "reference"), REFERENCES.values(), ids=REFERENCES)
def test_our_reference_is_read_from_a_subject(subject: str, reference: tuple[str, str] | None) -> None:
    assert subject_reference(subject, "妇儿实事") == reference


def test_a_short_name_is_text_and_not_a_pattern() -> None:
    assert subject_reference("[A+B(1) 2024Q2-07]", "A+B(1)") == ("2024Q2", "07")
    assert subject_reference("[x 2024Q2-07]", "") is None


@given(st.text(max_size=60), st.text(max_size=8))
def test_no_subject_stops_the_reading(subject: str, short_name: str) -> None:
    subject_reference(subject, short_name)


EARLY = datetime(2024, 6, 28, 9, tzinfo=CHINA)
LATE = datetime(2024, 7, 1, 9, tzinfo=CHINA)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("internal", "relayed", "sent", "expected"),
    [
        (EARLY, None, LONG_AGO, EARLY),
        (LATE, EARLY, LONG_AGO, EARLY),
        (EARLY, LATE, LONG_AGO, EARLY),
        (None, LATE, LONG_AGO, LATE),
        (None, None, LONG_AGO, LONG_AGO),
        (None, None, None, None),
    ],
)
def test_the_time_of_arrival_is_the_servers_and_never_the_senders_while_there_is_one(
    internal: datetime | None, relayed: datetime | None, sent: datetime | None, expected: datetime | None
) -> None:
    assert received_at(replace(PERSON, relayed_at=relayed, sent_at=sent), internal) == expected


TEXTS = st.text(max_size=10)
TUPLES = st.lists(TEXTS, max_size=3).map(tuple)
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.none() | st.datetimes(timezones=OFFSETS)
FACTS = st.builds(
    MailFacts,
    message_id=st.none() | TEXTS,
    from_address=TEXTS,
    from_name=TEXTS,
    reply_to=st.none() | TEXTS,
    to=TUPLES,
    subject=TEXTS,
    sent_at=MOMENTS,
    relayed_at=MOMENTS,
    in_reply_to=TUPLES,
    references=TUPLES,
    automatic=st.booleans(),
    bulk=st.booleans(),
    null_sender=st.booleans(),
    bounced=st.none()
    | st.builds(Bounced, recipients=TUPLES, message_ids=TUPLES, permanent=st.booleans(), detail=TEXTS),
    text=TEXTS,
    links=TUPLES,
    link_notes=TUPLES,
    defects=TUPLES,
)


@given(FACTS)
def test_facts_come_back_from_json_exactly(facts: MailFacts) -> None:
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_facts_written_by_another_version_are_read() -> None:
    values = facts_to_json(PERSON) | {"mood": "good"}
    del values["link_notes"], values["defects"]
    assert facts_from_json(values) == PERSON
