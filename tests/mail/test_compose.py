"""Composing a mail: its bytes, its headers, the office's own templates."""

import email
import email.policy
import re
import unicodedata
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.errors import ConfigurationError, DeliveryError
from reminder_service.mail.compose import LAST_SENTENCE, NAMES, Attachment, Composer, Envelope
from reminder_service.mime import parse
from reminder_service.resources import packaged_templates

NOON = datetime(2024, 6, 25, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FORM = Attachment(
    filename="2024年第二季度进展情况报表-县教育和体育局.docx",
    content=bytes(range(256)) * 20,
    content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def envelope(**changes: object) -> Envelope:
    values: dict[str, object] = {
        "message_id": "<2024q2.reminder.0123456789abcdef@example.cn>",
        "sender_name": "县妇儿工委办公室",
        "sender": "office@example.cn",
        "to": "u01@example.cn",
        "to_name": "张三",
        "date": NOON,
    }
    return Envelope(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates with one mail, ``note``."""
    mail = tmp_path / "templates" / "mail"
    mail.mkdir(parents=True)
    (mail / "note.subject.txt").write_text("[妇儿实事 2024Q2-07] {{ what }}\n", "utf-8")
    (mail / "note.body.txt").write_text("您好！\n{{ what }}\n请勿通过本邮箱报送涉密信息。\n", "utf-8")
    (mail / "note.body.html").write_text(
        "<html><head><style>p { color: red }</style></head><body><p>{{ what }}</p>"
        "<p>请勿通过本邮箱报送涉密信息。</p></body></html>",
        "utf-8",
    )
    return tmp_path / "templates"


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_has_a_text_and_an_html_side_and_its_files(folder: Path) -> None:
    message = read(Composer([folder]).compose("note", {"what": "请报送"}, envelope(), [FORM]))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        FORM.content_type,
    ]
    assert body(message, "plain").splitlines() == ["您好！", "请报送", LAST_SENTENCE]
    assert '<p style="color: red' in body(message, "html")
    assert next(message.iter_attachments()).get_payload(decode=True) == FORM.content


def test_the_headers_say_who_writes_and_that_a_program_does(folder: Path) -> None:
    message = read(
        Composer([folder]).compose(
            "note",
            {"what": "请报送"},
            envelope(in_reply_to="<1@u>", references=("<0@example.cn>", "<1@u>", "<1@u>")),
        )
    )

    office = "县妇儿工委办公室 <office@example.cn>"
    assert (message["From"], message["Reply-To"], message["To"]) == (office, office, "张三 <u01@example.cn>")
    assert message["Subject"] == "[妇儿实事 2024Q2-07] 请报送"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"] == "<2024q2.reminder.0123456789abcdef@example.cn>"
    assert (message["In-Reply-To"], message["References"]) == ("<1@u>", "<0@example.cn> <1@u>")
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert message["Precedence"] is None
    assert message["MIME-Version"] == "1.0"


def test_a_mail_without_thread_names_none(folder: Path) -> None:
    message = read(Composer([folder]).compose("note", {"what": "请报送"}, envelope()))

    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_every_line_is_short_ascii_and_ends_with_crlf(folder: Path) -> None:
    raw = Composer([folder]).compose("note", {"what": "请报送第二季度进展情况" * 20}, envelope(), [FORM])

    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    head = raw.split(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


def test_the_same_mail_composed_again_is_the_same_bytes(folder: Path) -> None:
    first, second = (
        Composer([folder]).compose("note", {"what": "请报送"}, envelope(), [FORM]) for _ in range(2)
    )
    other = Composer([folder]).compose("note", {"what": "请报送"}, envelope(message_id="<other@example.cn>"))

    assert first == second
    assert not set(re.findall(rb'boundary="([^"]+)"', first)) & set(re.findall(rb'boundary="([^"]+)"', other))


def test_file_names_are_read_by_clients_that_follow_the_standard_and_by_those_that_do_not(
    folder: Path,
) -> None:
    raw = Composer([folder]).compose("note", {"what": "请报送"}, envelope(), [FORM])
    attachment = next(read(raw).iter_attachments())

    assert attachment.get_filename() == FORM.filename
    assert attachment["Content-Type"].params["name"] == FORM.filename
    assert b"filename*=UTF-8''2024%E5%B9%B4" in raw
    assert [part.filename for part in parse(raw).parts] == [FORM.filename]


def test_a_file_name_cannot_leave_its_header(folder: Path) -> None:
    evil = Attachment(
        filename='a"\r\nX-Evil: 1\r\n\r\n..\\../报表\u202e.docx', content=b"x", content_type="application/pdf"
    )
    message = read(Composer([folder]).compose("note", {"what": "请报送"}, envelope(), [evil]))

    attachment = next(message.iter_attachments())
    assert attachment["X-Evil"] is None
    assert not re.search(r"[\r\n/\\\u202e]", attachment.get_filename() or "?")


@given(
    what=st.text(max_size=60),
    name=st.text(max_size=30),
    answered=st.text(max_size=30),
)
def test_outside_text_never_adds_a_header(what: str, name: str, answered: str) -> None:
    composer = Composer([packaged_templates()])
    context = {
        "reference": f"[{what}]",
        "office": name,
        "phone": what,
        "today": "",
    }
    raw = composer.compose(
        "receipt_unlisted", context, envelope(to_name=name, sender_name=name, in_reply_to=answered)
    )
    message = read(raw)
    allowed = {
        *("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
    }
    assert set(message.keys()) <= allowed
    assert len(message.keys()) == len(set(message.keys()))
    assert "\n" not in composer.subject("receipt_unlisted", context)


@given(what=st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=80))
def test_a_subject_comes_back_as_it_was_whatever_its_script(what: str) -> None:
    composer = Composer([packaged_templates()])
    context = {"reference": what, "office": "办公室", "phone": "", "today": ""}
    raw = composer.compose("receipt_unlisted", context, envelope())

    written = unicodedata.normalize("NFC", composer.subject("receipt_unlisted", context))
    assert parse(raw).facts.subject.split() == written.split()


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d", "张三@例子.cn", "a b@c.cn", "<a@b.cn>"])
def test_what_is_no_address_is_refused_for_good(folder: Path, address: str) -> None:
    with pytest.raises(DeliveryError, match="no address that a mail can be sent to") as refused:
        Composer([folder]).compose("note", {"what": "请报送"}, envelope(to=address))
    assert refused.value.permanent


def test_outside_text_is_escaped_in_html_and_plain_in_text(folder: Path) -> None:
    message = read(Composer([folder]).compose("note", {"what": "<b>A&B</b>\x00"}, envelope()))

    assert "<p" in body(message, "html")
    assert "&lt;b&gt;A&amp;B&lt;/b&gt;" in body(message, "html")
    assert "<b>A&B</b>\n" in body(message, "plain").replace("\r\n", "\n")


def test_the_offices_own_template_takes_the_place_of_ours_file_by_file(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "mail").mkdir(parents=True)
    (own / "mail" / "note.subject.txt").write_text("\ufeff自拟主题：{{ what }}", "utf-8")
    message = read(Composer([own, folder]).compose("note", {"what": "请报送"}, envelope()))

    assert message["Subject"] == "自拟主题：请报送"
    assert body(message, "plain").startswith("您好！")


BROKEN = {
    "syntax": ("您好\n{% if %}", 2),
    "unknown_name": ("您好\n\n{{ waht }}", 3),
    "unknown_filter": ("{{ what | shout }}", 1),
    "program_error": ("\n{{ 1 / 0 }}", 2),
    "out_of_the_sandbox": ("{{ ''.__class__.__mro__ }}", 1),
    "missing_include": ("\n{% include 'nowhere.txt' %}", 2),
}


@pytest.mark.parametrize(("text", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_named_with_its_line(folder: Path, tmp_path: Path, text: str, line: int) -> None:
    own = tmp_path / "own" / "mail" / "note.body.txt"
    own.parent.mkdir(parents=True)
    own.write_text(text, "utf-8")

    with pytest.raises(ConfigurationError) as error:
        Composer([own.parents[1], folder]).compose("note", {"what": "请报送"}, envelope())
    assert str(error.value).startswith(f"{own}:{line}: ")
    assert "delete it to use the program's own" in str(error.value)


def test_a_template_in_gbk_is_named_with_the_cure(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "mail" / "note.body.txt"
    own.parent.mkdir(parents=True)
    own.write_text("您好", "gb18030")

    with pytest.raises(ConfigurationError, match=r"note\.body\.txt: the file is not UTF-8; save it as UTF-8"):
        Composer([own.parents[1], folder]).compose("note", {"what": "请报送"}, envelope())


@pytest.mark.parametrize("part", ["body.txt", "body.html"])
def test_no_mail_goes_without_the_warning_against_secrets(folder: Path, part: str) -> None:
    (folder / "mail" / f"note.{part}").write_text("<p>您好</p>", "utf-8")

    with pytest.raises(ConfigurationError, match=f"note.{part}: every mail has to end with {LAST_SENTENCE}"):
        Composer([folder]).compose("note", {"what": "请报送"}, envelope())


def test_all_broken_templates_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    for name in ("digest.body.html", "receipt.subject.txt"):
        (tmp_path / "mail" / name).write_text("{% if %}", "utf-8")

    with pytest.raises(ConfigurationError) as error:
        Composer([tmp_path, packaged_templates()]).check()
    assert [problem.split(":")[0] for problem in error.value.problems] == [
        str(tmp_path / "mail" / "receipt.subject.txt"),
        str(tmp_path / "mail" / "digest.body.html"),
    ]


def test_the_programs_own_templates_are_whole() -> None:
    Composer([packaged_templates()]).check()
    files = {path.name for path in (packaged_templates() / "mail").iterdir()}
    assert {f"{name}.{part}" for name in NAMES for part in ("subject.txt", "body.txt", "body.html")} <= files


def test_the_html_asks_nothing_of_the_network() -> None:
    for path in (packaged_templates() / "mail").glob("*.html"):
        assert not re.search(r"https?:|url\(|<img|<link|@import|<script", path.read_text("utf-8")), path.name
