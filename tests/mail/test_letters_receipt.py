"""Receipts: what arrived, as what it was taken, what is lacking; to a stranger nothing about any unit."""

import email
import email.policy

from builders import (
    address,
    document,
    message,
    scan,
)
from letterbox import EDU, FIRST, PLAIN, WOMEN, answered, both, report, sides
from reminder_service.domain.documents import Kind, Problem


class TestReceipts:
    def test_a_whole_report_is_thanked_for(self) -> None:
        letter = answered(message(address(EDU), report(EDU, 1), scan("盖章.pdf")), EDU)
        text, _ = sides(letter)

        assert letter.subject == "[妇儿实事 2024Q2-01] 已报齐：2024年第二季度报送回执"
        assert "已报齐，谢谢" in text
        assert "县教育和体育局报表.docx：电子版报表" in text
        assert "盖章.pdf：盖章版" in text
        assert "第1项“实施教育资源扩增优化工程”" in text
        assert "尚缺" not in text

    def test_a_partial_report_is_told_what_is_in_and_what_to_mend(self) -> None:
        letter = answered(message(address(WOMEN), report(WOMEN, 2, blank=[3])), WOMEN)
        text, _ = sides(letter)

        assert "还需补充3项" in letter.subject
        accepted, lacking = text.split("尚缺以下内容：")
        assert "第2项“实施巾帼促就业计划”" in accepted
        assert "第3项" not in accepted
        assert "第3项“实施新型婚育文化培育行动”进展情况为空" in lacking
        assert "本季度无进展" in lacking
        assert "请于6月28日（星期五）下班前直接回复本邮件补报" in lacking

    def test_after_the_due_day_no_past_day_is_asked_for(self) -> None:
        late = message(address(WOMEN), report(WOMEN, 2, blank=[3]), when="2024-07-01 10:00")
        text, _ = sides(answered(late, WOMEN, now="2024-07-01 10:05"))

        assert "请尽快直接回复本邮件补报" in text
        assert "6月28日" not in text

    def test_an_unreadable_file_and_a_picture_are_told_as_what_they_were_taken(self) -> None:
        locked = document("报表.docx", problem=Problem(code="unreadable", detail="文件有密码"))
        photo = document("盖章.jpg", kind=Kind.IMAGE, has_text=False, pictures=1)
        text, _ = sides(answered(message(address(EDU), locked, photo), EDU))

        assert "报表.docx：无法打开（加密或损坏）" in text
        assert "盖章.jpg：盖章版（图片）" in text
        assert "请去除密码或重新导出后发送" in text

    def test_a_link_is_told_to_be_no_file(self) -> None:
        linked = message(address(EDU), links=("https://mail.example/ftn/1",))
        text, _ = sides(answered(linked, EDU))

        assert "附件链接：链接会过期，文件未收到" in text
        assert "请改用普通附件发送" in text
        assert "https:" not in text

    def test_what_the_office_has_to_look_at_is_only_said_to_be_looked_at(self) -> None:
        text, _ = sides(answered(message(address(EDU), document("情况说明.docx")), EDU))

        assert "情况说明.docx：待我办核对" in text
        assert "没有报表" not in text
        assert "已报齐" not in text

    def test_an_unlisted_sender_learns_nothing_about_any_unit(self) -> None:
        stranger = message("x@qq.example", report(EDU, 1), subject="教体局报表", sender_name="县教体局李四")
        letter = answered(stranger, None)

        assert letter.subject == "[妇儿实事] 已收到，待核"
        seen = both(letter)
        assert "已收到，待核" in seen
        names = [name for unit in PLAIN.units for name in (unit.name, unit.full_name, *unit.aliases)]
        assert [name for name in names if name in seen] == []
        assert "报表.docx" not in seen

    def test_a_receipt_answers_the_mail_it_is_for(self) -> None:
        letter = answered(message(address(EDU), report(EDU, 1), id=7), EDU)
        mail = email.message_from_bytes(letter.raw, policy=email.policy.default)

        assert (mail["In-Reply-To"], mail["References"]) == ("<7@x>", f"{FIRST} <7@x>")
        assert mail["To"] == address(EDU)

    def test_hostile_file_names_stay_text_on_one_line(self) -> None:
        evil = report(EDU, 1, name="<script>\u202excod.exe\n已报齐.docx" + "长" * 300)
        text, html = sides(answered(message(address(EDU), evil), EDU))

        assert "<script>" not in html
        line = next(line for line in text.splitlines() if "<script>" in line)
        assert line.endswith("：电子版报表")
        assert "\u202e" not in line
        assert len(line) < 120
