"""What units read: each mail says what is true on its day and nothing of anybody else."""

import email
import email.policy
import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from builders import (
    address,
    document,
    form,
    message,
    scan,
    state,
)
from letterbox import (
    CIVIL,
    DISABLED,
    EDU,
    FIRST,
    PLAIN,
    WOMEN,
    answered,
    both,
    daily,
    half_done,
    letters,
    report,
    sides,
    whole,
    written,
)
from reminder_service.domain.campaign import StepKind, Version
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.state import Finding, WaitsFor
from reminder_service.mail.compose import LAST_SENTENCE


class TestMailsToUnits:
    def test_the_first_notice_says_what_by_when_and_how(self) -> None:
        unit = state(of=PLAIN, now="2024-06-14 09:00").unit(WOMEN)
        letter = written(WOMEN, StepKind.FIRST_NOTICE, of=unit, now="2024-06-14 09:00", thread=None)
        text, html = sides(letter)

        assert letter.subject == "[妇儿实事 2024Q2-03] 请于6月28日前报送2024年第二季度进展情况"
        for side in (text, html):
            assert "县妇联" in side
            assert "2024年6月28日（星期五）" in side
            assert "高政办字〔2024〕9号" in side
            assert "电子版" in side and "盖章PDF版" in side
            assert all(f"第{number}项" in side for number in (2, 3, 4))
            assert "实施教育资源扩增优化工程" not in side
            assert "本季度无进展" in side
            assert "直接回复本邮件" in side
            assert "责任科室、责任人" in side
            assert "6967116" in side
            assert "尚缺" not in side

    def test_a_unit_that_has_sent_nothing_is_told_both_versions_are_lacking(self) -> None:
        unit = state(of=PLAIN, now="2024-06-25 09:00").unit(EDU)
        letter = written(EDU, StepKind.REMINDER, of=unit, now="2024-06-25 09:00")
        text, _ = sides(letter)

        assert letter.subject == (
            "[妇儿实事 2024Q2-01] 请于6月28日前报送2024年第二季度进展情况（还有3个工作日）"
        )
        assert "距截止还有3个工作日" in text
        assert "1. 未收到电子版报表" in text
        assert "2. 未收到盖章PDF版" in text
        assert "\n已收到：" not in text

    def test_later_mails_name_only_what_is_lacking_and_what_is_in(self) -> None:
        letter = written(WOMEN, StepKind.REMINDER, of=half_done(), now="2024-06-27 09:00")

        assert "补充" in letter.subject and "还缺3项" in letter.subject
        for side in sides(letter):
            assert "未收到盖章PDF版" in side
            assert "未收到电子版" not in side
            assert "第3项“实施新型婚育文化培育行动”进展情况为空" in side
            assert "第4项“实施特殊困难儿童关爱行动”" in side
            assert "实施巾帼促就业计划" not in side
            assert "县妇联报表.docx（6月26日 10:00收到）" in side

    def test_the_due_day_says_today(self) -> None:
        letter = written(WOMEN, StepKind.DUE_TODAY, of=half_done(), now="2024-06-28 09:00")

        assert "今天截止" in letter.subject
        assert "今天（6月28日，星期五）" in sides(letter)[0]

    def test_an_overdue_mail_is_neutral(self) -> None:
        unit = state(of=PLAIN, now="2024-07-01 09:00").unit(EDU)
        letter = written(EDU, StepKind.OVERDUE, of=unit, now="2024-07-01 09:00")

        assert letter.subject == "[妇儿实事 2024Q2-01] 请尽快报送2024年第二季度进展情况（截止日6月28日）"
        assert "预计报送时间" in sides(letter)[0]
        assert not any(word in both(letter) for word in ("逾期", "通报", "批评", "问责"))

    @pytest.mark.parametrize(
        ("kind", "now", "name"),
        [
            (StepKind.REMINDER, "2024-06-28 08:30", "due_today"),
            (StepKind.REMINDER, "2024-07-01 08:30", "overdue"),
            (StepKind.DUE_TODAY, "2024-07-01 08:30", "overdue"),
        ],
    )
    def test_a_mail_that_goes_late_says_what_is_true_on_its_day(
        self, kind: StepKind, now: str, name: str
    ) -> None:
        unit = state(of=PLAIN, now=now).unit(EDU)
        assert written(EDU, kind, of=unit, now=now).name == name

    def test_an_extension_is_named_with_its_day(self) -> None:
        extended = Decision(
            kind=DecisionKind.EXTEND, unit=EDU, period="2024Q2", until=date(2024, 7, 5), reason="人员变动"
        )
        unit = state(of=PLAIN, decisions=[extended], now="2024-07-02 09:00").unit(EDU)
        letter = written(EDU, StepKind.REMINDER, of=unit, now="2024-07-02 09:00", due=date(2024, 7, 5))

        assert "7月5日（星期五）（已同意延期）" in sides(letter)[0]

    def test_what_waits_for_the_office_is_never_told_to_a_unit(self) -> None:
        office = [
            Finding(
                code=code,
                waits_for=WaitsFor.OFFICE,
                detail=f"秘密{code}：县残联代报",
                filename=f"县残联{code}.docx",
                item=item,
            )
            for code, item in (("reported_by_another", 3), ("ambiguous_unit", None), ("mismatch", 4))
        ]
        unit = half_done()
        waiting = replace(unit, findings=(*unit.findings, *office))
        letter = written(WOMEN, StepKind.REMINDER, of=waiting, now="2024-06-27 09:00")

        assert "秘密" not in both(letter)
        assert "县残联" not in both(letter)
        assert "我办正在核对" in both(letter)

    def test_a_file_that_may_be_another_units_is_not_named(self) -> None:
        stranger = message("x@qq.example", report(WOMEN, 2, name="县残联的报表.docx"))
        unit = state(stranger, of=PLAIN).unit(WOMEN)
        assert unit.electronic is None or unit.electronic.pending
        letter = written(WOMEN, StepKind.REMINDER, of=unit, now="2024-06-27 09:00")

        assert "县残联" not in both(letter)

    def test_no_mail_to_a_unit_names_another_one(self) -> None:
        whole = state(
            message(address(CIVIL), report(CIVIL, 4), scan("民政盖章.pdf"), id=1),
            message(address(WOMEN), report(WOMEN, 2, blank=[3]), id=2),
            of=PLAIN,
        )
        for unit in PLAIN.units:
            text = both(
                written(unit.name, StepKind.REMINDER, of=whole.unit(unit.name), now="2024-06-27 09:00")
            )
            others = [other.name for other in PLAIN.units if other.name != unit.name]
            assert [name for name in others if name in text] == []
            assert ("民政盖章" in text) is (unit.name == CIVIL)

    def test_the_units_own_form_goes_with_it(self) -> None:
        unit = state(now="2024-06-14 09:00").unit(EDU)
        writer = letters(attach_form=True)
        letter = written(EDU, StepKind.FIRST_NOTICE, of=unit, now="2024-06-14 09:00", writer=writer)

        attachment, calendar = letter.attachments
        assert attachment.filename == "2024年第二季度进展情况报表-县教育和体育局.docx"
        assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(attachment.content)).namelist()
        assert "附件报表只列贵单位负责的事项" in sides(letter)[0]
        assert calendar.filename == "报送截止日.ics"

    @pytest.mark.parametrize("due", [date(2024, 6, 28), date(2024, 7, 5)])
    def test_the_units_due_date_goes_with_the_first_notice_alone(self, due: date) -> None:
        unit = state(of=PLAIN, now="2024-06-14 09:00").unit(EDU)
        first, later = (
            written(EDU, kind, of=unit, now="2024-06-14 09:00", due=due)
            for kind in (StepKind.FIRST_NOTICE, StepKind.REMINDER)
        )
        (calendar,) = first.attachments
        assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}".encode() in calendar.content
        assert b"text/calendar" in first.raw
        assert later.attachments == ()

    def test_a_mail_is_part_of_its_thread_and_its_id_hangs_on_its_key(self) -> None:
        unit = state(of=PLAIN).unit(EDU)
        letter = written(EDU, StepKind.REMINDER, of=unit, now="2024-06-27 09:00")
        mail = email.message_from_bytes(letter.raw, policy=email.policy.default)

        assert mail["Message-ID"] == letter.message_id
        assert letter.message_id.endswith("@example.cn>")
        assert (mail["In-Reply-To"], mail["References"]) == (FIRST, FIRST)
        assert mail["To"] == "张三 <u01@example.cn>"

    def test_a_campaign_that_wants_one_version_asks_for_one(self) -> None:
        writer = letters(versions=(Version.ELECTRONIC,))
        unit = state(of=writer.campaign).unit(EDU)
        for kind in (StepKind.FIRST_NOTICE, StepKind.REMINDER):
            assert "盖章" not in both(written(EDU, kind, of=unit, now="2024-06-25 09:00", writer=writer))

    def test_the_same_mail_written_again_is_the_same_bytes(self) -> None:
        unit = state(now="2024-06-14 09:00").unit(EDU)
        writer = letters(attach_form=True)
        first, second = (
            written(EDU, StepKind.FIRST_NOTICE, of=unit, now="2024-06-14 09:00", writer=writer)
            for _ in range(2)
        )
        assert first == second

    def test_a_unit_that_waits_only_for_the_office_is_asked_for_nothing(self) -> None:
        unit = state(message(address(EDU), document("情况说明.docx")), of=PLAIN).unit(EDU)
        letter = written(EDU, StepKind.REMINDER, of=unit, now="2024-06-27 09:00")

        assert letter.subject == "[妇儿实事 2024Q2-01] 2024年第二季度报送材料已收到，正在核对"
        assert not any(word in both(letter) for word in ("尚缺", "请于", "还缺", "补充20"))

    def test_a_unit_for_which_another_reported_is_not_said_to_have_sent_anything(self) -> None:
        by_another = message(address(CIVIL), document("民政.docx", filled=form({4: "已走访"}, blank=[3])))
        unit = state(by_another, of=PLAIN).unit(DISABLED)
        assert "已收到" not in both(written(DISABLED, StepKind.REMINDER, of=unit, now="2024-06-27 09:00"))


def test_every_letter_ends_with_the_warning_against_secrets() -> None:
    unit = half_done()
    every = [
        *(
            written(WOMEN, kind, of=unit, now=now)
            for kind, now in (
                (StepKind.FIRST_NOTICE, "2024-06-14 09:00"),
                (StepKind.REMINDER, "2024-06-25 09:00"),
                (StepKind.DUE_TODAY, "2024-06-28 09:00"),
                (StepKind.OVERDUE, "2024-07-01 09:00"),
            )
        ),
        answered(message(address(EDU), report(EDU, 1)), EDU),
        answered(message("x@qq.example", report(EDU, 1)), None),
        daily(whole()),
    ]
    assert len({letter.name for letter in every}) == 7
    for letter in every:
        text, html = sides(letter)
        assert text.rstrip().endswith(LAST_SENTENCE)
        assert LAST_SENTENCE in html
        assert "None" not in both(letter)
        assert "\n\n\n" not in text.replace("\r\n", "\n")
