"""Errors and findings are said in the clerk's words; nothing of the doctor's list stays English only."""

import re
from pathlib import Path

import pytest

from offices import configuration
from reminder_service.domain.error_words import error_words
from reminder_service.jobs.doctor.doctor import examine, outside_parts
from reminder_service.jobs.doctor.doctor_checks import Check
from reminder_service.jobs.doctor.fault_words import told

HAN = re.compile(r"[一-鿿]")


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("The mailbox server imap.x:993 refused the login of 'a' (NO). Check imap.username.", "拒绝登录"),
        ("The SMTP server smtp.x:465 cannot be used: the name is not known. Check smtp.host.", "连不上"),
        (
            "The mailbox server x:993 cannot be used: its certificate is not trusted. Set imap.ca_file.",
            "加密连接",
        ),
        ("The connection to mailbox server x:993 broke when reading mail 7: EOF", "中断"),
        ("The folder '报送' cannot be opened on x:993 (no such mailbox). Check imap.folders.", "文件夹"),
        (
            "The store /data/x.db cannot be used: the disk is full or over its quota; free some space.",
            "磁盘已满",
        ),
        ("Something that nobody thought of.", "没有办成"),
    ],
)
def test_an_error_is_said_by_what_it_comes_to(sentence: str, word: str) -> None:
    assert word in error_words(sentence)


def test_whatever_the_doctor_finds_has_a_name_and_words(tmp_path: Path) -> None:
    settings = configuration(tmp_path)
    for check in examine(settings, outside_parts(settings.service)):
        said = told(check)
        assert HAN.search(said.name) and HAN.search(said.words), check
        assert said.ok is check.ok and check.detail in said.technical
        assert bool(said.cure) == (check.ok is not True), check


def test_what_a_server_said_is_told_beside_the_finding() -> None:
    found = Check(
        name="mailbox 妇儿", ok=False, detail="The mailbox server x:993 refused the login of 'a' (NO)."
    )
    said = told(found)
    assert said.name == "收信邮箱（妇儿）"
    assert "不能登录" in said.words and "拒绝登录" in said.words


def test_a_finding_that_nobody_named_keeps_its_own_words() -> None:
    said = told(Check(name="moon phase", ok=None, detail="it is full"))
    assert said.name == "moon phase" and "it is full" in said.technical
