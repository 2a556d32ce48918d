"""What an entry of the journal is about, in words: it keeps the keys that the program knows things by."""

from collections.abc import Mapping

from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...store import JournalEntry
from ..outgoing.mail_samples import MAIL_NAMES
from .mail_view import kind_words

_NUMBERED = {
    "undo": "第{}号认定",
    "end_token": "第{}号令牌",
    "end_session": "第{}号登录",
    "intake": "第{}号来信",
}
_PLAIN = {
    "outbox": "发件箱",
    "contacts": "名录",
    "store": "全部资料",
    "administrator": "首位管理员",
}
_PARTS = {"subject.txt": "主题", "body.txt": "正文（纯文本）", "body.html": "正文（网页）"}


def subject_words(entry: JournalEntry, campaigns: Mapping[str, Campaign]) -> str:
    """Return what an entry is about; what has no words of its own (a login, a unit) stays as it was written."""
    subject = entry.subject
    if entry.action in _NUMBERED and subject.replace(",", "").isdecimal():
        return _NUMBERED[entry.action].format(subject.replace(",", "、"))
    if entry.action == "template":
        return _template(subject)
    if entry.action == "contact_sheet_taken":
        return "联系人表"
    key = MailKey.parse(subject)
    if key is not None:
        return _mail(key, campaigns)
    return _PLAIN.get(subject) or _period(subject, campaigns)


def _template(subject: str) -> str:
    name, _, part = subject.partition(".")
    return f"{MAIL_NAMES.get(name, name)}：{_PARTS.get(part, part)}"


def _mail(key: MailKey, campaigns: Mapping[str, Campaign]) -> str:
    whose = key.unit if key.unit not in ("", "-") else "本办"
    again = f"（第{key.attempt}次）" if key.attempt > 1 else ""
    return f"{whose}：{_period(f'{key.campaign}/{key.period}', campaigns)}{kind_words(key.kind)}{again}"


def _period(subject: str, campaigns: Mapping[str, Campaign]) -> str:
    """Name a campaign and period; the campaign only where there are several."""
    number, _, period = subject.partition("/")
    campaign = campaigns.get(number)
    if campaign is None:
        return subject if "/" not in subject else _title(period) or subject
    told = campaign.short_name if len(campaigns) > 1 or not period else ""
    return f"{told}{_title(period)}" or campaign.short_name


def _title(period: str) -> str:
    try:
        return Period.parse(period).title
    except WrongUsage:
        return period
