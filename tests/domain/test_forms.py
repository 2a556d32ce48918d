from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.campaign import Column, ColumnKey
from reminder_service.domain.documents import Cell, Kind, Reading, Row, Table
from reminder_service.domain.forms import (
    Form,
    find_form,
    is_blank,
    refers_above,
    refers_elsewhere,
    table_problem,
)

COLUMNS = (
    Column(key=ColumnKey.NUMBER, heading="序号"),
    Column(key=ColumnKey.NAME, heading="实事名称", also=("事项名称",)),
    Column(key=ColumnKey.UNITS, heading="责任单位"),
    Column(key=ColumnKey.MEASURES, heading="本季度具体措施及任务进度情况", also=("进展情况", "具体措施")),
    Column(key=ColumnKey.DEADLINE, heading="完成时限", also=("完成时间",)),
)
HEAD = ("序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限")
ONE = ("1", "教育工程", "县教体局", "新建学校2所。", "12月底")
TWO = ("2", "就业计划", "县人社局", "培训20场次。", "全年")


def _table(
    *rows: Sequence[str],
    merged: dict[int, set[int]] | None = None,
    pages: dict[int, int] | None = None,
    above: str = "",
    below: str = "",
) -> Table:
    """A table; ``merged`` and ``pages`` by index of the row, pages hold on until the next one named."""
    page, made = 1, []
    for index, texts in enumerate(rows):
        page = (pages or {}).get(index, page)
        cells = tuple(Cell(text=text) for text in texts)
        made.append(
            Row(page=page, number=index + 1, cells=cells, merged=frozenset((merged or {}).get(index, ())))
        )
    return Table(page=1, rows=tuple(made), above=above, below=below)


def _reading(*tables: Table, text: str = "") -> Reading:
    return Reading(document="0" * 64, filename="报表.docx", kind=Kind.DOCX, tables=tables, text=text)


def _form(*rows: Sequence[str], units: Sequence[str] = (), **more: object) -> Form:
    form = find_form(_reading(_table(*rows, **more)), COLUMNS, units)
    assert form
    return form


def _cells(form: Form) -> list[tuple[str, str, str, str, str]]:
    return [(row.number, row.name, row.units, row.measures, row.deadline) for row in form.rows]


class TestHeadings:
    def test_columns_are_found_by_heading_in_any_order_and_others_ignored(self) -> None:
        form = _form(
            ("备注", "完成时间", "进展情况", "责任单位", "事项名称", "序号"),
            ("无", *reversed(ONE)),
        )
        assert _cells(form) == [ONE]

    def test_headings_may_be_broken_over_lines_and_full_of_spaces(self) -> None:
        form = _form(
            ("序\n号", "实事 名称", "责任\n单位", "本季度具体措施\n及任务进度情况", "完成\u3000时限"), ONE
        )
        assert _cells(form) == [ONE]

    def test_a_title_row_above_the_headings_is_no_row_of_the_form(self) -> None:
        form = _form(
            ("2024年第二季度进展情况报表", "", "", "", ""), ("填报单位：县教体局", "", "", "", ""), HEAD, ONE
        )
        assert (form.title, form.unit, form.period) == ("2024年第二季度进展情况报表", "县教体局", "2024Q2")
        assert _cells(form) == [ONE]

    def test_headings_repeated_on_a_later_page_are_dropped(self) -> None:
        title = ("进展情况报表", "", "", "", "")
        form = _form(title, HEAD, ONE, title, HEAD, TWO, pages={3: 2})
        assert _cells(form) == [ONE, TWO]

    def test_headings_of_two_levels_are_read_together(self) -> None:
        form = _form(
            ("序号", "实事名称", "责任单位", "工作情况", "", "完成时限"),
            ("", "", "", "具体措施", "下步打算", ""),
            ("1", "教育工程", "县教体局", "新建学校2所。", "继续", "12月底"),
            merged={1: {0, 1, 2, 5}},
        )
        assert _cells(form) == [ONE]

    def test_a_small_table_before_the_form_is_passed_over(self) -> None:
        small = _table(("填报人", "张晓梅", "电话", "6960000"))
        form = find_form(_reading(small, _table(HEAD, ONE)), COLUMNS)
        assert form and _cells(form) == [ONE]

    def test_without_measures_or_name_it_is_no_form(self) -> None:
        other = _reading(_table(("序号", "项目", "进度"), ("1", "甲", "乙")))
        assert find_form(other, COLUMNS) is None
        assert table_problem(other, COLUMNS) == "other_columns"

    def test_a_table_about_something_else_is_not_a_form(self) -> None:
        other = _reading(_table(("姓名", "电话", "住址"), ("张晓梅", "1", "2")))
        assert table_problem(other, COLUMNS) == "not_a_form"
        assert table_problem(_reading(text="本季度无进展"), COLUMNS) == "not_a_form"

    def test_a_form_has_no_table_problem(self) -> None:
        assert table_problem(_reading(_table(HEAD)), COLUMNS) is None


class TestRows:
    def test_units_below_a_merged_item_have_its_number_name_and_deadline(self) -> None:
        form = _form(HEAD, ONE, ("", "", "县妇联", "培训3场。", ""), merged={2: {0, 1, 4}})
        assert _cells(form) == [ONE, ("1", "教育工程", "县妇联", "培训3场。", "12月底")]

    def test_units_below_an_item_left_empty_instead_of_merged_have_it_too(self) -> None:
        form = _form(HEAD, ONE, ("", "", "县妇联", "培训3场。", "全年"))
        assert _cells(form)[1] == ("1", "教育工程", "县妇联", "培训3场。", "全年")

    def test_measures_merged_over_two_units_are_both_units(self) -> None:
        form = _form(HEAD, ONE, ("", "", "县妇联", "", ""), merged={2: {0, 1, 3, 4}})
        assert _cells(form)[1][3] == ONE[3]

    def test_a_text_that_goes_on_in_the_next_row_belongs_to_the_row_above(self) -> None:
        form = _form(HEAD, ONE, ("", "", "", "二是扩建2所。", ""))
        assert [row.measures for row in form.rows] == ["新建学校2所。\n二是扩建2所。"]

    def test_a_row_torn_by_the_page_is_one_row(self) -> None:
        torn = ("1", "教育工程", "县教体局\n县妇联", "新建学校", "12月底")
        form = _form(HEAD, torn, ("", "", "", "2所。", ""), TWO, pages={2: 2})
        assert _cells(form) == [("1", "教育工程", "县教体局\n县妇联", "新建学校2所。", "12月底"), TWO]
        assert [(row.page, row.row) for row in form.rows] == [(1, 2), (2, 4)]

    def test_a_finished_sentence_before_the_page_ends_stays_a_paragraph(self) -> None:
        form = _form(HEAD, ONE, ("", "", "", "二是扩建。", ""), pages={2: 2})
        assert form.rows[0].measures == "新建学校2所。\n二是扩建。"

    def test_a_torn_name_is_sewn_together(self) -> None:
        form = _form(HEAD, ("1", "教育", "县教体局", "新建", ""), ("", "工程", "", "2所", ""), pages={2: 2})
        assert _cells(form) == [("1", "教育工程", "县教体局", "新建2所", "")]

    def test_a_unit_of_its_own_at_the_top_of_a_page_is_a_row_where_units_have_rows(self) -> None:
        rows = (HEAD, ONE, ("", "", "县妇联", "培训3场。", ""), ("", "", "团县委", "宣讲4场。", ""))
        form = _form(*rows, merged={2: {0, 1, 4}}, pages={3: 2})
        assert _cells(form)[2] == ("1", "教育工程", "团县委", "宣讲4场。", "12月底")

    def test_known_units_tell_a_units_own_row_from_a_torn_one(self) -> None:
        rows = (HEAD, ONE, ("", "", "县妇联", "培训3场。", ""))
        assert len(_form(*rows, pages={2: 2}, units=["县教体局", "县妇联"]).rows) == 2
        assert len(_form(*rows, pages={2: 2}, units=["县教体局"]).rows) == 1

    def test_units_torn_from_their_row_by_the_page_stay_with_it(self) -> None:
        known = ["县教体局", "县妇联", "团县委"]
        rest = ("", "", "团县委", "2所。", "")
        unfinished = _form(HEAD, ("1", "甲", "县妇联", "新建学校", ""), rest, pages={2: 2}, units=known)
        several = _form(HEAD, ("1", "甲", "县教体局\n县妇联", "新建。", ""), rest, pages={2: 2}, units=known)
        assert [row.units for row in unfinished.rows] == ["县妇联\n团县委"]
        assert [row.units for row in several.rows] == ["县教体局\n县妇联\n团县委"]

    def test_empty_rows_and_the_foot_of_the_table_are_no_rows(self) -> None:
        foot = ("填报人：张晓梅", "", "审核人：李建国", "", "联系电话：6960000")
        form = _form(HEAD, ONE, ("", "", "", " ", ""), foot, ("备注：每季度报送", "", "", "", ""))
        assert _cells(form) == [ONE]

    def test_line_breaks_inside_a_text_stay_and_blank_lines_around_it_go(self) -> None:
        form = _form(HEAD, ("1", "甲", "乙", "\n\n一是。  \n\n二是。\n \n", ""))
        assert form.rows[0].measures == "一是。\n\n二是。"

    def test_a_form_in_two_tables_is_one_form(self) -> None:
        with_heads = find_form(_reading(_table(HEAD, ONE), _table(HEAD, TWO)), COLUMNS)
        without = find_form(_reading(_table(HEAD, ONE), _table(TWO)), COLUMNS)
        assert with_heads and without
        assert _cells(with_heads) == _cells(without) == [ONE, TWO]

    def test_an_untouched_copy_beside_the_filled_form_takes_nothing_away(self) -> None:
        blank = _table(HEAD, ("1", "教育工程", "县教体局", "", ""))
        form = find_form(_reading(blank, _table(HEAD, ONE)), COLUMNS)
        assert form and _cells(form) == [ONE]

    def test_of_sheets_of_several_quarters_the_latest_is_the_form(self) -> None:
        old = _table(HEAD, TWO, above="2024年一季度")
        new = _table(HEAD, ONE, above="2024年二季度")
        form = find_form(_reading(new, old), COLUMNS)
        assert form
        assert (_cells(form), form.period) == ([ONE], "2024Q2")

    def test_the_least_sure_cell_makes_the_row_unsure(self) -> None:
        cells = tuple(
            Cell(text=text, confidence=sure) for text, sure in zip(ONE, (1, 0.9, 0.5, 0.8, 1), strict=True)
        )
        head = _table(HEAD).rows[0]
        row = Row(page=1, number=2, cells=cells)
        form = find_form(_reading(Table(page=1, rows=(head, row))), COLUMNS)
        assert form and form.rows[0].confidence == 0.5

    def test_a_row_over_two_pages_is_as_sure_of_its_figures_as_the_less_sure_part(self) -> None:
        def row(page: int, texts: tuple[str, ...], sure: float) -> Row:
            cells = tuple(Cell(text=text, confidence=0.6, figures_confidence=sure) for text in texts)
            return Row(page=page, number=page + 1, cells=cells)

        head = _table(HEAD).rows[0]
        torn = row(2, ("", "", "", "培训20场次", ""), 0.8)
        form = find_form(_reading(Table(page=1, rows=(head, row(1, ONE, 0.9), torn))), COLUMNS)
        assert form and [one.figures_confidence for one in form.rows] == [0.8]


class TestUnit:
    @pytest.mark.parametrize(
        ("line", "unit"),
        [
            ("填报单位（盖章）：高青县民政局        填报日期：2024年6月28日", "高青县民政局"),
            ("填报单位:县民政局（盖章）", "县民政局"),
            ("单位（盖章）：县民政局 填报人：张晓梅", "县民政局"),
            ("报送单位：__县民政局__", "县民政局"),
            ("附件1    填报单位：县民政局", "县民政局"),
            ("2024年工作进展情况报表填报单位（盖章）：县民政局", "县民政局"),
            ("填报单位\t县民政局\t填报日期\t6月", "县民政局"),
            ("高青县民政局（盖章）", "高青县民政局"),
            ("填报单位（盖章）：", None),
            ("单位负责人（签章）：张晓梅", None),
            ("（盖章）", None),
            ("单位（盖章）", None),
            ("请各责任单位按时报送", None),
        ],
    )
    def test_the_unit_is_the_one_that_the_form_names(self, line: str, unit: str | None) -> None:
        assert _form(HEAD, ONE, above=line).unit == unit

    def test_a_label_and_its_value_may_stand_in_two_cells(self) -> None:
        assert _form(("填报单位", "县民政局", "", "", ""), HEAD, ONE).unit == "县民政局"

    def test_who_signed_below_the_table_is_the_unit(self) -> None:
        form = find_form(_reading(_table(HEAD, ONE), text="报表\n共青团高青县委员会（盖章）"), COLUMNS)
        assert form and form.unit == "共青团高青县委员会"


class TestPeriod:
    @pytest.mark.parametrize(
        ("line", "period"),
        [
            ("2024年第二季度工作进展情况报表", "2024Q2"),
            ("2024年二季度工作进展情况报表", "2024Q2"),
            ("2024年第 2 季度情况报表", "2024Q2"),
            ("二〇二四年第三季度情况报表", "2024Q3"),
            ("2024年为全县妇女儿童办实事情况报表（第二季度）", "2024Q2"),
            ("2024年4-6月情况报表", "2024Q2"),
            ("2024年1月至6月情况报表", "2024H1"),
            ("2024年6月情况报表", "2024M06"),
            ("2024年6月份情况报表", "2024M06"),
            ("2024年5月上旬情况报表", "2024M05T1"),
            ("2024年上半年情况报表", "2024H1"),
            ("2024Q2情况报表", "2024Q2"),
            ("2024年为全县妇女儿童办实事工作进展情况报表", None),
            ("填报日期：2024年6月28日", None),
            ("填报时间：2024年6月", None),
            ("2024年6月28日", None),
            ("2024年前三季度情况报表", None),
        ],
    )
    def test_the_period_is_the_one_that_the_title_names(self, line: str, period: str | None) -> None:
        assert _form(HEAD, ONE, above=line).period == period

    def test_a_heading_may_name_the_period(self) -> None:
        head = (*HEAD[:3], "2024年第二季度具体措施", HEAD[4])
        assert _form(head, ONE).period == "2024Q2"

    def test_what_the_measures_say_is_no_period(self) -> None:
        assert _form(HEAD, ("1", "甲", "乙", "2024年第一季度完成2所", "2024年12月底")).period is None

    def test_a_title_in_two_lines_is_one_title(self) -> None:
        form = _form(HEAD, ONE, above="2024年第二季度全县妇女儿童办实事工作\n进展情况报表")
        assert form.title == "2024年第二季度全县妇女儿童办实事工作进展情况报表"
        assert form.period == "2024Q2"


class TestAnswers:
    @pytest.mark.parametrize(
        "text", ["", " \n\u3000", "/", "／", "-", "—", "——", "…", "……", "－", " / \n / "]
    )
    def test_strokes_and_spaces_are_blank(self, text: str) -> None:
        assert is_blank(text)

    @pytest.mark.parametrize("text", ["无", "本季度无进展", "0", "正在推进", "100%", "×"])
    def test_any_word_is_an_answer(self, text: str) -> None:
        assert not is_blank(text)

    @pytest.mark.parametrize("text", ["同上", "同上。", " 同 上 ", "同上行", "与上行相同", "〃", "“"])
    def test_ditto_refers_above(self, text: str) -> None:
        assert refers_above(text)
        assert not refers_elsewhere(text)

    @pytest.mark.parametrize(
        "text",
        [
            "同上季度",
            "同上期",
            "与上季度相同",
            "同一季度",
            "见附件",
            "详见附件1",
            "具体情况见附件",
            "（详见附件）",
            "另附",
            "略",
            "（略）",
        ],
    )
    def test_pointing_to_another_place_is_no_content(self, text: str) -> None:
        assert refers_elsewhere(text)
        assert not refers_above(text)

    @pytest.mark.parametrize(
        "text",
        [
            "同上级部门对接2次",
            "新建学校2所，详见附件",
            "见习岗位120个",
            "与上季度相同，新增2所",
            "制定战略规划1份",
        ],
    )
    def test_a_text_with_content_is_content(self, text: str) -> None:
        assert not refers_above(text)
        assert not refers_elsewhere(text)


_words = st.sampled_from(
    ["", "序号", "实事名称", "责任单位", "进展情况", "1", "甲", "填报单位：乙", "2024年二季度", "备注："]
)
_tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.builds(
            lambda texts, page, merged: Row(
                page=page, number=1, cells=tuple(Cell(text=text) for text in texts), merged=merged
            ),
            st.lists(_words | st.text(max_size=6), min_size=width, max_size=width),
            st.integers(1, 3),
            st.frozensets(st.integers(0, width - 1), max_size=2),
        ),
        max_size=8,
    )
)


@given(st.lists(_tables, max_size=3), st.text(max_size=20))
def test_whatever_a_reader_saw_there_is_an_answer(tables: list[list[Row]], text: str) -> None:
    reading = _reading(*(Table(page=1, rows=tuple(rows), above=text) for rows in tables), text=text)
    form = find_form(reading, COLUMNS)
    assert (form is None) == (table_problem(reading, COLUMNS) is not None)
    for row in form.rows if form else ():
        assert row.page >= 1


@given(st.lists(st.tuples(*[st.text("甲乙丙丁一二12。\n", min_size=1, max_size=9)] * 5), max_size=6))
def test_no_row_with_words_is_lost(rows: list[tuple[str, ...]]) -> None:
    rows = [row for row in rows if all(cell.strip() for cell in row)]
    assert len(_form(HEAD, *rows).rows) == len(rows)
