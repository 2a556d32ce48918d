"""The summary of a week: what came and went, how things stand, what is ahead; both sides say the same."""

import re

from builders import at
from letterbox import daily, letters, sides, whole
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.state import MailboxHealth
from reminder_service.jobs.outgoing.letters import Letter


def summary(**changes: object) -> Letter:
    state = whole(**changes)  # type: ignore[arg-type]
    return letters().weekly(
        state,
        key=MailKey(campaign="gaoqing", period="2024Q2", unit="-", kind="weekly", about="2024-W26"),
        to="office@example.cn",
        at=state.as_of,
        week="6月24日至6月28日",
        came=["县妇联：《报表.docx》", "县民政局：《盖章.pdf》"],
        went=["通知7封", "催报3封"],
        ahead=["6月28日截止", "7月1日逾期催报2封"],
    )


def facts(text: str) -> set[str]:
    """The numbers and names of units in a text, whatever stands around them."""
    return set(re.findall(r"\d+(?:[:月]\d+)*|县[\u4e00-\u9fff]{2,12}?(?:局|联)|《[^》]+》", text))


def test_text_and_html_hold_the_same_facts() -> None:
    text, html = sides(summary())
    body = re.sub(r"<[^>]*>", " ", html[html.index("<body") :])
    assert facts(text) == facts(body)
    for side in (text, body):
        assert all(word in side for word in ("《报表.docx》", "通知7封", "7月1日逾期催报2封", "6月28日截止"))


def test_the_subject_says_the_week_and_how_things_stand() -> None:
    assert summary().subject.startswith("[妇儿实事 2024Q2] 报送周报 6月24日至6月28日：未报2")


def test_a_blind_mailbox_names_nobody_as_missing() -> None:
    health = MailboxHealth(read_at=at("2024-06-24 16:28"), blind=True, reason="最近一次读取失败")
    for side in sides(summary(blind=True, mailbox=health)):
        assert "请勿作未报通报" in side
        assert "未报2家" not in side


def test_text_and_html_of_the_digest_hold_the_same_facts() -> None:
    came, warnings = ["6月25日 09:00 县妇联：《报表.docx》"], ["2026年放假安排尚未公布。"]
    text, html = sides(daily(whole(), came=came, warnings=warnings))
    assert facts(text) == facts(re.sub(r"<[^>]*>", " ", html[html.index("<body") :]))
