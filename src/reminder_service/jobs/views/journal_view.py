"""The journal in words: who did what to what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...domain.access import ROLE_WORDS, Role
from ...domain.campaign import Campaign
from ...store import JournalEntry, Store
from .journal_subjects import subject_words

ACTION_WORDS = {
    "login": "登录",
    "logout": "退出登录",
    "login_failed": "登录失败",
    "end_session": "结束登录",
    "make_link": "生成设置密码的链接",
    "set_password": "设置密码",
    "change_password": "修改密码",
    "first_administrator": "设立首位管理员",
    "add_user": "添加用户",
    "change_user": "修改用户",
    "assign": "认定单位和报送期",
    "accept": "认可",
    "dismiss": "不作报送处理",
    "waive": "免报",
    "finish": "销号",
    "extend": "延期",
    "promise": "记录电话承诺",
    "note": "记录通话",
    "return": "退回更正",
    "correct": "更正文字",
    "confirm": "确认文字",
    "figure": "核定数字",
    "freeze": "定稿",
    "remind_now": "立即催报",
    "intake": "登记来件",
    "contacts_edited": "修改名录",
    "campaign_drafted": "读取通知",
    "campaign_started": "启用任务",
    "campaign_dropped": "删除任务草稿",
    "campaign_edited": "修改任务",
    "calendar": "修改工作日历",
    "answer": "答复通知中的问题",
    "edit": "改写打印文字",
    "undo": "撤销认定",
    "close": "关闭报送期",
    "pause": "暂停发信",
    "resume": "恢复发信",
    "mark-sent": "标记为已发",
    "send-again": "重新发送",
    "release": "签发草稿",
    "drop": "作废邮件",
    "template": "修改邮件模板",
    "trial": "试发邮件",
    "add_token": "生成接口令牌",
    "end_token": "停用接口令牌",
    "contacts_imported": "导入名录",
    "contact_sheet_taken": "交回联系人表",
    "backup": "下载备份",
    "purge": "清除到期资料",
    "forget": "删除个人信息",
    "collect": "立即读取邮箱",
}
"""What is written into the journal, as people call it; what is not here is shown as it was written."""

_DETAIL_WORDS = {
    "reason": "理由",
    "decision": "认定编号",
    "address": "来自",
    "role": "角色",
    "active": "可以登录",
    "before": "原为",
    "to": "发往",
    "file": "文件",
    "files": "文件数",
    "number": "编号",
    "days": "有效天数",
    "again": "恢复使用",
    "unit": "单位",
    "period": "报送期",
    "channel": "途径",
    "messages": "来信数",
    "documents": "文件数",
    "mails": "邮件数",
    "after": "现为",
    "what": "内容",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalLine:
    """One entry in words."""

    at: datetime
    author: str
    action: str
    subject: str
    detail: str


def journal_lines(
    store: Store, campaigns: Mapping[str, Campaign], *, search: str = "", limit: int = 200
) -> list[JournalLine]:
    """Return the newest entries that hold what is searched for in words, newest first.

    :param campaigns: those at work, by number, for their names.
    """
    return [_line(entry, campaigns) for entry in journal_entries(store, search=search, limit=limit)]


def journal_entries(store: Store, *, search: str = "", limit: int = 200) -> list[JournalEntry]:
    """Return the newest entries that hold what is searched for, newest first.

    :param search: text of author, subject or detail, or an action in the words of :data:`ACTION_WORDS`.
    """
    wanted = search.strip()
    actions = {action for action, words in ACTION_WORDS.items() if wanted and wanted in words}
    return store.journal.entries(limit, search=wanted, actions=sorted(actions))


def _line(entry: JournalEntry, campaigns: Mapping[str, Campaign]) -> JournalLine:
    return JournalLine(
        at=entry.at,
        author=entry.author or "程序",
        action=ACTION_WORDS.get(entry.action, entry.action),
        subject=subject_words(entry, campaigns),
        detail=_detail(entry.detail),
    )


def _detail(detail: Mapping[str, Any]) -> str:
    told = ((key, value) for key, value in detail.items() if value not in (None, "", [], {}))
    return "；".join(f"{_DETAIL_WORDS.get(key, key)}：{_said(key, value)}" for key, value in told)


def _said(key: str, value: object) -> str:
    if key == "role" and value in set(Role):
        return ROLE_WORDS[Role(str(value))]
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)[:300]
