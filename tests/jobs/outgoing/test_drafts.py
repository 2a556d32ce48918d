"""Letters that never go by themselves: drafted when their day comes, released only as they are true today."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from docx import Document

from builders import CALENDAR, ZONE, at
from offices import campaign as shipped
from offices import store_with_contacts
from reminder_service.domain.campaign import Campaign, EscalationStep, Tone
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.errors import WrongUsage
from reminder_service.jobs.decisions.decide import Settled, decide
from reminder_service.jobs.outgoing.drafts import attachments_of, drop, release, text_of
from reminder_service.jobs.outgoing.letters import Letters
from reminder_service.jobs.outgoing.remind import RemindSummary, remind
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.mail.compose import Composer
from reminder_service.resources import packaged_templates
from reminder_service.store import OutboxMail, Store

COURT, EDU, CIVIL = "县法院", "县教育和体育局", "县民政局"


class OfficeSettings:
    name = "县妇儿工委办公室"
    phone = "6967116"
    address = "office@example.cn"


def _campaign() -> Campaign:
    whole = shipped()
    step = EscalationStep(offset=5, at=time(9), to="leader@example.cn", addressee="县政府分管领导")
    units = tuple(
        replace(unit, tone=Tone.REQUEST if unit.name == COURT else unit.tone) for unit in whole.units
    )
    return replace(whole, units=units, ladder=replace(whole.ladder, escalation=step))


class Desk:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.campaign = _campaign()
        self.letters = Letters(
            campaign=self.campaign,
            office=OfficeSettings(),
            composer=Composer([packaged_templates()]),
            calendar=CALENDAR,
            zone=ZONE,
            secret=b"s" * 32,
        )

    def now(self, when: str, *, blind: bool = False) -> Situation:
        if not blind:
            self.store.health.note_reading("office@imap", "INBOX", at(when))
        around = Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address="office@example.cn",
            folders=("INBOX",),
            stale_after=timedelta(hours=2),
            campaigns={self.campaign.id: self.campaign},
        )
        return situation(self.store, self.campaign, around, now=at(when))

    def remind(self, when: str) -> RemindSummary:
        return remind(self.store, self.now(when), self.letters)

    def drafts(self) -> list[OutboxMail]:
        return self.store.outbox.in_state("draft")

    def release(self, mail: OutboxMail, when: str, *, blind: bool = False) -> None:
        release(self.store, self.now(when, blind=blind), self.letters, mail, author="李某")

    def state(self, mail: OutboxMail) -> str:
        found = self.store.outbox.by_id(mail.id)
        assert found is not None
        return found.state


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with store_with_contacts(tmp_path) as store:
        one = Desk(store)
        one.remind("2024-06-14 09:00")
        for mail in store.outbox.in_state("queued"):
            store.outbox.mark_sent(mail.id, at("2024-06-14 09:01"))
        yield one


def test_a_court_gets_its_first_notice_and_is_then_asked_only_by_a_person(desk: Desk) -> None:
    assert not desk.drafts()
    done = desk.remind("2024-06-25 09:00")
    (draft,) = desk.drafts()
    assert (done.drafts, done.queued, draft.unit, draft.kind) == (1, 17, COURT, "reminder")
    assert "商请贵单位" in text_of(desk.store, draft)
    others = [mail for mail in desk.store.outbox.in_state("queued") if mail.unit == EDU]
    assert "商请" not in text_of(desk.store, others[-1])


def test_a_released_draft_goes_and_the_journal_knows_who_let_it_go(desk: Desk) -> None:
    desk.remind("2024-06-25 09:00")
    (draft,) = desk.drafts()
    desk.release(draft, "2024-06-25 10:00")
    assert desk.state(draft) == "queued"
    (entry,) = desk.store.journal.entries(1)
    assert (entry.action, entry.author, entry.subject) == ("release", "李某", draft.key)


def test_a_dropped_draft_is_not_written_again_and_the_next_step_is(desk: Desk) -> None:
    desk.remind("2024-06-25 09:00")
    (draft,) = desk.drafts()
    drop(desk.store, draft, now=at("2024-06-25 10:00"), author="李某")
    assert desk.remind("2024-06-25 10:05").drafts == 0
    assert desk.remind("2024-06-27 09:00").drafts == 1
    with pytest.raises(WrongUsage, match="only drafts and queued"):
        again = desk.store.outbox.by_id(draft.id)
        assert again is not None
        drop(desk.store, again, now=at("2024-06-27 10:00"), author="李某")


def test_the_letter_to_a_leader_is_drafted_once_on_its_day_with_a_word_file_to_sign(
    desk: Desk, tmp_path: Path
) -> None:
    def letters() -> list[OutboxMail]:
        return [mail for mail in desk.drafts() if mail.kind == "escalation"]

    desk.remind("2024-07-04 09:00")
    assert not letters()
    desk.remind("2024-07-05 09:00")
    desk.remind("2024-07-05 09:10")
    (letter,) = letters()
    assert letter.to == "leader@example.cn"
    assert "县政府分管领导" in text_of(desk.store, letter)
    (content,) = attachments_of(desk.store, letter).values()
    path = tmp_path / "letter.docx"
    path.write_bytes(content)
    text = "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
    assert EDU in text and "2024年7月5日" in text


def test_a_letter_never_names_a_unit_that_has_settled_it_meanwhile(desk: Desk) -> None:
    desk.remind("2024-07-05 09:00")
    letter = next(mail for mail in desk.drafts() if mail.kind == "escalation")
    assert CIVIL in text_of(desk.store, letter)
    here = desk.now("2024-07-05 09:30")
    decide(
        desk.store, here, Settled(kind=DecisionKind.WAIVE, unit=CIVIL, item=10, reason="已完成", author="李")
    )
    with pytest.raises(WrongUsage, match="written anew"):
        desk.release(letter, "2024-07-05 09:40")
    again = desk.store.outbox.by_id(letter.id)
    assert again is not None
    assert CIVIL not in text_of(desk.store, again)
    desk.release(again, "2024-07-05 09:50")
    assert desk.state(letter) == "queued"


def test_nothing_is_released_while_the_mailbox_cannot_be_read(desk: Desk) -> None:
    desk.remind("2024-07-05 09:00")
    letter = next(mail for mail in desk.drafts() if mail.kind == "escalation")
    with pytest.raises(WrongUsage, match="cannot be read"):
        desk.release(letter, "2024-07-05 15:00", blind=True)
    assert desk.state(letter) == "draft"


def test_a_draft_to_a_unit_that_owes_nothing_any_more_is_given_up(desk: Desk) -> None:
    desk.remind("2024-06-25 09:00")
    (draft,) = desk.drafts()
    for item in desk.campaign.items_of(COURT):
        settled = Settled(kind=DecisionKind.WAIVE, unit=COURT, item=item.number, reason="已完成", author="李")
        decide(desk.store, desk.now("2024-06-25 10:00"), settled)
    with pytest.raises(WrongUsage, match="nobody needs it"):
        desk.release(draft, "2024-06-25 10:10")
    assert desk.state(draft) == "failed"
