"""What units and the office read: each letter says what is true and nothing of anybody else."""

import email
import email.policy
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest

from builders import (
    CALENDAR,
    Q2,
    ZONE,
    address,
    at,
    campaign,
    contacts,
    document,
    form,
    message,
    scan,
    state,
)
from reminder_service.domain.campaign import StepKind, Version
from reminder_service.domain.decisions import Decision, DecisionKind, Decisions
from reminder_service.domain.documents import Kind, Problem
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.incoming import Attribution, IncomingDocument, IncomingMessage
from reminder_service.domain.names import UnitNames
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.receipts import PlannedReceipt
from reminder_service.domain.reminders import Held, PlannedMail, gaps_of
from reminder_service.domain.state import Finding, MailboxHealth, PeriodState, UnitState, WaitsFor
from reminder_service.jobs.letters import Letter, Letters
from reminder_service.mail.compose import LAST_SENTENCE, Composer
from reminder_service.resources import packaged_templates

EDU, WOMEN, YOUTH, CIVIL, DISABLED = "县教育和体育局", "县妇联", "团县委", "县民政局", "县残联"
FIRST = "<first@example.cn>"


@dataclass(frozen=True, kw_only=True)
class Office:
    name: str = "县妇儿工委办公室"
    phone: str = "6967116"
    address: str = "office@example.cn"


PLAIN = campaign(attach_form=False)
COMPOSER = Composer([packaged_templates()])


def letters(**changes: object) -> Letters:
    return Letters(
        campaign=campaign(**({"attach_form": False} | changes)),
        office=Office(),
        composer=COMPOSER,
        calendar=CALENDAR,
        zone=ZONE,
        secret=b"s" * 32,
    )


def sides(letter: Letter) -> tuple[str, str]:
    """The text and the HTML of a letter."""
    mail = email.message_from_bytes(letter.raw, policy=email.policy.default)
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]  # type: ignore[attr-defined]
    text, html = (part.get_content() for part in parts)
    return text, html


def both(letter: Letter) -> str:
    """Subject, text and HTML: everything a reader may see."""
    return "\n".join((letter.subject, *sides(letter)))


def written(
    unit: str,
    kind: StepKind,
    *,
    of: UnitState,
    now: str,
    writer: Letters | None = None,
    thread: str | None = FIRST,
    due: date = date(2024, 6, 28),
) -> Letter:
    writer = writer or letters()
    mail = PlannedMail(
        time=at(now),
        kind=kind,
        unit=unit,
        period=Q2,
        to=address(unit),
        key=MailKey(campaign="gaoqing", period="2024Q2", unit=unit, kind=str(kind), about="D"),
        gaps=gaps_of(writer.campaign, of),
        due=due,
    )
    letter = writer.to_unit(mail, of, at=at(now), contact_name="张三", thread=thread)
    assert writer.unit_subject(mail, of, at=at(now)) == letter.subject
    return letter


def answered(
    incoming: IncomingMessage,
    unit: str | None,
    *,
    now: str = "2024-06-26 10:05",
    others: Sequence[IncomingMessage] = (),
) -> Letter:
    """The receipt for a message, with the state that all messages together make."""
    known = contacts()
    book = PeriodBook(opened=((Q2, at("2024-06-14 09:00")),), fallback=Q2)
    identifier = Identifier(
        campaign=PLAIN, names=UnitNames(PLAIN), contacts=known, periods=book, decisions=Decisions.of(())
    )
    mine: list[Attribution] = [
        one
        for one in identifier.identify([*others, incoming])
        if one.message.id == incoming.id and one.unit == unit
    ]
    receipt = PlannedReceipt(
        message=incoming,
        unit=unit,
        period=Q2,
        to=incoming.sender,
        key=MailKey(
            campaign="gaoqing", period="2024Q2", unit=unit or "-", kind="receipt", about=str(incoming.id)
        ),
    )
    whole = state(*others, incoming, of=PLAIN, now=now)
    return letters().receipt(receipt, mine, whole.unit(unit) if unit else None, at=at(now), thread=FIRST)


def report(unit: str, *numbers: int, blank: Sequence[int] = (), name: str = "") -> IncomingDocument:
    texts = {number: f"第{number}项已开展活动3场" for number in numbers}
    return document(name or f"{unit}报表.docx", filled=form(texts, blank=blank))


def half_done() -> UnitState:
    """县妇联 sent the electronic version with item 3 blank and item 4 left out."""
    return state(message(address(WOMEN), report(WOMEN, 2, blank=[3])), of=PLAIN).unit(WOMEN)


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
        assert "已收到（" not in text

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

        (attachment,) = letter.attachments
        assert attachment.filename == "2024年第二季度进展情况报表-县教育和体育局.docx"
        assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(attachment.content)).namelist()
        assert "附件报表只列贵单位负责的事项" in sides(letter)[0]

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


def whole(now: str = "2024-06-25 16:30", *, blind: bool = False, **more: object) -> PeriodState:
    """A period in which each unit stands elsewhere."""
    promise = Decision(kind=DecisionKind.PROMISE, unit=YOUTH, period="2024Q2", until=date(2024, 6, 27))
    found = state(
        message(address(EDU), report(EDU, 1), scan("盖章.pdf"), id=1, when="2024-06-20 10:00"),
        message(address(WOMEN), report(WOMEN, 2, blank=[3]), id=2, when="2024-06-21 10:00"),
        message(address(CIVIL), document("情况说明.docx"), id=3, when="2024-06-21 11:00"),
        message("x@qq.example", scan("扫描件.pdf"), id=4, when="2024-06-25 09:00", subject="县残联报表"),
        of=PLAIN,
        decisions=[promise],
        now=now,
        blind=blind,
        undeliverable={"县人力资源社会保障局": ("发往 u02@example.cn 的邮件被退回",)},
    )
    return replace(found, **more)  # type: ignore[arg-type]


def daily(
    of: PeriodState,
    *,
    came: Sequence[str] = (),
    held: Sequence[Held] = (),
    warnings: Sequence[str] = (),
) -> Letter:
    day = str(of.as_of.date())
    key = MailKey(campaign="gaoqing", period="2024Q2", unit="-", kind="digest", about=day)
    return letters().digest(
        of,
        key=key,
        to="office@example.cn",
        at=of.as_of,
        came=came,
        held=held,
        workbook=b"PK\x03\x04",
        warnings=warnings,
    )


class TestDigest:
    def test_the_subject_alone_answers_who_has_not_reported(self) -> None:
        assert daily(whole()).subject == (
            "[妇儿实事 2024Q2] 报送日报 6月25日：未报2 可能已报1 缺件1 待核1 承诺延期1 已报齐1"
        )

    def test_the_groups_are_kept_apart_and_in_order(self) -> None:
        held = [Held(unit="市医疗保障局高青分局", period=Q2, reason="名录中没有邮箱")]
        for side in sides(daily(whole(), held=held)):
            titles = (
                "未报（2）", "可能已报（1）", "缺件（1）", "已收待核（1）", "承诺延期（1）", "送达失败（2）", "已报齐（1）"
            )  # fmt: skip
            places = [side.index(title) for title in titles]
            assert places == sorted(places)
            groups = dict(
                zip(
                    titles, (side[a:b] for a, b in zip(places, [*places[1:], None], strict=True)), strict=True
                )
            )
            assert "县人力资源社会保障局、市医疗保障局高青分局" in groups["未报（2）"]
            assert DISABLED in groups["可能已报（1）"]
            assert WOMEN in groups["缺件（1）"]
            assert "u02@example.cn" in groups["送达失败（2）"]
            assert "名录中没有邮箱" in groups["送达失败（2）"]
            assert EDU in groups["已报齐（1）"]

    def test_a_leader_can_be_given_one_sentence(self) -> None:
        text, html = sides(daily(whole()))
        sentence = "截至2024年6月25日16时30分，7家单位中1家已报齐；未报2家：县人力资源社会保障局、市医疗保障局高青分局；"
        assert sentence in text
        assert sentence in html

    @pytest.mark.parametrize(
        ("now", "words"),
        [
            ("2024-06-25 16:30", "距截止还有3个工作日"),
            ("2024-06-28 16:30", "今天截止"),
            ("2024-06-29 16:30", "已过截止日"),
            ("2024-07-03 16:30", "已过截止日3个工作日"),
        ],
    )
    def test_the_days_left_are_workdays(self, now: str, words: str) -> None:
        assert words in sides(daily(whole(now)))[0]

    def test_a_blind_mailbox_is_told_first_and_nobody_is_named_as_missing(self) -> None:
        health = MailboxHealth(read_at=at("2024-06-24 16:28"), blind=True, reason="最近一次读取失败")
        letter = daily(whole(blind=True, mailbox=health))

        assert letter.subject == (
            "[妇儿实事 2024Q2] 报送日报 6月25日：邮箱未能读取 情况不明2 可能已报1 缺件1 待核1 承诺延期1 已报齐1"
        )
        for side in sides(letter):
            assert side.index("自6月24日 16:28以后未能正常读取") < side.index("情况不明（2）")
            assert "原因：最近一次读取失败" in side
            assert "未报（" not in side
            assert "未报2家" not in side

    def test_a_mailbox_never_read_says_so(self) -> None:
        health = MailboxHealth(read_at=None, blind=True, reason="邮箱尚未读取过")
        assert "报送邮箱尚未成功读取过" in sides(daily(whole(blind=True, mailbox=health)))[0]

    def test_it_tells_what_came_what_waits_and_what_to_know(self) -> None:
        text, html = sides(
            daily(whole(), came=["6月25日 09:00 县妇联：报表.docx"], warnings=["2026年放假安排尚未公布。"])
        )
        for side in (text, html):
            assert "6月25日 09:00 县妇联：报表.docx" in side
            assert "2026年放假安排尚未公布。" in side
            assert "待处理（2）" in side
            assert "来自 x@qq.example" in side
            assert "6月25日 16:30" in side

    def test_the_workbook_goes_with_it(self) -> None:
        (attachment,) = daily(whole()).attachments
        assert (attachment.filename, attachment.content) == ("汇总表_2024Q2.xlsx", b"PK\x03\x04")

    def test_when_all_have_reported_nobody_is_missing(self) -> None:
        done = replace(whole(), units=(whole().unit(EDU),), tray=())
        letter = daily(done)

        assert letter.subject.endswith("：未报0 缺件0 待核0 已报齐1")
        assert "1家单位中1家已报齐；无未报单位。" in sides(letter)[0]


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
