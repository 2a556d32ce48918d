"""The head and foot of a notice: document number, issuer, title, date of issue, and the place it is from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import cn2an

from .bodies import Place
from .text import is_date_line

_NUMBER = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{2,14})[〔\[［（(【{](?P<year>\d{4})[〕\]］）)】}](?:第)?(?P<number>\d{1,4})号"
)
_TITLE = re.compile(r"关于.{2,120}?的(?:紧急|补充)?(?:通知|通报|函|通告|公告|意见|方案|决定|要求)")
_DOCUMENT = re.compile(r"的(?:紧急|补充)?(?:通知|通报|函|通告|公告|意见|方案|决定|要求)$")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SPELLED_DATE = re.compile(
    r"([一二〇○零Ｏ三四五六七八九0]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_ISSUER = re.compile(
    r"[\u4e00-\u9fff（）()]{3,40}(?:办公室|政府|局|委员会|委|会|厅|院|部|处|中心|指挥部|领导小组|办)"
)
_LEVEL = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|自治县|盟|州)|[\u4e00-\u9fff]{1,7}?[县市区旗])(?!管理|建设|化|场)"
)
_PARTY = re.compile(r"^(?:中共|中国共产党|共青团|国家税务总局)")
_CITY = re.compile(r"([\u4e00-\u9fff]{2,4}市)$")
_SALUTATION = re.compile(r"[^。]{2,}[:：]$")
_NOISE = re.compile(
    r"^(?:关于)?(?:进一步)?(?:认真|切实|扎实)?(?:印发|做好|开展|报送|落实|加强|推进|填报|组织|调度|上报|建立|实行)"
)
_SCOPE = re.compile(
    r"^(?:关于|\d{4}年?(?:度|第?[一二三四1-4]季度|[上下]半年|\d{1,2}月份?)?|为|对|在|全[县市区省镇]|[《“])+"
)
_GENERIC = re.compile(
    r"(?:有关事项|相关事项|有关工作|工作进展情况|进展情况|完成情况|落实情况|统计报表|情况统计|工作情况|工作|情况|任务|报送|制度|办实事|旬报|月报|季报|统计|[》”])+$"
)
_SHORT_NAME = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What head and foot of a notice say; ``number`` is "" where it bears none, ``date`` is None where none is found."""

    number: str
    title: str
    issuer: str
    date: date | None
    place: Place


def read_head(lines: Sequence[str]) -> Head:
    """Read head and foot.

    :param lines: the tidied lines of the notice before its annex.
    """
    end = next((n for n, line in enumerate(lines) if _SALUTATION.fullmatch(line)), min(len(lines), 12))
    head = lines[: end + 1]
    title, start = _title(head)
    issuer = _issuer_above(head, start) or _signature(lines)
    return Head(
        number=_document_number(head),
        title=title,
        issuer=issuer,
        date=_issued(lines),
        place=_place(issuer, "\n".join(lines)),
    )


def addressees(lines: Sequence[str]) -> str:
    """Return whom the notice is addressed to, "" where it names nobody: 县财政局、各镇人民政府."""
    found = next((line for line in lines if _SALUTATION.fullmatch(line)), "")
    return found.rstrip(":：").removeprefix("主送").lstrip(":：")


def campaign_id(head: Head) -> str:
    """Return an id of ASCII letters, digits and hyphens, the same for the same notice."""
    if match := _NUMBER.search(head.number):
        return f"notice-{match['year']}-{int(match['number'])}"
    return f"notice-{head.date.isoformat()}" if head.date else "notice"


def short_name(title: str) -> str:
    """Return at most six characters that tell the campaign from others in a subject line."""
    words = _DOCUMENT.sub("", title)
    before = ""
    while before != words:
        before = words
        for useless in (_NOISE, _SCOPE, _GENERIC):
            shorter = useless.sub("", words)
            words = shorter if len(shorter) >= 2 else words
    return words[:_SHORT_NAME] or "报送任务"


def subject(title: str) -> str:
    """Return what a notice is about: its title without 关于做好 … 的通知."""
    words = _DOCUMENT.sub("", title).removeprefix("关于")
    words = re.sub(r"(?:报送|填报|调度|统计)?(?:有关|相关)?(?:工作|事项|制度)?$", "", _NOISE.sub("", words))
    return words or title


def _document_number(head: Sequence[str]) -> str:
    """Return the number that stands on a line of its own, else the first in the head, with 〔〕."""
    whole = (match for line in head if (match := _NUMBER.fullmatch(line)))
    match = next(whole, None) or next((found for line in head if (found := _NUMBER.search(line))), None)
    return f"{match['office']}〔{match['year']}〕{int(match['number'])}号" if match else ""


def _title(head: Sequence[str]) -> tuple[str, int]:
    """Return the title and the index of the line on which it begins; ("", 0) where there is none."""
    for index, line in enumerate(head):
        if "关于" not in line or _NUMBER.fullmatch(line):
            continue
        text = "".join(head[index : index + 4])
        text = text[text.index("关于") :]
        match = _TITLE.match(text)
        while match and match[0].count("《") > match[0].count("》"):
            match = re.compile(re.escape(match[0]) + r".{1,60}?的(?:通知|函|意见|方案|通报)").match(text)
        if match:
            return match[0], index
    return "", 0


def _issuer_above(head: Sequence[str], title_line: int) -> str:
    """Return the issuers as the heading names them: before 关于 on its line, and on the lines above."""
    if not head:
        return ""
    inline = head[title_line].partition("关于")[0]
    issuers = [inline] if inline and _ISSUER.fullmatch(inline) else []
    for line in reversed(head[:title_line]):
        if not _ISSUER.fullmatch(line):
            break
        issuers.insert(0, line)
    return "、".join(dict.fromkeys(issuers))


def _signature(lines: Sequence[str]) -> str:
    """Return the issuer that signs above the date, or on its line."""
    for index in range(len(lines) - 1, 0, -1):
        line = lines[index]
        if is_date_line(line) and not line.endswith("印发") and _ISSUER.fullmatch(lines[index - 1]):
            return lines[index - 1]
        inline = _DATE.sub("", line)
        if inline != line and _ISSUER.fullmatch(inline):
            return inline
    return next((line.removesuffix("文件") for line in lines[:3] if line.endswith("文件")), "")


def _issued(lines: Sequence[str]) -> date | None:
    """Return the date of issue: the last date on a line of its own, else behind the issuer, else of printing."""
    alone = [line for line in lines if is_date_line(line) and not line.endswith("印发")]
    behind = [line for line in lines if _DATE.search(line) and _ISSUER.fullmatch(_DATE.sub("", line))]
    printed = [line for line in lines if line.endswith("印发")]
    for line in (*reversed(alone), *reversed(behind), *reversed(printed)):
        if day := _date(line):
            return day
    return None


def _date(text: str) -> date | None:
    match = _DATE.search(text)
    spelled = _SPELLED_DATE.search(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
        if spelled:
            year = int("".join(str("〇一二三四五六七八九".find(_zero(char))) for char in spelled[1]))
            return date(year, int(cn2an.cn2an(spelled[2], "smart")), int(cn2an.cn2an(spelled[3], "smart")))
    except ValueError:
        return None
    return None


def _zero(char: str) -> str:
    return "〇" if char in "○零Ｏ0" else char


def _place(issuer: str, text: str) -> Place:
    """Return where the first issuer is at home; the city above is the one written before that region."""
    rest = _PARTY.sub("", issuer.split("、")[0])
    levels: list[str] = []
    while match := _LEVEL.match(rest):
        levels.append(match[0])
        rest = rest[match.end() :]
    if not levels:
        return Place(region="")
    region = levels[-1]
    city = next((level for level in levels[:-1] if level.endswith("市")), "")
    if not city and not region.endswith("市"):
        above = re.search(rf"([\u4e00-\u9fff]{{2,3}}市){re.escape(region)}", text)
        city = above[1] if above else ""
    return Place(region=region, city=city)
