"""What the headers say, as far as it can be used."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reminder_service.domain.messages import MailFacts
from reminder_service.mime import parse

CHINA = timezone(timedelta(hours=8))


def facts(*lines: str | bytes, body: bytes = b"text") -> MailFacts:
    encoded = (line if isinstance(line, bytes) else line.encode() for line in lines)
    return parse(b"\r\n".join((*encoded, b"", body))).facts


DATES = {
    "usual": ("Fri, 28 Jun 2024 16:05:09 +0800", datetime(2024, 6, 28, 16, 5, 9, tzinfo=CHINA)),
    "with a comment": (
        "Fri, 28 Jun 2024 16:05:09 +0800 (CST)",
        datetime(2024, 6, 28, 16, 5, 9, tzinfo=CHINA),
    ),
    "naive counts as UTC": ("28 Jun 2024 16:05:09", datetime(2024, 6, 28, 16, 5, 9, tzinfo=UTC)),
    "CST is China's": ("Fri, 28 Jun 2024 16:05:09 CST", datetime(2024, 6, 28, 16, 5, 9, tzinfo=CHINA)),
    "GMT": ("Fri, 28 Jun 2024 16:05:09 GMT", datetime(2024, 6, 28, 16, 5, 9, tzinfo=UTC)),
    "as a database writes it": ("2024-06-28 16:05:09 +0800", datetime(2024, 6, 28, 16, 5, 9, tzinfo=CHINA)),
    "1900": ("Mon, 1 Jan 1900 00:00:00 +0000", None),
    "1970": ("Thu, 1 Jan 1970 00:00:00 +0000", None),
    "a far year": ("Fri, 28 Jun 9999 23:59:59 -2359", None),
    "no such day": ("Fri, 31 Jun 2024 16:05:09 +0800", None),
    "no such offset": ("Fri, 28 Jun 2024 16:05:09 +9999", None),
    "words": ("昨天下午", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("written", "moment"), DATES.values(), ids=DATES)
def test_a_date_is_aware_or_not_used(written: str, moment: datetime | None) -> None:
    assert facts(f"Date: {written}").sent_at == moment


def test_the_top_received_header_tells_when_the_last_server_took_the_mail() -> None:
    read = facts(
        "Received: from a (a [10.0.0.1])\r\n\tby b with SMTP id 1; Fri, 28 Jun 2024 16:06:00 +0800",
        "Received: from c by a; Thu, 27 Jun 2024 09:00:00 +0800",
    )
    assert read.relayed_at == datetime(2024, 6, 28, 16, 6, tzinfo=CHINA)


SENDERS = {
    "plain": ("Zhang@Gov.CN", "zhang@gov.cn", ""),
    "named": ('"张三" <Zhang@Gov.cn>', "zhang@gov.cn", "张三"),
    "encoded": ("=?gb2312?B?1cXI/Q==?= <z@gov.cn>", "z@gov.cn", "张三"),
    "encoded in quotes": ('"=?gb2312?B?1cXI/Q==?=" <z@gov.cn>', "z@gov.cn", "张三"),
    "raw GBK": ('"县教体局" <z@gov.cn>'.encode("gbk"), "z@gov.cn", "县教体局"),
    "another address as name": ("office@gov.cn <evil@x.cn>", "evil@x.cn", ""),
    "another address as quoted name": ('"office@gov.cn" <evil@x.cn>', "evil@x.cn", "office@gov.cn"),
    "several": ("a@gov.cn, b@gov.cn", "a@gov.cn", ""),
    "comment": ("z@gov.cn (Zhang)", "z@gov.cn", "(Zhang)"),
    "no address": ("县教体局", "", "县教体局"),
    "two at signs": ("a@b@gov.cn <>", "", ""),
    "missing": ("", "", ""),
}


@pytest.mark.parametrize(("written", "address", "name"), SENDERS.values(), ids=SENDERS)
def test_the_sender_is_one_usable_address_or_none(written: str | bytes, address: str, name: str) -> None:
    raw = written.encode() if isinstance(written, str) else written
    read = facts(b"From: " + raw)
    assert read.from_address == address
    if name:
        assert read.from_name == name


def test_recipients_of_to_and_cc_come_once_each() -> None:
    read = facts('To: "A, B" <a@gov.cn>, b@gov.cn; C@gov.cn', "Cc: A@gov.cn, undisclosed-recipients:;")
    assert read.to == ("a@gov.cn", "b@gov.cn", "c@gov.cn")


IDS = {
    "usual": ("<abc.1@x>", "<abc.1@x>"),
    "folded": ("\r\n <abc.1@x>", "<abc.1@x>"),
    "without brackets": ("abc.1@x", "<abc.1@x>"),
    "with a blank inside": ("<abc 1@x>", None),
    "empty": ("<>", None),
    "Chinese": ("<报表@x>", None),
}


@pytest.mark.parametrize(("written", "read"), IDS.values(), ids=IDS)
def test_a_message_id_keeps_its_brackets_or_is_none(written: str, read: str | None) -> None:
    assert facts(f"Message-ID: {written}").message_id == read


def test_the_mails_that_are_answered_are_known_by_their_ids() -> None:
    read = facts("In-Reply-To: Your message of Friday <a@x>", "References: <r1@x>\r\n\t<r2@x> <r1@x>")
    assert read.in_reply_to == ("<a@x>",)
    assert read.references == ("<r1@x>", "<r2@x>")


AUTOMATIC = {
    "Auto-Submitted: auto-replied": True,
    "Auto-Submitted: auto-generated; owner=x": True,
    "Auto-Submitted: no": False,
    "Auto-Submitted: No (a person)": False,
    "X-Autoreply: yes": True,
    "X-Autoreply: no": False,
    "X-Autorespond: vacation": True,
    "X-Auto-Response-Suppress: All": False,
    "Precedence: auto_reply": True,
    "Precedence: bulk": False,
    "Precedence: list": False,
    "Subject: 自动回复: 关于报送的通知": True,
    "Subject: 【自动回复】我已收到": True,
    "Subject: Automatic reply: x": True,
    "Subject: Auto: x": True,
    "Subject: Out of Office: x": True,
    "Subject: 回复：自动回复: 关于报送的通知": False,
    "Subject: 关于自动回复的说明": False,
    "Subject: Automobile report": False,
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b": True,
}


@pytest.mark.parametrize(("header", "automatic"), AUTOMATIC.items(), ids=list(AUTOMATIC))
def test_a_machine_is_told_from_a_person(header: str, automatic: bool) -> None:
    assert facts(header).automatic is automatic


@pytest.mark.parametrize("header", ["List-Id: <l.x>", "List-Unsubscribe: <mailto:x@y>", "Precedence: bulk"])
def test_lists_are_bulk_but_not_automatic(header: str) -> None:
    read = facts(header)
    assert read.bulk
    assert not read.automatic


@pytest.mark.parametrize(
    ("header", "null"),
    [
        ("Return-Path: <>", True),
        ("From: MAILER-DAEMON@x.cn", True),
        ("From: Postmaster <PostMaster@qq.com>", True),
        ("Return-Path: <a@gov.cn>", False),
        ("From: postmistress@x.cn", False),
    ],
)
def test_a_mail_system_is_a_null_sender(header: str, null: bool) -> None:
    assert facts(header).null_sender is null


def test_control_characters_never_reach_a_subject() -> None:
    assert facts(b"Subject: a\x00b\x1b[31m\tc").subject == "a b [31m c"


LINKS = {
    "QQ": "https://wx.mail.qq.com/ftn/download?func=3&key=abc&code=1",
    "QQ of old": "http://mail.qq.com/cgi-bin/ftnExs_download?k=abc&t=exs_ftn_download&code=1",
    "163": "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE",
    "Mail Master": "https://dashi.163.com/html/cloud-attachment-download/?key=abc",
    "Baidu": "https://pan.baidu.com/s/1abc",
}


@pytest.mark.parametrize("url", LINKS.values(), ids=LINKS)
def test_a_link_to_an_oversized_attachment_is_seen_in_a_plain_text(url: str) -> None:
    read = facts("", body=f"附件：二季度报表.pdf {url} （2024年7月13日 16:00 到期）".encode())
    assert read.links == (url,)
    assert read.link_notes == ("二季度报表.pdf，2024年7月13日 16:00到期",)


@pytest.mark.parametrize(
    "url",
    [
        "https://maas.mail.163.com/dashi-web-extend/html/proSignature.html?ftlId=1",
        "https://dashi.163.com/projects/signature-manager/detail/index.html",
        "https://mail.qq.com/",
        "https://example.cn/?u=https://pan.baidu.com/",
    ],
)
def test_the_advertisement_of_a_mail_program_is_no_attachment(url: str) -> None:
    assert facts("", body=f"签名由网易邮箱大师定制 {url}".encode()).links == ()
