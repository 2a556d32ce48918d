"""What the lines around a form say: its title, the unit that fills it in, the period."""

import re
import unicodedata
from collections.abc import Sequence

from .texts import fold

_LONGEST_TITLE = 60
_SHORT_TITLE = 12
_TITLE = re.compile(
    r".{2,}(报表|情况表|进度表|进展表|汇总表|统计表|登记表|一览表|反馈表|台账|表)([（(].{1,20}[)）])?"
)
_NO_TITLE = re.compile(r"[:：。；;，,]|^附件|^(填报|报送|单位|审核|联系)")

_LABELS = r"(?:填报|报送|填表|上报|责任|报表|申报)?单位(?:名称|全称)?|(?:填报|报送|上报)(?:部门|机构)"
_SEAL = r"[（(]\s*(?:盖章|公章|加盖公章|盖公章|章|印章|签章|盖单位公章)\s*[)）]"
_UNIT = re.compile(rf"^\s*(?:{_LABELS})\s*(?:{_SEAL})?\s*(?:[:：]|\t)\s*(?P<unit>.+)$")
_UNIT_INSIDE = re.compile(rf"(?:^|[\s\t]|(?<=表))(?:{_LABELS})\s*(?:{_SEAL})?\s*[:：]\s*(?P<unit>\S.*)$")
_SIGNED = re.compile(rf"^\s*(?P<unit>[^:：]{{2,40}}?)\s*{_SEAL}\s*$")
_NEXT_LABEL = re.compile(
    r"\s{2,}|\t|\s*(?:填报|报送|填表|上报|统计)?(?:日期|时间|人员?)\s*[:：]|\s*(?:联系|审核|分管|负责|责任|经办)\S{0,4}[:：]"
)
_LABEL_ONLY = re.compile(rf"(?:{_LABELS}|单位负责人.*|负责人.*|部门)")
_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")

_DATE_FIELD = re.compile(r"(?:填报|报送|填表|上报|统计|制表)?(?:日期|时间|截止日?期?)\s*[:：].*")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEAR_WORDS = re.compile(r"[〇零○一二三四五六七八九]{4}(?=年)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_QUARTER = re.compile(r"(?<![前上下、至到\-])第?([一二三四1-4])季度")
_CODE = re.compile(r"(?<!\d)(20\d\d)年?Q([1-4])(?!\d)", re.IGNORECASE)
_HALF = re.compile(r"(?<!\d)(20\d\d)年度?([上下])半年")
_MONTHS = re.compile(r"(?<!\d)(20\d\d)年(\d{1,2})月?(?:-|至|到|~)(\d{1,2})月(?!\d)")
_TEN_DAYS = re.compile(r"(?<!\d)(20\d\d)年(\d{1,2})月份?([上中下])旬")
_HALF_MONTH = re.compile(r"(?<!\d)(20\d\d)年(\d{1,2})月份?([上下])半月")
_MONTH = re.compile(r"(?<!\d)(20\d\d)年(\d{1,2})月份?(?!\d|[底末前初])")


def title_among(lines: Sequence[str]) -> str:
    """Return the title of a form from the lines above it, the nearest first; empty where there is none.

    A title in two lines is joined when its last line is too short to say anything.
    """
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index].strip()
        folded = fold(line)
        if len(folded) > _LONGEST_TITLE or _NO_TITLE.search(folded) or not _TITLE.fullmatch(folded):
            continue
        before = lines[index - 1].strip() if index else ""
        if (
            before
            and len(folded) < _SHORT_TITLE
            and len(fold(before)) <= _LONGEST_TITLE
            and not _NO_TITLE.search(before)
        ):
            return before + line
        return line
    return ""


def unit_among(lines: Sequence[str]) -> str | None:
    """Return the unit that a 填报单位 line names as written, else who signed with （盖章）, else None."""
    for pattern in (_UNIT, _UNIT_INSIDE, _SIGNED):
        for line in lines:
            if (match := pattern.search(line)) and (unit := _unit_name(match["unit"])):
                return unit
    return None


def _unit_name(text: str) -> str | None:
    name = re.sub(_SEAL, "", text.strip())
    name = _NEXT_LABEL.split(name.strip(), maxsplit=1)[0]
    name = _DATE.sub("", name).strip(" \t_　:：()（）")
    return name if len(fold(name)) > 1 and not _LABEL_ONLY.fullmatch(fold(name)) else None


def period_among(lines: Sequence[str]) -> str | None:
    """Return the period that the first line to name one names, e.g. ``2024Q2``; dates are no periods.

    A quarter without its year takes the year that the lines name, if they name one alone.
    """
    texts = [_plain(line) for line in lines]
    for text in texts:
        if period := _dated(text):
            return period
    years = {year for text in texts for year in _YEAR.findall(text)}
    quarters = [match for text in texts if (match := _QUARTER.search(text))]
    if len(years) == 1 and quarters:
        return f"{years.pop()}Q{quarters[0][1].translate(_DIGITS)}"
    return None


def _plain(line: str) -> str:
    """Return a line without spaces and date fields, years and dashes in one spelling."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", _DATE_FIELD.sub("", line)))
    text = _YEAR_WORDS.sub(lambda match: match[0].translate(_DIGITS), text)
    return re.sub(r"[—–―－]+", "-", text)


def _dated(text: str) -> str | None:
    if (match := _QUARTER.search(text)) and (years := _YEAR.findall(text[: match.start()])):
        return f"{years[-1]}Q{match[1].translate(_DIGITS)}"
    if match := _CODE.search(text):
        return f"{match[1]}Q{match[2]}"
    if match := _HALF.search(text):
        return f"{match[1]}H{'上下'.index(match[2]) + 1}"
    if match := _MONTHS.search(text):
        return _of_months(match[1], int(match[2]), int(match[3]))
    if match := _TEN_DAYS.search(text):
        return (
            f"{match[1]}M{int(match[2]):02}T{'上中下'.index(match[3]) + 1}" if _is_month(match[2]) else None
        )
    if match := _HALF_MONTH.search(text):
        return f"{match[1]}M{int(match[2]):02}H{'上下'.index(match[3]) + 1}" if _is_month(match[2]) else None
    if match := _MONTH.search(text):
        return f"{match[1]}M{int(match[2]):02}" if _is_month(match[2]) else None
    return None


def _of_months(year: str, first: int, last: int) -> str | None:
    if last - first == 2 and first in (1, 4, 7, 10):
        return f"{year}Q{last // 3}"
    if last - first == 5 and first in (1, 7):
        return f"{year}H{last // 6}"
    return None


def _is_month(text: str) -> bool:
    return 1 <= int(text) <= 12
