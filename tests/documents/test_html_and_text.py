import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.documents.body import read_body
from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Kind, Reading

HEADINGS = "序号,实事名称,责任单位"


def _texts(reading: Reading) -> list[list[str]]:
    return [[one.text for one in row.cells] for table in reading.tables for row in table.rows]


def test_spans_keep_every_cell_in_its_column() -> None:
    reading = read_body(
        "<table><tr><td rowspan=2>1</td><td>甲</td><td rowspan=2>末</td></tr><tr><td>乙</td></tr>"
        "<tr><td colspan=2>丙</td><td>丁</td></tr></table>"
    )
    assert _texts(reading) == [["1", "甲", "末"], ["", "乙", ""], ["丙", "", "丁"]]
    assert [set(row.merged) for row in reading.tables[0].rows] == [set(), {0, 2}, set()]


def test_a_pasted_table_stands_between_the_lines_around_it() -> None:
    reading = read_body(
        "<p>各位领导：</p><div>二季度<b>报表</b>如下</div>\n<table><tr><td><p>甲</p><p>乙 \n丙</p></td></tr></table>此致"
    )
    (table,) = reading.tables
    assert (reading.kind, table.above, table.below) == (Kind.HTML, "各位领导：\n二季度报表如下", "此致")
    assert _texts(reading) == [["甲\n乙 丙"]]
    assert reading.text == "各位领导：\n二季度报表如下\n此致"


def test_a_table_that_lays_out_the_mail_is_looked_through() -> None:
    inner = "<table><tr><td>序号</td><td>名称</td><td>单位</td></tr></table>"
    reading = read_body(f"<table><tr><td>报表如下{inner}</td></tr></table>")
    assert _texts(reading) == [["序号", "名称", "单位"]]
    assert reading.tables[0].above == "报表如下"


def test_what_a_mail_hides_is_not_read() -> None:
    hidden = "<style>p{}</style><script>x</script><div style='display: none'><table><tr><td>藏</td></tr></table></div>"
    assert read_body(f"{hidden}<p>见</p>").text == "见"
    assert read_body(hidden).tables == ()


@pytest.mark.parametrize("markup", ["", "  ", "<!-- x -->", "<p>没有表格</p>"])
def test_a_mail_without_table_is_a_reading_without_problem(markup: str) -> None:
    reading = read_body(markup)
    assert (reading.tables, reading.problem) == ((), None)


def test_a_span_of_a_million_rows_or_columns_costs_nothing() -> None:
    reading = read_body(
        "<table><tr><td rowspan=99999>甲</td><td>乙</td><td colspan=99999>丙</td></tr></table>"
    )
    assert _texts(reading) == [["甲", "乙"]]


def test_a_page_in_gbk_is_read_whatever_its_name() -> None:
    page = "<html><meta charset=gb2312><table><tr><td>镕</td></tr></table></html>".encode("gb18030")
    reading = read_bytes(page, "报表.xls")
    assert (reading.kind, _texts(reading), reading.filename) == (Kind.HTML, [["镕"]], "报表.xls")


@given(st.text(alphabet=st.sampled_from("<>/tabledr pan='\"2&;甲\x00\n"), max_size=200))
def test_no_markup_breaks_a_mail(markup: str) -> None:
    for text in (markup, f"<table><tr><td>{markup}", f"<table><tr><td rowspan={markup}>甲"):
        assert read_body(text).problem is None


def test_markup_nested_without_end_is_no_failure_of_the_program() -> None:
    reading = read_body("<div>" * 100_000 + "<table><tr><td>甲</td></tr></table>")
    assert isinstance(reading, Reading)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_a_table_in_text_is_read_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    text = f'2024年二季度报表\n{HEADINGS}\n1,"甲\n乙",县妇联\n\n2,丙,县法院\n填报人：某某\n'
    reading = read_bytes(text.replace(",", delimiter).encode(encoding), "报表.csv")
    assert reading.kind is Kind.TEXT
    assert _texts(reading) == [
        ["序号", "实事名称", "责任单位"],
        ["1", "甲\n乙", "县妇联"],
        ["2", "丙", "县法院"],
    ]
    assert (reading.tables[0].above, reading.tables[0].below) == ("2024年二季度报表", "填报人：某某")


def test_prose_with_some_commas_is_no_table() -> None:
    reading = read_bytes("领导, 您好\n报表见附件, 请查收, 谢谢\n此致".encode(), "说明.txt")
    assert (reading.tables, reading.problem.code) == ((), "not_read")
    assert reading.text.startswith("领导, 您好")


def test_a_quote_that_is_never_closed_takes_the_rest_and_nothing_else() -> None:
    reading = read_bytes(f'{HEADINGS}\n1,甲,乙\n2,丙,"{"丁" * 200_000}'.encode(), "报表.csv")
    assert len(_texts(reading)[2][2]) == 200_000


def test_more_lines_than_any_form_has_are_not_read() -> None:
    assert read_bytes((f"{HEADINGS}\n" * 6000).encode(), "报表.csv").problem.code == "not_read"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read_bytes(f"{HEADINGS}\n1,2,3\n{text}".encode("utf-8", "replace"), "报表.csv")
    assert reading.tables or reading.problem
