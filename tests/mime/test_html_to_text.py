import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.mime import html_to_text

PAGES = {
    "a row of a table is a line": (
        "<table><tr><th>序号</th><th>措施</th></tr><tr><td>1</td><td>办了<br>两件<p>事</td></tr></table>",
        "序号 | 措施\n1 | 办了 两件 事",
    ),
    "an empty cell keeps its place": ("<table><tr><td>1<td><td>完成</table>", "1 |  | 完成"),
    "a table for the layout keeps its lines": (
        "<table><tr><td><p>第一行</p><p>第二行</p></td></tr></table>",
        "第一行\n第二行",
    ),
    "a table in a table": (
        "<table><tr><td><table><tr><td>1</td><td>甲</td></tr><tr><td>2</td><td>乙</td></tr></table></td></tr></table>",
        "1 | 甲\n2 | 乙",
    ),
    "scripts and styles are not text": (
        "<style>p{}</style><script>alert(1)</script><p>报送<!-- x -->内容</p>尾",
        "报送内容\n尾",
    ),
    "entities and blanks": ("<p>&nbsp;&lt;a&gt;   b&amp;c</p>", "<a> b&c"),
    "line breaks": ("一<br/>二<div>三</div>四", "一\n二\n三\n四"),
    "nothing": ("", ""),
    "no markup": ("只有文字", "只有文字"),
    "control characters": ("a\x00b<p>\ud800c", "a b\nc"),
}


@pytest.mark.parametrize(("html", "text"), PAGES.values(), ids=PAGES)
def test_html_is_readable(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(
    st.lists(
        st.sampled_from(
            ["<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<p>", "<div", "甲", " ", "&", "<!--"]
        )
    )
)
def test_no_heap_of_tags_loses_text_or_stops_the_reading(pieces: list[str]) -> None:
    text = html_to_text("".join(pieces))
    if "<div" not in pieces and "<!--" not in pieces:
        assert text.count("甲") == pieces.count("甲")


def test_deep_nesting_is_survived() -> None:
    html_to_text("<div>" * 100_000 + "x")
    html_to_text("<table><tr><td>" * 20_000 + "x")
