"""登记来件: files handed in through the browser take the way that mail takes."""

import re
from pathlib import Path

import pytest

from fixtures_console import Console
from offices import campaign, mail, word_form
from reminder_service.console.files import plain_name
from reminder_service.domain.access import Role

UNIT = "县教育和体育局"
CODE = campaign().unit(UNIT).code


def form(words: str = "已举办讲座3场。") -> bytes:
    """A form of the unit in whose every row says these words."""
    return word_form({item.number: words for item in campaign().items_of(UNIT)}, unit=UNIT)


def test_a_file_for_a_unit_counts_like_mail_and_the_result_is_shown(console: Console) -> None:
    browser = console.browser()
    sent = browser.submit(
        "/upload",
        files=[("files", ("报表.docx", form()))],
        unit=CODE,
        period="2024Q2",
        channel="微信",
        received_at="2024-06-19T16:00",
    )
    page = browser.said(sent)
    assert "报表.docx" in page and UNIT in page and "已收" in page
    one = console.app.store.messages.all()[0]
    assert (one.forced_unit, one.note) == (UNIT, "微信")
    assert one.forced_received_at and one.forced_received_at.isoformat() == "2024-06-19T08:00:00+00:00"
    entry = console.app.store.journal.entries(1)[0]
    assert (entry.action, entry.author) == ("intake", "王小明")
    assert "已举办讲座3场。" in browser.get(f"/units/{CODE}?period=2024Q2").text


def test_several_files_with_a_saved_mail_are_taken_at_once_and_only_once(console: Console) -> None:
    browser = console.browser()
    files = [
        ("files", ("a.docx", form())),
        ("files", ("来信.eml", mail("someone@example.cn", {"b.docx": form("已建成2所。")}))),
    ]
    page = browser.said(browser.submit("/upload", files=files))
    assert "a.docx" in page and "b.docx" in page
    assert "没有重复登记" in browser.said(browser.submit("/upload", files=files))
    assert len(console.app.store.messages.all()) == 2


def test_a_name_that_is_a_path_or_a_script_harms_nothing(console: Console, tmp_path: Path) -> None:
    browser = console.browser()
    names = ["../../../../escape.docx", "..\\..\\escape.docx", "<script>alert(1)</script>.docx"]
    for number, name in enumerate(names):
        page = browser.said(
            browser.submit("/upload", files=[("files", (name, form(f"第{number}次。")))], unit=CODE)
        )
        assert "<script>alert" not in page
    kept = [one.filename for one in console.app.store.documents.all()]
    assert kept[:2] == ["escape.docx", "escape.docx"] and "/" not in kept[2]
    assert not list(tmp_path.parent.glob("**/escape.docx"))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("/etc/passwd", "passwd"),
        ("C:\\报表.docx", "报表.docx"),
        ("..", "文件"),
        ("", "文件"),
        ("a\x00b\u202etxt.docx", "abtxt.docx"),
        (".docx", "docx"),
    ],
)
def test_a_file_name_is_reduced_to_its_last_part(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept


def test_a_very_long_name_stays_writable(tmp_path: Path) -> None:
    name = plain_name("报" * 500 + ".docx")
    (tmp_path / name).write_bytes(b"x")
    assert name.endswith(".docx") and len(name.encode()) <= 200


def test_nothing_chosen_a_foreign_unit_and_a_time_to_come_are_told(console: Console) -> None:
    browser = console.browser()
    assert "请选择" in browser.said(browser.submit("/upload"))
    one = [("files", ("a.docx", form()))]
    assert browser.submit("/upload", files=one, unit="99").status_code == 404
    assert browser.submit("/upload", files=one, period="2024M05").status_code == 404
    assert browser.submit("/upload", files=one, received_at="2024-07-01T00:00").status_code == 400
    assert not console.app.store.messages.all()


def test_a_leader_and_a_forged_form_hand_nothing_in(console: Console) -> None:
    one = [("files", ("a.docx", form()))]
    leader = console.browser(Role.LEADER)
    assert leader.submit("/upload", files=one).status_code == 403
    assert 'type="file"' not in leader.get("/upload").text
    assert console.browser().post("/upload", data={"csrf": "x"}, files=one).status_code == 403
    assert not console.app.store.messages.all()


def test_the_result_tells_of_nothing_that_came_by_mail(console: Console) -> None:
    number, _ = console.app.store.messages.record(
        sha256=None, channel="imap", collected_at=console.now, dedup_key="x"
    )
    page = console.browser().get(f"/upload/done?m={number},²,-1,99999999999999999999")
    assert page.status_code == 200 and "没有登记到文件" in page.text


def test_the_page_needs_nothing_that_its_policy_forbids(console: Console) -> None:
    page = console.browser().get("/upload").text
    assert not re.search(r"\son\w+=|style=|<script>", page)
