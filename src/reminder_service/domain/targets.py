"""Numbers in a notice that are targets: so many of something, or such a rate, and what they are targets of."""

import re
from decimal import Decimal

import cn2an

from .campaign import Target

# Longest first, so that 场次 is not read as 场. 岁, 年, 号, 点 and 天 measure conditions, not work.
_MEASURES = (
    "人次|场次|课时|公里|千米|平方米|万元|亿元|公顷|套次|例次|户次|批次|车次|件次"
    "|场|所|个|处|家|名|人|户|次|期|项|件|套|台|辆|座|条|亩|吨|批|支|张|份|册|篇|部|节|对|例|眼|盏|间|栋|组|株|只|本|门|元|位|轮|档"
)
_NUMBER = re.compile(
    r"(?P<value>\d+(?:\.\d+)?|(?<=不少于|不低于)[一二两三四五六七八九十百]{1,5}|(?<=至少)[一二两三四五六七八九十百]{1,5})"
    rf"(?P<scale>[万亿](?!元))?(?P<about>余|多)?(?P<measure>%|％|‰|{_MEASURES})(?P<above>及?以上|以下|以内|左右)?"
)
_AT_LEAST = re.compile(r"(?:不少于|不低于|至少|超过|大于|多于|高于)(?:为|要|达到?|每年|每季度|每月)?$")
_CEILING = re.compile(
    r"(?:不超过|不高于|不大于|不多于|(?<!不)(?:低于|少于|小于)|控制在|降至|降到|压减|限)(?:为|在|至|到)?$"
)
_REACH = re.compile(
    r"(?:不少于|不低于|至少|达到|达|超过|高于|提高到|提高至|提升到|提升至|保持在|稳定在|增加到|增至|扩大到|控制在|完成率?|约|为|共计?|各|计|要|有)+$"
)
_RANGE_BEFORE = re.compile(r"(?:\d|[一二三四五六七八九十])[%岁周人名]?(?:-|—|－|–|~|～|至|到)$")
_RANGE_AFTER = re.compile(r"(?:-|—|－|–|~|～|至)\d")
_ORDINAL = re.compile(r"(?:第|前|〔|\[|（|\(|\.|[A-Za-z])$")
_DONE = re.compile(r"现有|已有|共有|已建|已完成|已累计|目前|上年|去年|截至|以来")
_PER_CASE = re.compile(
    r"支付额|每[人户例名天月年]|人均|户均|标准|补助|补贴|救助金|资助金|奖励|限额|报销|保费|收入|工资|罚款"
)
_MONEY_RAISED = re.compile(r"筹集|募集|投入|争取|投资|拨付|发放|完成")
_COUNTED_WORDS = re.compile(r"(?:月|工作日|小时|百分点|方面|部门|环节|步骤|阶段|层级|以上?方面)")
_CLAUSE = re.compile(r"[。；;！？!?，,：:\n]")
_ADVERBS = re.compile(
    r"^(?:并|且|要|和|及|以及|或|、|力争|确保|保证|保障|计划|争取|年内|年底前|全年|今年|每年|每月|每季度|本年度|年度"
    r"|全[县市区镇省]|各[镇县区]|\d{4}年底?前?|到\d{4}年底?前?|累计|统筹|组织|开展|举办|召开|建成|建设|打造|新建|改建|扩建"
    r"|维修改造|维修|改造|设立|设置|培训|培养|培育|选树|创建|评选|发放|提供|帮扶|救助|推出|完成|实现|新增|增加|实施|办理|走访"
    r"|投入|选派|整治|印制|使|对|将|各类|各种|至少|不少于|不低于|达到)"
)
_QUOTED = re.compile(r"“([^“”]{2,30})”")
_RATE_NOUN = re.compile(r"(?:率|比例|比重|占比|覆盖面|满意度|合格率)$")
_LONGEST_OBJECT = 40
# Longer clauses are none: this bounds the work on a hostile text.
_REACH_OF_CLAUSE = 300


def find_targets(text: str) -> tuple[Target, ...]:
    """Return the targets that a matter's text sets, in its order.

    Ages, amounts paid per case, spans of time, ordinals, what is done already, ceilings, and counts that only
    describe something (50人以上的企业) are none. ``comparator`` is ``>=`` for 不少于, 不低于, 至少, 以上, 超过.

    :param text: the running text of one matter.
    """
    targets: list[Target] = []
    last_end = 0
    for match in _NUMBER.finditer(text):
        start, end = _clause_of(text, match)
        before, after = text[max(start, last_end) : match.start()], text[match.end() : end]
        if not _is_target(match, text[start : match.start()], after, text):
            continue
        named = _object(match, before, after)
        if not named:
            continue
        last_end = match.end()
        targets.append(
            Target(
                text=named,
                value=_value(match),
                measure=match["measure"].replace("％", "%"),
                comparator=_comparator(match, before),
                quote=text[start:end].strip("、 "),
            )
        )
    return tuple(targets)


def _clause_of(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where the words around a number begin and end: between two marks that are not 、"""
    first, last = max(0, match.start() - _REACH_OF_CLAUSE), match.end() + _REACH_OF_CLAUSE
    start = max((mark.end() for mark in _CLAUSE.finditer(text, first, match.start())), default=first)
    following = _CLAUSE.search(text, match.end(), last)
    return start, following.start() if following else min(last, len(text))


def _is_target(match: re.Match[str], before: str, after: str, text: str) -> bool:
    measure, above = match["measure"], match["above"]
    if match["about"] or above in {"以下", "以内", "左右"} or _CEILING.search(before):
        return False
    if _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after) or _ORDINAL.search(before):
        return False
    if before.endswith("等") or _COUNTED_WORDS.match(after) or _inside_marks(text, match.start()):
        return False
    if _DONE.search(before):
        return False
    if measure in {"元", "万元", "亿元"}:
        return not _PER_CASE.search(before) and (measure != "元" or bool(_MONEY_RAISED.search(before)))
    # 50人以上的企业 says which enterprises; only a rate may stand like this (70%以上的村).
    return not (above and after and measure not in "%％‰")


def _inside_marks(text: str, place: int) -> bool:
    """Whether a place lies inside 《》 or “”: a number there belongs to a name."""
    head = text[max(0, place - _REACH_OF_CLAUSE) : place]
    return head.count("《") > head.count("》") or head.count("“") > head.count("”")


def _object(match: re.Match[str], before: str, after: str) -> str:
    """Return what the number counts: the words after it, else those before it."""
    behind = _behind(after)
    ahead = _ahead(before)
    if match["measure"] in "%％‰":
        if _RATE_NOUN.search(ahead):
            return ahead
        quoted = _QUOTED.findall(after)
        return quoted[-1] if quoted else behind or ahead
    return behind or ahead


def _behind(after: str) -> str:
    words = re.split(r"[、（(]", after)[0] if not after.startswith(("（", "(")) else ""
    words = _unquoted(words.removeprefix("的"))
    return words[:_LONGEST_OBJECT] if len(words) >= 2 else ""


def _ahead(before: str) -> str:
    words = before.strip("、 ")
    words = _REACH.sub("", words).strip("、 ")
    # A list before the number is one object only if it is summed up: 演出、培训、讲座等文化活动.
    if "、" in words and "等" not in words.rsplit("、", 1)[1]:
        words = words.rsplit("、", 1)[1]
    while (match := _ADVERBS.match(words)) and len(words) - match.end() >= 2:
        words = words[match.end() :]
    return _unquoted(words)[-_LONGEST_OBJECT:]


def _unquoted(words: str) -> str:
    words = words.strip("、 ")
    return words[1:-1] if re.fullmatch(r"“[^“”]*”", words) else words


def _value(match: re.Match[str]) -> Decimal:
    written = match["value"]
    value = Decimal(written) if written[0].isdigit() else Decimal(str(cn2an.cn2an(written, "smart")))
    value *= {"万": 10_000, "亿": 100_000_000}.get(match["scale"] or "", 1)
    return value.to_integral_value() if value == value.to_integral_value() else value


def _comparator(match: re.Match[str], before: str) -> str:
    return ">=" if match["above"] or _AT_LEAST.search(before) else "="
