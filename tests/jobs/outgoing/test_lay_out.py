"""Mails as files for a person to send: written whole, counted as sent only when a person says so."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.jobs.outgoing.lay_out import lay_out
from reminder_service.mail.folder_out import FolderOutbox, safe
from reminder_service.store import open_store

NOW = datetime(2024, 6, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/data/store.db", tmp_path / "data/files") as opened:
        yield opened


@pytest.fixture
def outbox(tmp_path: Path) -> FolderOutbox:
    return FolderOutbox(tmp_path / "out")


def letter() -> bytes:
    message = EmailMessage()
    message["To"] = "王小明 <a@example.cn>"
    message["Subject"] = "请报送第二季度进展情况"
    message.set_content("请于6月28日前报送。\n")
    message.add_alternative("<p>请于6月28日前报送。</p>", subtype="html")
    message.add_attachment(b"PK form", maintype="application", subtype="octet-stream", filename="报表.docx")
    return message.as_bytes()


def queue(store, unit="县民政局", about="D", *, at=NOW) -> int:
    store.outbox.enqueue(
        key=f"c/2024Q2/{unit}/reminder/{about}/1",
        message_id=f"<{unit}.{about}@example.cn>",
        campaign="c",
        period="2024Q2",
        unit=unit,
        kind="reminder",
        to="a@example.cn",
        subject="催报",
        raw_sha256=store.originals.put(letter()),
        not_before=at,
        created_at=at,
    )
    return store.outbox.all()[-1].id


def lying(tmp_path: Path, below: str = "") -> list[str]:
    folder = tmp_path / "out" / below
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_mail_lies_there_as_mail_as_text_and_with_its_form(store, outbox, tmp_path):
    queue(store)
    summary = lay_out(store, outbox, now=NOW)
    assert (summary.sent, summary.left, summary.error) == (0, 1, None)
    [name] = lying(tmp_path)
    assert name == "0001 县民政局 催报 2024Q2"
    folder = tmp_path / "out" / name
    assert (folder / "邮件.eml").read_bytes() == store.originals.read(store.outbox.all()[0].raw_sha256)
    assert (folder / "报表.docx").read_bytes() == b"PK form"
    text = (folder / "邮件.txt").read_text(encoding="utf-8-sig")
    for part in (
        "王小明 <a@example.cn>",
        "请报送第二季度进展情况",
        "请于6月28日前报送。",
        "报表.docx",
        "mark-sent 1",
    ):
        assert part in text


def test_done_twice_it_writes_nothing_again_and_nothing_counts_as_sent(store, outbox, tmp_path):
    queue(store)
    lay_out(store, outbox, now=NOW)
    [name] = lying(tmp_path)
    (tmp_path / "out" / name / "mark").touch()
    lay_out(store, outbox, now=NOW)
    assert (tmp_path / "out" / name / "mark").exists()
    assert [mail.state for mail in store.outbox.all()] == ["queued"]


def test_what_a_person_sent_and_what_nobody_needs_is_put_away(store, outbox, tmp_path):
    sent, dropped = queue(store, about="D-3W"), queue(store, about="D-1W")
    lay_out(store, outbox, now=NOW)
    assert store.outbox.mark_sent(sent, NOW)
    store.outbox.drop(dropped, "dropped: reported")
    lay_out(store, outbox, now=NOW)
    assert lying(tmp_path) == ["作废", "已发"]
    assert (len(lying(tmp_path, "已发")), len(lying(tmp_path, "作废"))) == (1, 1)


def test_what_is_not_due_yet_is_not_written(store, outbox, tmp_path):
    queue(store, at=NOW + timedelta(days=1))
    lay_out(store, outbox, now=NOW)
    assert lying(tmp_path) == []


def test_while_sending_is_paused_nothing_is_written(store, outbox, tmp_path):
    queue(store)
    store.pause.begin(NOW)
    assert "paused" in (lay_out(store, outbox, now=NOW).note or "")
    assert lying(tmp_path) == []


def test_what_a_killed_process_left_half_written_is_no_mail(store, outbox, tmp_path):
    queue(store)
    (tmp_path / "out" / ".0001").mkdir(parents=True)
    (tmp_path / "out" / ".0001" / "邮件.eml").write_bytes(b"half")
    lay_out(store, outbox, now=NOW)
    assert lying(tmp_path) == ["0001 县民政局 催报 2024Q2"]


def test_a_folder_that_cannot_be_made_is_a_sentence_with_the_cure(store, tmp_path):
    (tmp_path / "out").write_text("a file")
    queue(store)
    error = lay_out(store, FolderOutbox(tmp_path / "out"), now=NOW).error
    assert error is not None and "folder_outbox.outbox" in error


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_a_file_can_have(name):
    made = safe(name)
    assert 0 < len(made) <= 80 and "/" not in made and "\0" not in made and not made.startswith(".")
