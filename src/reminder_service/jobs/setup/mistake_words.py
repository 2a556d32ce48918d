"""Mistakes in a campaign file in the clerk's words: what is wrong with what was typed."""

import re
from collections.abc import Iterable

_KINDS = {"first_notice": "首次通知", "reminder": "催报", "due_today": "当日提醒", "overdue": "逾期催报"}
_FIELDS = (
    ("short_name", "简称"),
    ("full_name", "全称"),
    ("aliases", "别名"),
    ("members", "成员单位"),
    ("successor_of", "并入的单位"),
    ("names", "改用的名称"),
    ("code", "代码"),
    ("targets", "指标"),
    ("text", "原文"),
    ("units", "单位"),
    ("items", "实事"),
    ("office_hours", "补发时段"),
    ("make_up_within", "补发期限"),
    ("escalation", "给领导的催办函"),
    ("steps", "催报步骤"),
    ("due", "截止日"),
    ("last", "最后一期"),
)
_MISTAKES = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (
            r"(?P<a>.+) stands for another unit",
            "“{a}”已是另一个单位的名称或别名，同一时间一个名称只能指一个单位",
        ),
        (r"is not dated", "改用的名称须写明起始日期或截止日期；不分时间的请写在别名里"),
        (r"(?P<a>\S+) lies before since (?P<b>\S+);", "截止日期{a}早于起始日期{b}"),
        (r"(?P<a>.+) is not among the units", "“{a}”不是本任务的责任单位，请核对写法"),
        (
            r"(?P<a>.+) is responsible for no item",
            "“{a}”没有负责任何一项实事；请先把它写进一项实事，或办理并入其他单位",
        ),
        (r"the (?:unit|item|number) (?P<a>.+) is used before", "“{a}”重复了"),
        (r"the code (?P<a>.+) is used before", "代码{a}已被使用"),
        (r"only a group has members", "只有“各……”一类的单位才有成员"),
        (r"a step (?P<k>\w+) at (?P<a>\S+) stands", "同一天已有一步“{k}”，请删去一步"),
        (r"an overdue step comes after", "逾期催报须安排在截止日之后"),
        (r"a (?P<k>\w+) step comes before the due date", "“{k}”须安排在截止日当天或之前，之后请用逾期催报"),
        (r"a due_today step", "当日提醒只能安排在截止日当天"),
        (r"only a first_notice goes to all", "只有首次通知可以发给全部单位，其余只发给有欠缺的单位"),
        (r"a step without .every. goes once", "要发多次，须填写间隔几个工作日"),
        (r"only an overdue step repeats", "只有逾期催报可以重复"),
        (r"lies outside the office hours (?P<a>\S+);", "发信时间须在补发时段{a}之内"),
        (r"(?P<a>\S+) lies before the first period (?P<b>\S+);", "{a}早于首期{b}"),
        (r"(?P<a>\S+) is no period of cadence", "{a}不是本任务的报送期"),
        (r"gives no due date of its own", "这种截止日不适合本任务的报送频次"),
        (r"expected one e-mail address", "须是一个邮箱地址"),
        (r"expected two to six digits", "须是两位以上数字"),
        (r"expected one short word", "须是20字以内的一个词，不含空格和括号"),
        (r"expected a single line", "不能换行"),
        (r"expected at least one entry", "至少要有一项"),
        (r"expected two times of one day", "起止时间有误，须先早后晚"),
        (r"expected a time of day", "须是09:00这样的时间"),
        (r"expected a date", "须是2027-01-01这样的日期"),
        (r"expected a number of at least (?P<a>\S+),", "不能小于{a}"),
        (r"expected a number of at most (?P<a>\S+),", "不能大于{a}"),
        (r"expected a (?:whole )?number", "须是数字"),
        (r"expected text", "不能空着"),
        (r"expected workdays from the due date", "工作日数过大"),
        (r"used by .* too", "简称与另一项任务相同"),
        (r"does not fit the file's layout|meet in one place", "任务文件的写法特殊，请管理员直接在文件中修改"),
    )
)
_PROBLEM = re.compile(r"(?:.*?:\d+:\d+: )?(?:(?P<key>[\w.\[\]]+): )?(?P<text>.+)", re.DOTALL)
_OTHER = "填写的内容不符合要求。技术说明："


def mistake_words(problems: Iterable[str]) -> tuple[str, ...]:
    """Say what the configuration's sentences about mistakes mean, each once; unknown ones are quoted."""
    return tuple(dict.fromkeys(_said(problem) for problem in problems))


def _said(problem: str) -> str:
    parts = _PROBLEM.fullmatch(problem)
    key, text = (parts["key"] or "", parts["text"]) if parts else ("", problem)
    for pattern, words in _MISTAKES:
        if match := pattern.search(text):
            found = {name: value[:60] for name, value in match.groupdict().items()}
            if "k" in found:
                found["k"] = _KINDS.get(found["k"], found["k"])
            return f"{_field(key)}{words.format_map(found)}。"
    return f"{_field(key)}{_OTHER}{text[:200]}"


def _field(key: str) -> str:
    named = next((words for name, words in _FIELDS if re.search(rf"\b{name}\b", key)), "")
    named = next((words for name, words in _FIELDS[:5] if re.search(rf"\b{name}\b", key)), named)
    return f"{named}：" if named else ""
