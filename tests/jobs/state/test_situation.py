import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from builders import CALENDAR, ZONE, at
from offices import HEADINGS, address, campaign, html_mail, mail, stamped_scan, store_with_contacts, word_form
from reminder_service.documents.reader import READER_VERSION, Reader
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.messages import MessageKind
from reminder_service.domain.periods import Period
from reminder_service.domain.state import Status
from reminder_service.jobs.decisions.decide import Settled, close_period, decide, undo
from reminder_service.jobs.incoming.intake import Handover, intake
from reminder_service.jobs.incoming.process import process
from reminder_service.jobs.state.memory import Memory
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.status import status_json
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.store import FoundFile, Store

EDU = "县教育和体育局"
CIVIL = "县民政局"
Q2 = Period.parse("2024Q2")
NOW = at("2024-06-26 10:00")


class ChildReader:
    version = READER_VERSION

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, path: Path, filename: str) -> Reading:
        return self._reader.read(path, filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        return self._reader.unpack(data, filename)


class Desk:
    """An office's store with what a test does to it."""

    def __init__(self, store: Store, reader: ChildReader) -> None:
        self.store = store
        self.reader = reader
        self.memory = Memory()

    def arrives(self, raw: bytes, when: str = "2024-06-26 09:00") -> None:
        sha256 = self.store.originals.put(raw)
        self.store.messages.record(
            sha256=sha256,
            channel="邮件",
            account="office@imap",
            collected_at=NOW,
            dedup_key=sha256,
            internal_date=at(when),
        )
        self.work()

    def work(self) -> None:
        process(self.store, self.reader, {campaign().id: campaign()}, now=NOW)

    def now(self, when: str = "2024-06-26 10:00") -> Situation:
        """Where things stand; whatever was remembered from earlier looks, it is as if nobody had looked before."""
        again, anew = self._look(self.memory, when), self._look(Memory(), when)
        assert again.attributions == anew.attributions
        assert again.answerable == anew.answerable
        assert again.contact_sheets == anew.contact_sheets
        assert again.open_periods == anew.open_periods
        return again

    def _look(self, memory: Memory, when: str) -> Situation:
        around = Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address="office@example.cn",
            folders=("INBOX",),
            stale_after=timedelta(hours=2),
            campaigns={campaign().id: campaign()},
            authserv_ids={"office@imap": "mx.example.cn"},
            memory=memory,
        )
        return situation(self.store, campaign(), around, now=at(when))

    def codes(self, unit: str) -> list[str]:
        return [finding.code for finding in self.now().state(Q2).unit(unit).findings]

    def status(self, unit: str) -> Status:
        return self.now().state(Q2).unit(unit).status


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with store_with_contacts(tmp_path) as store:
        store.health.note_reading("office@imap", "INBOX", NOW)
        yield Desk(store, reader)


def both(measures: str = "已维修5所") -> dict[str, bytes]:
    return {"报表.docx": word_form({1: measures, 4: "已开展", 8: "已完成"}), "盖章.pdf": stamped_scan()}


def test_a_mail_with_both_versions_makes_its_unit_complete(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), both()))
    assert desk.status(EDU) is Status.COMPLETE
    duty = desk.now().state(Q2).unit(EDU).duties[0]
    assert (duty.measures, duty.deadline) == ("已维修5所", "2024年12月底")
    assert duty.source is not None
    assert (duty.source.page, duty.source.row) == (1, 2)


def test_what_did_not_change_is_taken_from_the_last_look(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), both()))
    before = desk.now().attributions
    desk.arrives(mail(address(CIVIL), {"报表.docx": word_form({10: "助学"})}), "2024-06-26 09:30")
    after = desk.now().attributions
    assert len(after) > len(before)
    assert all(one is other for one, other in zip(before, after, strict=False))


def test_an_earlier_mail_that_comes_late_is_put_in_its_place(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), both("后来的")), "2024-06-26 09:00")
    desk.now()
    desk.arrives(mail(address(EDU), both("先前的")), "2024-06-25 09:00")
    assert desk.now().state(Q2).unit(EDU).duties[0].measures == "后来的"


def test_the_log_of_the_service_gets_in_nobodys_way(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        desk.arrives(mail(address(EDU), both()))
    assert [message.state for message in desk.store.messages.all()] == ["done"]
    assert "已维修" not in caplog.text


def test_a_mail_that_breaks_the_reader_stops_no_other_mail(desk: Desk) -> None:
    desk.arrives(mail(address(CIVIL), {"报表.docx": word_form({10: "助学"})[:9000]}))
    desk.arrives(b"\xff\xfe\x00 no mail at all")
    desk.arrives(mail(address(EDU), both()))
    assert desk.status(EDU) is Status.COMPLETE
    assert desk.codes(CIVIL) == ["unreadable"]


def test_a_message_that_cannot_be_worked_on_is_tried_again_and_then_shown(desk: Desk) -> None:
    raw = mail(address(EDU), both())
    sha256 = desk.store.originals.put(raw)
    desk.store.messages.record(sha256=sha256, channel="邮件", collected_at=NOW, dedup_key=sha256)
    path = desk.store.originals.path(sha256)
    path.chmod(0o600)
    kept = path.read_bytes()
    path.unlink()
    for _ in range(5):
        desk.work()
    path.write_bytes(kept)
    assert [message.state for message in desk.store.messages.all()] == ["failed"]
    assert [entry.reason for entry in desk.now().state(Q2).tray] == ["not_read"]


def test_an_original_that_is_gone_stops_nothing_and_is_shown(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), both()))
    (message,) = desk.store.messages.all()
    lost = FoundFile(sha256="0" * 64, filename="报表.docx", size=1)
    desk.store.documents.replace(message.id, [lost])
    desk.work()
    assert desk.codes(EDU) == ["not_read"]


def test_ok_and_automatic_replies_are_no_reports(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), {}, subject="Re: [妇儿实事 2024Q2-01] 催报", text="收到"))
    desk.arrives(mail(address(CIVIL), {}, subject="自动回复：出差", Auto_Submitted="auto-replied"))
    kinds = [message.kind for message in desk.store.messages.all()]
    assert kinds == [MessageKind.REPLY, MessageKind.AUTO_REPLY]
    assert desk.status(EDU) is desk.status(CIVIL) is Status.MISSING


def test_our_copy_counts_as_ours_only_while_it_holds_what_we_sent(desk: Desk) -> None:
    ours = word_form(dict.fromkeys((2, 9), ""))
    sha256 = desk.store.originals.put(ours)
    for number in (1, 2):
        desk.store.outbox.enqueue(
            key=f"key-{number}",
            message_id=f"<ours-{number}@example.cn>",
            campaign=campaign().id,
            period="2024Q2",
            unit=EDU,
            kind="first_notice",
            to=address(EDU),
            subject="通知",
            raw_sha256=sha256,
            attachments=[sha256],
            not_before=NOW,
            created_at=NOW,
        )
    desk.arrives(mail("office@example.cn", {"报表.docx": ours}, message_id="<ours-1@example.cn>"))
    filled = word_form({2: "已维修5所", 9: "已培训35人"}, unit=EDU)
    desk.arrives(mail(address(EDU), {"报表.docx": filled}, message_id="<ours-2@example.cn>"))
    copy, report = desk.store.messages.all()
    assert (copy.kind, report.kind) == (MessageKind.OWN_COPY, MessageKind.SUBMISSION)
    assert desk.now().state(Q2).unit(EDU).electronic is not None
    assert {one.state for one in desk.store.outbox.all()} == {"sent"}


def test_an_empty_file_is_told_to_the_unit(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), {"报表.docx": b""}))
    assert desk.codes(EDU) == ["unreadable"]


def test_a_form_written_into_the_mail_counts_and_a_signature_in_a_table_does_not(desk: Desk) -> None:
    item = campaign().item(10)
    row = f"<tr><td>10</td><td>{item.name}</td><td>县民政局</td><td>发放助学金</td><td>全年</td></tr>"
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    desk.arrives(html_mail(address(CIVIL), f"<table><tr>{head}</tr>{row}</table>"))
    desk.arrives(html_mail(address(EDU), "<table><tr><td>收到</td><td>张三</td></tr></table>", "Re: 催报"))
    assert desk.now().state(Q2).unit(CIVIL).duties[0].measures == "发放助学金"
    assert desk.status(EDU) is Status.MISSING


def test_working_twice_changes_nothing(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), both()))
    before = status_json(desk.now().state(Q2), ZONE)
    desk.work()
    assert status_json(desk.now().state(Q2), ZONE) == before


def test_an_unlisted_sender_is_confirmed_once_and_remembered(desk: Desk) -> None:
    desk.arrives(mail("new@example.com", both()))
    assert desk.status(EDU) is Status.ATTENTION
    assert set(desk.codes(EDU)) == {"unknown_sender"}
    document = next(
        one.document.document for one in desk.now().attributions if one.document and one.document.form
    )
    decide(desk.store, desk.now(), Settled(kind=DecisionKind.ACCEPT, document=document[:10], author="王"))
    assert desk.status(EDU) is Status.COMPLETE
    assert [entry.action for entry in desk.store.journal.entries()] == ["accept"]


def test_what_is_odd_about_a_sender_is_shown_in_the_tray(desk: Desk) -> None:
    raw = mail(
        "王小明 <wang@evil.example.com>",
        {"报表.docx": word_form({2: "已维修5所"}, unit=EDU)},
        Authentication_Results="mx.example.cn; spf=fail smtp.mailfrom=evil.example.com; dkim=none",
    )
    forged = b"Authentication-Results: other.example.com; spf=pass\r\n" + raw
    desk.arrives(raw)
    desk.arrives(forged.replace(b"Message-ID: <", b"Message-ID: <x"))
    tray = desk.now().state(Q2).tray
    first, second = {
        entry.message_id: entry.notes for entry in tray if entry.reason == "unknown_sender"
    }.values()
    assert all(notes[0].startswith("可疑：发件人名称与") for notes in (first, second))
    assert any("spf=fail dkim=none" in note for note in first)
    assert not any("spf" in note for note in second), "another server's word"


def test_a_decision_is_taken_back(desk: Desk) -> None:
    desk.arrives(
        mail(address(EDU), {"报表.docx": word_form({1: "5所", 4: "", 8: "完成"}), "盖章.pdf": stamped_scan()})
    )
    waived = decide(
        desk.store,
        desk.now(),
        Settled(kind=DecisionKind.WAIVE, unit=EDU, item=4, reason="本年已完成", author="王"),
    )
    assert desk.status(EDU) is Status.COMPLETE
    undo(desk.store, waived, author="王", now=NOW)
    assert desk.status(EDU) is Status.PARTIAL
    with pytest.raises(WrongUsage):
        undo(desk.store, waived, author="王", now=NOW)


def test_a_decision_about_something_not_owed_is_refused_with_what_is(desk: Desk) -> None:
    with pytest.raises(WrongUsage, match="1, 4, 8"):
        decide(desk.store, desk.now(), Settled(kind=DecisionKind.WAIVE, unit=EDU, item=2))


def test_what_comes_after_closing_is_shown_and_not_merged(desk: Desk) -> None:
    desk.store.periods.open(campaign().id, "2024Q2", at("2024-06-14 09:00"))
    close_period(desk.store, desk.now(), Q2, author="王")
    desk.arrives(mail(address(EDU), both()))
    assert "closed_period" in desk.codes(EDU)


def test_a_handed_in_photo_counts_with_its_channel_and_time(desk: Desk, tmp_path: Path) -> None:
    photo = tmp_path / "IMG_1.pdf"
    photo.write_bytes(stamped_scan("photo"))
    said = Handover(unit=CIVIL, period="2024Q2", received_at=at("2024-06-25 11:00"), channel="微信")
    assert intake(desk.store, [photo], said, now=NOW) == 1
    assert intake(desk.store, [photo], said, now=NOW) == 0
    desk.work()
    stamped = desk.now().state(Q2).unit(CIVIL).stamped
    assert stamped is not None
    assert (stamped.channel, stamped.received_at) == ("微信", at("2024-06-25 11:00"))


def test_a_mail_saved_as_a_file_counts_like_the_mail(desk: Desk, tmp_path: Path) -> None:
    saved = tmp_path / "报送.eml"
    saved.write_bytes(mail(address(EDU), both(), at=at("2024-06-25 16:00")))
    assert intake(desk.store, [saved], Handover(channel="OA"), now=NOW) == 1
    desk.work()
    assert desk.status(EDU) is Status.COMPLETE


def test_status_has_the_contracts_shape(desk: Desk) -> None:
    desk.arrives(mail(address(EDU), both()))
    document = json.loads(json.dumps(status_json(desk.now().state(Q2), ZONE)))
    assert document["due"] == "2024-06-28"
    assert document["as_of"] == "2024-06-26T10:00:00+08:00"
    assert document["mailbox_read_at"] == "2024-06-26T10:00:00+08:00"
    assert document["summary"] == {
        "units": 18, "complete": 1, "attention": 0, "partial": 0, "missing": 17, "unknown": 0,
    }  # fmt: skip
    unit = next(one for one in document["units"] if one["unit"] == EDU)
    seal = unit["stamped"]["seal"]
    assert (seal["found"], seal["page"], len(seal["box"])) == (True, 1, 4)
    assert sum(len(one["duties"]) for one in document["units"]) == 28


@pytest.mark.parametrize("hours", [3, None])
def test_a_stale_or_failing_mailbox_makes_silent_units_unknown(desk: Desk, hours: int | None) -> None:
    if hours is None:
        desk.store.health.note_reading("office@imap", "INBOX", NOW, "refused")
    state = desk.now("2024-06-26 13:00" if hours else "2024-06-26 10:00").state(Q2)
    assert state.count(Status.UNKNOWN) == 18
    assert state.mailbox.read_at == NOW
