"""The numbers that Word gives to paragraphs by itself: written out, since no text of theirs stands in the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from .office import Damaged, Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_BASES = 10
_LARGEST = 9999
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CHINESE = frozenset(
    (
        "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
        "japaneseDigitalTenThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "koreanCounting",
    )
)  # fmt: skip
_CIRCLED = frozenset(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"))
_UNSEEN = frozenset(("bullet", "none"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    start: int = 1
    style: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _List:
    """A list of the document: its levels, the counters that it shares with others, its own beginnings."""

    abstract: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]
    begun: bool = False


@dataclass(slots=True)
class _Numbering:
    lists: dict[str, _List] = field(default_factory=dict)
    counters: dict[str, list[int | None]] = field(default_factory=dict)

    def next(self, number: str, level: int) -> str:
        """Return what stands before the next paragraph of a list, or an empty text."""
        listed = self.lists.get(number)
        if listed is None or level not in listed.levels:
            return ""
        counts = self.counters.setdefault(listed.abstract, [None] * _LEVELS)
        if not listed.begun:
            listed.begun = True
            for place in listed.starts:
                counts[place] = None
        last = counts[level]
        counts[level] = listed.starts.get(level, listed.levels[level].start) if last is None else last + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if listed.levels[level].style in _UNSEEN:
            return ""

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            of, count = listed.levels.get(place, _Level()), counts[place]
            return _figure(of.start if count is None else count, of.style)

        return _PLACE.sub(shown, listed.levels[level].text)


def write_out_numbers(root: etree._Element, package: Package) -> None:
    """Put the number of every numbered paragraph into it as text. Bullets stay out."""
    numbering = _numbering(_part(package, "word/numbering.xml"))
    if not numbering.lists:
        return
    styles = _styles(_part(package, "word/styles.xml"))
    for paragraph in root.iter(_W + "p"):
        settings = paragraph.find(_W + "pPr")
        number, level = _place_of(settings, styles)
        deleted = settings is not None and settings.find(f"{_W}rPr/{_W}del") is not None
        if number and not deleted and (label := numbering.next(number, level)):
            _insert(paragraph, settings, label)


def _insert(paragraph: etree._Element, settings: etree._Element | None, label: str) -> None:
    # 1. before 2024年 must not become 1.2024年; alone in its cell it needs no gap.
    gap = " " if label[-1].isascii() and any(text.text for text in paragraph.iter(_W + "t")) else ""
    run = etree.Element(_W + "r")
    etree.SubElement(run, _W + "t").text = _printable(label) + gap
    paragraph.insert(0 if settings is None else paragraph.index(settings) + 1, run)


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _part(package: Package, name: str) -> etree._Element | None:
    try:
        return package.xml(name)
    except Damaged:  # numbers are worth less than the form
        return None


def _numbering(root: etree._Element | None) -> _Numbering:
    numbering = _Numbering()
    if root is None:
        return numbering
    abstract = {_get(one, "abstractNumId"): _levels(one) for one in root.iterfind(_W + "abstractNum")}
    for one in root.iterfind(_W + "num"):
        source = _value(one, "abstractNumId")
        levels, starts = dict(abstract.get(source, {})), {}
        for override in one.iterfind(_W + "lvlOverride"):
            place = _number(_get(override, "ilvl"))
            levels |= _levels(override)
            start = override.find(_W + "startOverride")
            if start is not None and place < _LEVELS:
                starts[place] = _number(_get(start, "val"))
        numbering.lists[_get(one, "numId")] = _List(abstract=source, levels=levels, starts=starts)
    return numbering


def _levels(element: etree._Element) -> dict[int, _Level]:
    return {
        _number(_get(one, "ilvl")): _Level(
            start=_number(_value(one, "start") or "1"),
            style=_value(one, "numFmt") or "decimal",
            text=_value(one, "lvlText"),
        )
        for one in element.iterfind(_W + "lvl")
        if _number(_get(one, "ilvl")) < _LEVELS
    }


def _styles(root: etree._Element | None) -> dict[str, etree._Element]:
    if root is None:
        return {}
    return {_get(one, "styleId"): one for one in root.iterfind(_W + "style")}


def _place_of(settings: etree._Element | None, styles: Mapping[str, etree._Element]) -> tuple[str, int]:
    """Return the list and the level of a paragraph: its own, else those of its style."""
    number = level = ""
    for source in _sources(settings, styles):
        place = source.find(_W + "numPr")
        if place is not None:
            number, level = number or _value(place, "numId"), level or _value(place, "ilvl")
            if number:
                break
    return ("", 0) if number == "0" else (number, min(_number(level or "0"), _LEVELS - 1))


def _sources(
    settings: etree._Element | None, styles: Mapping[str, etree._Element]
) -> Sequence[etree._Element]:
    if settings is None:
        return ()
    found, name = [settings], _value(settings, "pStyle")
    for _ in range(_BASES):
        style = styles.get(name)
        if style is None:
            break
        if (own := style.find(_W + "pPr")) is not None:
            found.append(own)
        name = _value(style, "basedOn")
    return found


def _get(element: etree._Element, name: str) -> str:
    return element.get(_W + name) or ""


def _value(element: etree._Element, name: str) -> str:
    child = element.find(_W + name)
    return _get(child, "val") if child is not None else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _figure(number: int, style: str) -> str:
    if style in _CHINESE:
        return _chinese(number, _DIGITS, "十百千")
    if style == "chineseLegalSimplified":
        return _chinese(number, _LEGAL, "拾佰仟")
    if style in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if style == "ideographTraditional" and 1 <= number <= len(_STEMS):
        return _STEMS[number - 1]
    if style in ("lowerLetter", "upperLetter") and number:
        letter = chr(ord("a" if style == "lowerLetter" else "A") + (number - 1) % 26)
        return letter * min((number - 1) // 26 + 1, 9)
    if style in ("lowerRoman", "upperRoman"):
        return _roman(number) if style == "upperRoman" else _roman(number).lower()
    return f"{number:02}" if style == "decimalZero" else f"{number}"


def _chinese(number: int, digits: str, ranks: str) -> str:
    if not 0 < number <= _LARGEST:
        return f"{number}"
    shown, skipped = "", False
    for place, digit in enumerate(reversed(str(number))):
        if digit == "0":
            skipped = bool(shown)
            continue
        rank = ranks[place - 1] if place else ""
        shown = digits[int(digit)] + rank + ("零" if skipped else "") + shown
        skipped = False
    return shown[1:] if 10 <= number < 20 else shown


def _roman(number: int) -> str:
    shown = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        while number >= value and number <= _LARGEST:
            shown, number = shown + letters, number - value
    return shown or f"{number}"
