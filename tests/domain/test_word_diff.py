"""Two texts side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.word_diff import LONGEST, Pieces, side_by_side


def changed(pieces: Pieces) -> list[str]:
    return [piece.text for piece in pieces if piece.changed]


@pytest.mark.parametrize(
    ("left", "right", "only_left", "only_right"),
    [
        ("培训20场次，惠及500人。", "培训18场次，惠及500人次。", ["20"], ["18", "次"]),
        ("完成率85.5%", "完成率85%", ["85.5%"], ["85%"]),
        ("已完成 12 场", "已完成12场", [], []),
        ("ＡＢＣ（一）", "abc(一)", [], []),
        ("", "新增内容", [], ["新增内容"]),
    ],
    ids=["figures whole", "decimals and per cent", "spacing", "width and case", "one is empty"],
)
def test_what_differs_is_marked(left: str, right: str, only_left: list[str], only_right: list[str]) -> None:
    first, second = side_by_side(left, right)
    assert (changed(first), changed(second)) == (only_left, only_right)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_put_together_are_the_texts_as_they_are(left: str, right: str) -> None:
    first, second = side_by_side(left, right)
    assert "".join(piece.text for piece in first) == left
    assert "".join(piece.text for piece in second) == right


def test_a_text_too_long_to_compare_is_shown_whole() -> None:
    first, second = side_by_side("甲" * (LONGEST + 1), "乙")
    assert len(first) == 1 and first[0].changed and second[0].text == "乙"
