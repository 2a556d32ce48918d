"""The digest: 谁没报, with the groups kept apart and nobody named while the mailbox is blind."""

from dataclasses import replace

import pytest

from builders import (
    Q2,
    at,
)
from letterbox import DISABLED, EDU, WOMEN, daily, sides, whole
from reminder_service.domain.reminders import Held
from reminder_service.domain.state import MailboxHealth


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
