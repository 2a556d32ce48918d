"""How often, when, in what form and where to a notice wants its reports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..campaign import Version
from ..due_rules import DueRule, EndOfPeriod
from ..periods import Cadence, Period
from ..workdays import WorkCalendar, first_period
from .due_words import days_of_each_month, due_day, left_out, move_of

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_REPORT = re.compile(
    r"报送|上报|报至|报到|填报|反馈|报备|报县|报市|报区|报我|[将把].{2,60}报.{2,30}(?:办|局|委|会|科)|发送|发.{0,8}邮箱|调度|发至|提交"
)
_SUBJECT = re.compile(r"进展|情况|报表|统计表|附件|总结|台账|数据|表")
_CADENCES = (
    (Cadence.HALF_MONTH, re.compile(r"每半个?月|半月报|按半月")),
    (Cadence.TEN_DAYS, re.compile(r"每旬末?|旬报|按旬")),
    (
        Cadence.HALF_YEAR,
        re.compile(
            r"每个?半年(?:末|结束)?|半年报|上半年.{0,6}下半年|6月(?:底|末|30日)前?[、和及，]12月(?:底|末|31日)|每年6月(?:底|末|30日|\d+日)前?[、和及，]12月(?:底|末|31日|\d+日)?前?"
        ),
    ),
    (Cadence.QUARTER, re.compile(r"每个?季度?(?:末|结束|首月|最后一?个?月)?(?:月)?|按季度?|季报")),
    (Cadence.MONTH, re.compile(r"每个?月(?:底|末)?|按月|月报|逐月")),
    (Cadence.YEAR, re.compile(r"每年度?(?:底|末)?|年报|按年度?|(?<![0-9])年底前|年终")),
)
_DAY_OF_PERIOD = re.compile(
    r"(?:次月|下月|当月|每月|首月|末月|最后一?个?月|半年后|每年\d{1,2}月|次年\d{1,2}月|月份?)(?:的)?(\d{1,2})[日号](?:之?前|以前)?"
)
_AFTER_END = re.compile(r"结束后?(?:的)?(\d{1,2})个?(?:工作日|日|天)内?")
_ONCE = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})[日号]|([底末]))(?:（[^）]{1,8}）|\([^)]{1,8}\))?[^，。；]{0,8}?(?:之?前|以前|截止)"
)
_FROM = re.compile(r"[自从](?:(\d{4})年)?(?:第?([一二三四1-4])季度|(\d{1,2})月份?)(?:起|开始)")
_ELECTRONIC = re.compile(r"电子版|电子文档|电子文本|电子表格|电子稿|电子件|(?i:word|excel|wps)版?|可编辑")
_STAMPED = re.compile(r"(?i:pdf)|盖章|加盖.{0,8}印?章|扫描件|纸质|签字版|公章")
_NOT_STAMPED = re.compile(
    r"(?:无需|不需要?|不必|不再|免于)(?:加盖|盖|报送|提供|另行|提交|上报)[^，。；]{0,12}(?:章|(?i:pdf)(?:版|扫描件)?|纸质(?:版|件|材料)?|扫描件)"
)
_PHONE = re.compile(
    r"(?:联系电话|电话|联系方式|联系人)[:：]?[^\d。；]{0,20}((?:0\d{2,3}[-－—])?\d{7,11})(?!\d)"
)
_MAILBOX = re.compile(
    r"(?:邮箱|信箱|邮件地址|E-?mail)(?:地址|账号|为)?[:：](?P<box>[^，。；、）)\s]{2,60})", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When reports are due.

    ``quote`` is the sentence that says so; ``day`` words of it that name a day the due rule cannot express,
    "" where it needs none.
    """

    cadence: Cadence
    first: Period
    rule: DueRule
    quote: str
    day: str = ""
    left_out: tuple[str, ...] = ()


def find_schedule(rest: Sequence[str], issued: date, calendar: WorkCalendar) -> Schedule | None:
    """Return when the notice wants its reports, or None where no sentence about reporting says so.

    A recurring report wins over a single date, which often is for a list of contacts only.

    :param rest: the paragraphs that belong to no matter.
    """
    sentences = [found[0] for paragraph in rest for found in _SENTENCE.finditer(paragraph)]
    asking = [text for text in sentences if _REPORT.search(text)]
    asking.sort(key=lambda text: _SUBJECT.search(text) is None)
    for text in asking:
        if several := days_of_each_month(text):
            return _recurring(text, several[0], sentences, issued, calendar)
        for cadence, pattern in _CADENCES:
            if pattern.search(text) and not (cadence is Cadence.YEAR and _one_year(text)):
                return _recurring(text, cadence, sentences, issued, calendar)
    for text in asking:
        if day := _single_day(text, issued):
            period = Period.containing(day, Cadence.ONCE)
            rule = DueRule(move=move_of(sentences))
            return Schedule(cadence=Cadence.ONCE, first=period, rule=rule, quote=text)
    return None


def find_versions(rest: Sequence[str]) -> tuple[tuple[Version, ...], str]:
    """Return the versions that are to be sent and the sentence that says so; both and "" where none does."""
    wanted: dict[Version, str] = {}
    for found in (found[0] for paragraph in rest for found in _SENTENCE.finditer(paragraph)):
        plain = _NOT_STAMPED.sub("", found)
        if not (_REPORT.search(found) or _NOT_STAMPED.search(found) or _ELECTRONIC.search(plain)):
            continue
        for version, pattern in ((Version.ELECTRONIC, _ELECTRONIC), (Version.STAMPED, _STAMPED)):
            if pattern.search(_address_free(plain)):
                wanted.setdefault(version, found)
    if not wanted:
        return (Version.ELECTRONIC, Version.STAMPED), ""
    order = [version for version in Version if version in wanted]
    return tuple(order), wanted[order[0]]


def find_contact(text: str) -> tuple[str, str]:
    """Return telephone and mailbox of the office as the notice writes them, "" for what it does not name."""
    phone = _PHONE.search(text)
    box = _MAILBOX.search(text)
    address = _ADDRESS.search(text)
    mailbox = box["box"] if box else ""
    # An address that stands anywhere is better than a display name.
    if address and "@" not in mailbox:
        mailbox = address[0]
    return (re.sub(r"[－—]", "-", phone[1]) if phone else "", mailbox)


def _one_year(text: str) -> bool:
    """Whether a sentence with 年底 or 年度 means one day of one year rather than every year."""
    return _ONCE.search(text) is not None and "每年" not in text


def _recurring(
    text: str, cadence: Cadence, sentences: Sequence[str], issued: date, calendar: WorkCalendar
) -> Schedule:
    day = due_day(text, cadence)
    rule = DueRule(day=day or EndOfPeriod()).moving(move_of(sentences))
    unread = None if day else _DAY_OF_PERIOD.search(text) or _AFTER_END.search(text)
    pauses = left_out(sentences, cadence)
    first = _stated_first(sentences, cadence, issued) or first_period(issued, cadence, rule, calendar)
    while str(first)[4:] in pauses and (following := first.next()):
        first = following
    return Schedule(
        cadence=cadence,
        first=first,
        rule=rule,
        quote=text,
        day=unread[0] if unread else "",
        left_out=pauses,
    )


def _stated_first(sentences: Sequence[str], cadence: Cadence, issued: date) -> Period | None:
    """Return the first period where the notice names it: 自2024年第三季度起, 从7月份开始."""
    match = next(
        (found for text in sentences if _REPORT.search(text) and (found := _FROM.search(text))), None
    )
    if match is None:
        return None
    month = 3 * ("一二三四".find(match[2]) + 1 or int(match[2])) if match[2] else int(match[3])
    if not 1 <= month <= 12:
        return None
    year = int(match[1]) if match[1] else issued.year + (month < issued.month)
    return Period.containing(date(year, month, 1), cadence)


def _single_day(text: str, issued: date) -> date | None:
    """Return the day by which a single report is due; without a year it is the next such day after the notice."""
    match = _ONCE.search(text)
    if match is None:
        return None
    year, month = int(match[1] or issued.year), int(match[2])
    try:
        day = date(year, month, int(match[3])) if match[3] else _month_end(year, month)
        return day if match[1] or day >= issued else day.replace(year=year + 1)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return Period.containing(date(year, month, 1), Cadence.MONTH).end


def _address_free(text: str) -> str:
    """Drop addresses: word@example.cn asks for no Word file."""
    return _ADDRESS.sub("", text)
