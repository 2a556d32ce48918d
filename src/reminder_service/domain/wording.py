"""Findings and gaps in the words the clerk and the units read (official Simplified Chinese)."""

from collections.abc import Iterable

from .campaign import Campaign, Version
from .incoming import Evidence
from .state import DutyState

VERSION_WORDS = {Version.ELECTRONIC: "电子版", Version.STAMPED: "盖章PDF版"}

FINDING_TITLES = {
    "blank_measures": "进展情况未填写",
    "row_missing": "报表中缺少该事项",
    "refers_elsewhere": "内容未写明，仅写“同上季度”“见附件”等",
    "unreadable": "文件加密或损坏，无法打开",
    "link_only": "仅收到会过期的附件链接",
    "not_read": "文件未能读取，请人工查看",
    "not_a_form": "文件中没有报表",
    "other_columns": "报表栏目与通知要求不一致",
    "stamp_not_found": "未见公章，请人工核对",
    "stamp_mismatch": "公章单位与报送单位不一致",
    "signature_invalid": "电子签名校验未通过",
    "page_missing": "盖章版缺页",
    "mismatch": "盖章版与电子版内容不一致",
    "stamped_older": "盖章版为较早版本",
    "unknown_sender": "发件人不在名录，请确认",
    "ambiguous_unit": "所属单位有疑问，请确认",
    "ambiguous_period": "所属报送期有疑问，请确认",
    "closed_period": "该报送期已关闭",
    "unmatched_row": "该行无法对应到应报事项",
    "reported_by_another": "由其他单位代报，请确认",
    "low_confidence": "识别文字把握不大，请核对",
    "stamped_copy_is_image": "盖章版为照片或图片",
    "undeliverable": "邮件被退回",
    "returned": "已退回更正",
    "figure_fell": "累计数低于上期",
    "superseded": "已被后来的版本替代",
    "dead_message": "来信多次处理失败，请人工查看",
}


def item_words(campaign: Campaign, number: int) -> str:
    """Name an item: ``第3项“实施……行动”``."""
    return f"第{number}项{quoted(campaign.item(number).name)}"


def let_off_words(duty: DutyState) -> str:
    """Say why nothing is expected for a duty: ``免报：…``, ``已销号：…``; nothing where something is."""
    if duty.waived is None:
        return ""
    word = "已销号" if duty.finished else "免报"
    return f"{word}：{duty.waived}" if duty.waived.strip() else word


def quoted(text: str) -> str:
    """Put a text in quotation marks; marks inside become single ones (GB/T 15834—2011, 4.8.3.4)."""
    inner = text.strip().replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


def sender_notes(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Say what is known of a sender beyond its address, from the evidence of one file."""
    said = {one.kind: one.says for one in evidence}
    notes = []
    if unit := said.get("borrowed_name"):
        notes.append(f"可疑：发件人名称与{unit}的联系人相同，但地址不在联系人中")
    if found := said.get("authentication"):
        failed = any(not result.endswith("=pass") for result in found.split())
        notes.append(f"发件人验证{'未全部通过' if failed else '通过'}（{found}）")
    return tuple(notes)
