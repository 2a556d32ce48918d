"""Figures in a reported text: so many of something, said to be done, each with the words that say it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import cn2an

from .periods import Cadence, Period

_MEASURES = (
    "人次|场（次）|场\\(次\\)|场次|课时|公里|千米|平方米|万元|亿元|公顷|套次|例次|户次|批次|车次|件次|班次"
    "|场|所|个|处|家|名|人|户|次|期|项|件|套|台|辆|座|条|亩|吨|批|支|张|份|册|篇|部|节|对|例|眼|盏|间|栋|组|株"
    "|只|本|门|元|位|轮|档"
)
_CHINESE = "[一二两三四五六七八九十百千零〇]"
_NUMBER = re.compile(
    rf"(?P<vague>近|约|将近|接近|大约|上|逾|超过|超|突破|不足|几|数|不少于|不低于|至少|不超过|第)?"
    r"(?:百分之(?P<percent>\d+(?:\.\d+)?|[一二两三四五六七八九十百零点]{1,8})"
    rf"|(?P<value>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d{{1,12}}(?:\.\d{{1,6}})?|{_CHINESE}{{1,9}})"
    r"[ \u3000]?(?P<scale>[万亿](?!元))?(?P<about>余|多|来|几)?[ \u3000]?(?:余|多)?"
    rf"(?P<measure>%|％|‰|{_MEASURES}))"
    r"(?P<after>及?以上|以下|以内|左右|上下|余|多人)?"
)
_SENTENCE = re.compile(r"[。！？!?\n；;]")
_CLAUSE = re.compile(r"[。！？!?\n；;，,：:]")
_SEGMENT = re.compile(r"[。！？!?\n；;，,：:、]")
_JOINED = re.compile(r"以及|[和及与]")
_BEFORE_COLON = re.compile(r"[。！？!?\n；;，,]")
_BROKEN = re.compile(
    r"(?:\d|[A-Za-z+/.〔\[+])$|(?:\d|[一二三四五六七八九十])[%％岁场人名所个处次]?(?:-|—|－|–|~|～|至|到)$"
)
_LEAST = re.compile(r"(?:至少|不少于|不低于|不超过|按照?)有?$")
_RANGE_AFTER = re.compile(r"(?:-|—|－|–|~|～|至|/)\d")
_COUNTED = re.compile(r"(?:百分点|小时|工作日|性|一|体)")
_NOT_DONE = re.compile(
    r"计划|拟|预计|力争|争取|目标|任务数|任务为|确保|应当?完成|还需|还剩|剩余|其余|余下|尚有|尚未|未完|未能|不再|取消|暂停"
    r"|将(?:继续|于|开展|举办|培训|完成|建|再|新|组织|打造|达)|正在|在建|开工|施工|筹备|谋划|选址|申报"
    r"|同比|环比|(?<!占)比(?:去年|上年|上季|上期|上月|同期)|较(?:去年|上年|上季|上期|上月|同期|年初)|每[场人期次户名月年天个所季]|人均|户均|平均"
)
_AFTERWARDS = re.compile(
    r"^[，,]?(?:目前|现|均|已|都|也){0,3}(?:正在|在建|尚未|未完工|进场施工|进入施工|推进中|开工|待)(?!筹备)"
)
_NEXT = re.compile(
    r"下一步|下阶段|下季度|下半年(?=.{0,6}(?:计划|将|拟))|今后|接下来|明年|来年|存在(?:的)?(?:问题|不足)"
)
_YEAR = re.compile(r"(\d{4})年|(去年|上年|往年|前年|上季度|上期|上一季度|同期)")
_QUARTER = re.compile(r"第?([一二三四1-4])季度|Q([1-4])")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2})(?:月份?)?(?:-|—|－|–|~|～|至|到)(\d{1,2})月")
_CUMULATIVE = re.compile(
    r"截[至止](?:目前|今|\d|[^，,。；;]{0,10}[日月底末前])|截[至止]目前|(?:今年|本年|年初|年度|开展|实施|启动|活动|\d月)(?:以来|至今)|年初至今|到目前为止"
    r"|上半年|前[三3]季度|全年|今年已|年内已"
)
_LOCAL = re.compile(r"累计|总计|合计|共计|(?<![公一同])共(?!同|青|建|享|产|性|创|识|治|成长|商|和|有)")
_PERIOD = re.compile(r"本季度|本季|当季|本月|本期|本旬|本半月|本半年|这一季度")
_REACH = 200
_LONGEST = 20_000


class Basis(StrEnum):
    """What stretch of time a figure covers; ``UNSAID`` where the text does not tell (the form asks for the period)."""

    CUMULATIVE = "cumulative"
    PERIOD = "period"
    UNSAID = "unsaid"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number that a text says is done.

    ``value`` is None where the words are no exact number (近百人, 10余场) and stay text. ``quote`` is a part of the
    text, ``words`` what stands beside the number and names its object, ``context`` the sentence up to it.
    """

    value: Decimal | None
    measure: str
    basis: Basis
    quote: str
    words: str
    context: str


def figures_in(text: str, period: Period) -> tuple[Figure, ...]:
    """Return what a reported text says was done, in its order.

    Plans, what is still under way, restated targets (70%以上), ages, prices per case, ranges, ordinals, comparisons
    and other years' or periods' numbers are none.

    :param text: the reported measures; at most its first 20,000 characters are looked at.
    :param period: the period of the report; it tells 二季度 from 一季度.
    """
    text = text[:_LONGEST]
    matches = list(_NUMBER.finditer(text))
    found = []
    for index, match in enumerate(matches):
        before_end = matches[index - 1].end() if index else 0
        after_start = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        if figure := _figure(text, match, before_end, after_start, period):
            found.append(figure)
    return tuple(found)


def _figure(text: str, match: re.Match[str], earlier: int, later: int, period: Period) -> Figure | None:
    sentence = _back(text, match.start(), _SENTENCE)
    clause = _back(text, match.start(), _CLAUSE)
    end = _on(text, match.end(), _CLAUSE)
    head, rest = text[clause : match.start()], text[match.end() : end]
    if not _counts(text, match, sentence, head, rest):
        return None
    basis = _basis(text[sentence : match.start()], head, period)
    if basis is None:
        return None
    after = _JOINED.split(text[match.end() : min(_on(text, match.end(), _SEGMENT), later)])[0]
    before = text[max(_back(text, match.start(), _SEGMENT), earlier) : match.start()]
    if earlier > clause and len(_plain(after)) >= 2 and "、" not in text[earlier : match.start()]:
        before = ""  # 16所中小学2所幼儿园: what stands between belongs to the number before it
    return Figure(
        value=_value(match),
        measure=_measure(match),
        basis=basis,
        quote=text[clause:end].strip(" \t\u3000"),
        words=_plain(before) + " " + _plain(after),
        context=_plain(text[sentence : match.start()]) + " " + _plain(after),
    )


def _counts(text: str, match: re.Match[str], sentence: int, head: str, rest: str) -> bool:
    if match["vague"] in {"第", "不少于", "不低于", "至少", "不超过"} or _BROKEN.search(head):
        return False
    if (
        _LEAST.search(head)
        or _RANGE_AFTER.match(rest)
        or _COUNTED.match(rest)
        or _inside_marks(text, match.start())
    ):
        return False
    if (match["after"] or "").endswith("以上") and _measure(match) in {"%", "‰"}:
        return False  # 70%以上 is how a target is said again, never what was reached
    said = text[_back(text, match.start(), _BEFORE_COLON) : match.start()]  # 全年目标：20场 is no 20场 done
    if _NOT_DONE.search(said) or _NEXT.search(text[sentence : match.start()]):
        return False
    return not (
        re.search(r"正在|在建|施工|开工|尚未|未完|待", rest) or _AFTERWARDS.match(text[match.end() :][:40])
    )


def _basis(sentence: str, clause: str, period: Period) -> Basis | None:
    """Return what the nearest words before the number say of time, or None where they name another time."""
    marks: list[tuple[int, Basis | None]] = []
    for year in _YEAR.finditer(sentence):
        this_year = year[1] and int(year[1]) == period.start.year
        if not this_year:
            marks.append((year.start(), None))
    marks += [(one.start(), _of_quarter(one, period)) for one in _QUARTER.finditer(sentence)]
    marks += [(one.start(), _of_months(one, period)) for one in _MONTHS.finditer(sentence)]
    marks += [(one.start(), Basis.CUMULATIVE) for one in _CUMULATIVE.finditer(sentence)]
    marks += [(one.start(), Basis.PERIOD) for one in _PERIOD.finditer(sentence)]
    said = max(marks, key=lambda mark: mark[0], default=(-1, Basis.UNSAID))
    if (local := list(_LOCAL.finditer(clause))) and said[1] is not None:
        # 本季度共支付: the period is said, 共 only sums it up; 累计 says more than either.
        if local[-1][0] == "累计" and said[0] < len(sentence) - len(clause) + local[-1].start():
            return Basis.CUMULATIVE if "季度累计" not in clause else said[1]
        return Basis.CUMULATIVE if said[1] is Basis.UNSAID else said[1]
    return said[1]


def _of_quarter(match: re.Match[str], period: Period) -> Basis | None:
    written = match[1] or match[2]
    number = "一二三四".find(written) + 1 or int(written)
    if period.cadence is not Cadence.QUARTER:
        return Basis.UNSAID
    return Basis.PERIOD if number == (period.start.month + 2) // 3 else None


def _of_months(match: re.Match[str], period: Period) -> Basis | None:
    first, last = int(match[1]), int(match[2])
    if (first, last) == (period.start.month, period.end.month):
        return Basis.PERIOD
    return Basis.CUMULATIVE if first == 1 and last <= period.end.month else None


def _inside_marks(text: str, place: int) -> bool:
    head = text[max(0, place - _REACH) : place]
    return head.count("《") > head.count("》") or head.count("“") > head.count("”")


def _back(text: str, place: int, marks: re.Pattern[str]) -> int:
    first = max(0, place - _REACH)
    return max(
        (mark.end() for mark in marks.finditer(text, first, place) if not _in_number(text, mark)),
        default=first,
    )


def _on(text: str, place: int, marks: re.Pattern[str]) -> int:
    last = min(len(text), place + _REACH)
    found = next((mark for mark in marks.finditer(text, place, last) if not _in_number(text, mark)), None)
    return found.start() if found else last


def _in_number(text: str, mark: re.Match[str]) -> bool:
    around = text[mark.start() - 1 : mark.end() + 1] if mark.start() else ""
    return mark[0] == "," and len(around) == 3 and around[0].isdigit() and around[2].isdigit()


def _plain(words: str) -> str:
    return re.sub(r"[^\w]", "", words)


def _measure(match: re.Match[str]) -> str:
    if match["percent"]:
        return "%"
    return (
        str(match["measure"])
        .replace("％", "%")
        .replace("（", "")
        .replace("）", "")
        .strip("()")
        .replace("(", "")
    )


def _value(match: re.Match[str]) -> Decimal | None:
    if match["vague"] or match["about"] or match["after"] or re.search(r"[余多]$", match[0]):
        return None
    written = (match["percent"] or match["value"]).replace(",", "")
    try:
        value = Decimal(written) if written[0].isdigit() else Decimal(str(cn2an.cn2an(written, "smart")))
    except (ValueError, ArithmeticError):
        return None  # 三五场, 百场: no number that can be counted with
    value *= {"万": 10_000, "亿": 100_000_000}.get(match["scale"] or "", 1)
    return value.to_integral_value() if value == value.to_integral_value() else value
