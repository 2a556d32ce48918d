"""Which target of its item a figure is about: by measure word and by the words beside the number."""

import re
from collections.abc import Sequence
from decimal import Decimal

from .campaign import Item, Target
from .figures import Figure

_SAME = (
    frozenset({"场", "场次"}),
    frozenset({"人", "名", "位"}),
    frozenset({"所", "个", "处", "家", "间"}),
)
_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_COMMON = frozenset({"活动", "培训", "宣传", "开展", "工作", "服务", "项目", "建设", "打造", "举办", "全县"})
_NO_OBJECT = re.compile(
    r"^(?:目前|现|已|均)*(?:占比?|比例|覆盖面?|达标率|达到?|占全县|约占|为|累计|总计|合计|共计?|开展|举办|组织|召开|完成|建成|了)*$"
)
_QUOTED = re.compile(r"“([^“”]{2,30})”")
_ENOUGH, _ENOUGH_BY_CONTEXT = 0.3, 0.5
_CLOSE = 0.04


def target_of(figure: Figure, item: Item) -> int | None:
    """Return the index of the item's target that a figure is about, or None where none or several could be meant."""
    scores = sorted(
        (
            (_score(figure, target, item), index)
            for index, target in enumerate(item.targets)
            if in_measure(figure.measure, target) is not None
        ),
        reverse=True,
    )
    if not scores or scores[0][0] <= 0:
        return None
    if len(scores) > 1 and scores[0][0] - scores[1][0] < _CLOSE:
        return None
    return scores[0][1]


def in_measure(measure: str, target: Target) -> Decimal | None:
    """Return by what a figure in ``measure`` is multiplied to stand in the target's measure, or None if it cannot."""
    if measure == target.measure or any({measure, target.measure} <= same for same in _SAME):
        return Decimal(1)
    if measure in _MONEY and target.measure in _MONEY:
        return _MONEY[measure] / _MONEY[target.measure]
    return None


def _score(figure: Figure, target: Target, item: Item) -> float:
    """Return how well the words fit, 0 where they do not: those beside the number count full, the others half."""
    before, _, after = figure.words.partition(" ")
    by_context = not after and bool(_NO_OBJECT.match(before))
    best = 0.0
    for part in _parts(target, item):
        wanted = _pairs(part)
        near = _weight(wanted & _pairs(figure.words)) / (_weight(wanted) or 1)
        whole = _weight(wanted & (_pairs(figure.context) | _pairs(figure.words))) / (_weight(wanted) or 1)
        score = near + 0.5 * (whole - near)
        if by_context:
            score = whole / 2 if whole >= _ENOUGH_BY_CONTEXT else 0.0
        elif near == 0 or score < _ENOUGH:
            score = 0.0
        best = max(best, score)
    return best


def _parts(target: Target, item: Item) -> Sequence[str]:
    """Return what a target names: 戏曲演出、书画培训、公益讲座等文化活动 are four things, named programmes more."""
    if "、" not in target.text or "等" not in target.text:
        return (target.text,)
    sentence = next((one for one in re.split(r"[。；]", item.text) if target.quote in one), "")
    return (*re.split(r"、|等", target.text), *_QUOTED.findall(sentence))


def _pairs(words: str) -> frozenset[str]:
    runs = [re.sub(r"[^\w]", "", run) for run in words.split(" ")]
    return frozenset(run[place : place + 2] for run in runs for place in range(len(run) - 1))


def _weight(pairs: frozenset[str]) -> float:
    return sum(0.5 if pair in _COMMON else 1.0 for pair in pairs)
