"""Notices of other places and styles, written for the purpose; every place and number in them is invented."""

import json
from pathlib import Path

import pytest

from reminder_service.domain.campaign import Campaign, ColumnKey, Version
from reminder_service.domain.documents import Cell, Row, Table
from reminder_service.domain.notice import read_notice
from reminder_service.domain.periods import Cadence
from reminder_service.domain.workdays import WorkCalendar

NOTICES = Path(__file__).parents[1] / "data" / "notices"


def draft(name: str, *, with_tables: bool = False) -> Campaign:
    tables = []
    if with_tables:
        stored = json.loads((NOTICES / f"{name}.json").read_text(encoding="utf-8"))
        for page, rows in enumerate(stored, start=1):
            cells = [tuple(Cell(text=text) for text in row) for row in rows]
            tables.append(
                Table(
                    page=page,
                    rows=tuple(Row(page=page, number=n, cells=row) for n, row in enumerate(cells, 1)),
                )
            )
    return read_notice((NOTICES / f"{name}.txt").read_text(encoding="utf-8"), tables, calendar=WorkCalendar())


def targets(campaign: Campaign) -> list[str]:
    return [f"{t.text} {t.comparator} {t.value}{t.measure}" for item in campaign.items for t in item.targets]


def question(campaign: Campaign, key: str) -> str:
    return next(question.proposal for question in campaign.questions if question.key == key)


def keys(campaign: Campaign) -> list[str]:
    return [question.key for question in campaign.questions]


class TestMonthlySafetyReport:
    """（一） below 二、, 牵头单位 and 配合单位, every month by the 25th, six columns, lines broken."""

    def test_matters_of_the_second_level_are_the_items(self) -> None:
        campaign = draft("safety-monthly", with_tables=True)
        assert [(item.name, item.units) for item in campaign.items] == [
            ("开展危险化学品企业专项检查", ("县应急管理局", "县公安局", "县生态环境分局")),
            ("推进消防安全集中整治", ("县消防救援大队", "县住房城乡建设局", "各乡镇")),
            ("加强道路交通安全治理", ("县公安局", "县交通运输局")),
        ]

    def test_the_head_is_that_of_this_notice_and_not_of_one_it_cites(self) -> None:
        campaign = draft("safety-monthly")
        assert campaign.document_number == "临安发〔2025〕3号"
        assert campaign.title == "关于印发《2025年安全生产治本攻坚重点任务清单》的通知"
        assert (campaign.issuer, campaign.region) == ("临河县安全生产委员会办公室", "临河县")

    def test_a_day_of_the_month_moves_as_the_notice_says(self) -> None:
        campaign = draft("safety-monthly")
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.MONTH, "2025M02")
        assert str(campaign.due_rule) == "day_25_of_month_forward"
        assert "每月25日前" in question(campaign, "due_date")
        assert "顺延" in question(campaign, "due_date")

    def test_leading_units_are_known_and_cooperating_units_are_asked_about(self) -> None:
        campaign = draft("safety-monthly")
        assert "leading_unit" not in keys(campaign)
        assert "cooperating_units" in keys(campaign)

    def test_a_column_of_its_own_is_asked_about(self) -> None:
        campaign = draft("safety-monthly", with_tables=True)
        assert campaign.form.heading(ColumnKey.NAME) == "重点任务"
        assert campaign.form.heading(ColumnKey.MEASURES) == "本月工作进展"
        assert "存在问题" in question(campaign, "columns")

    def test_ceilings_and_last_years_figures_are_no_targets(self) -> None:
        assert targets(draft("safety-monthly")) == [
            "检查 >= 2次",
            "隐患整改率 = 100%",
            "微型消防站 = 15座",
            "消防演练 = 30场次",
            "消防骨干 >= 200人",
            "事故多发路段 = 12处",
            "农村客运车辆检验率 >= 98%",
        ]

    def test_phone_and_address_are_found(self) -> None:
        campaign = draft("safety-monthly")
        assert (campaign.contact_phone, campaign.contact_mailbox) == ("0539-5550123", "lhaw@example.cn")


class TestHalfYearlyEducationReport:
    """1. 2. 3., （甲牵头，乙、丙配合）, no paper copy, no annex, round brackets in the document number."""

    def test_units_with_verbs_instead_of_labels_are_found_leading_first(self) -> None:
        campaign = draft("education-half-year")
        assert [item.units for item in campaign.items] == [
            ("区教体局", "区卫健局", "区市场监管局"),
            ("区市场监管局", "区教体局"),
            ("区教体局",),
        ]
        assert campaign.unit("区市场监管局").full_name == "平安区市场监督管理局"

    def test_only_the_electronic_version_is_wanted(self) -> None:
        campaign = draft("education-half-year")
        assert campaign.versions == (Version.ELECTRONIC,)
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.HALF_YEAR, "2025H2")
        assert campaign.document_number == "平教督办字〔2025〕12号"

    def test_a_form_is_proposed_where_none_is_annexed(self) -> None:
        campaign = draft("education-half-year")
        assert "form" in keys(campaign)
        assert campaign.form.heading(ColumnKey.MEASURES) == "本半年具体措施及进度情况"


class TestYearlyDisabilityReport:
    """第一条, 责任单位 on a line of its own, a group with brackets in its name, stamped copy only, a city."""

    def test_articles_are_items(self) -> None:
        campaign = draft("disability-yearly")
        assert [(item.name, item.units) for item in campaign.items] == [
            ("实施残疾儿童康复救助", ("市残联", "市卫健局")),
            ("改造残疾人家庭无障碍设施", ("市残联", "市住建局", "各镇（街道、开发区）")),
            ("组织残疾人就业专场招聘会4场", ("市人社局", "市残联", "团市委")),
        ]
        assert campaign.unit("各镇（街道、开发区）").group
        assert campaign.unit("团市委").full_name == "共青团双塔市委员会"

    def test_every_year_is_not_once(self) -> None:
        campaign = draft("disability-yearly")
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.YEAR, "2025")
        assert campaign.versions == (Version.STAMPED,)
        assert str(campaign.due_rule) == "month_12_day_20_back"
        assert "12月20日前" in question(campaign, "due_date")

    def test_an_allowance_is_no_target(self) -> None:
        found = targets(draft("disability-yearly"))
        assert "残疾儿童 >= 120名" in found
        assert not any("8000" in target for target in found)


class TestSurveyOnce:
    """A single date without a year on a Sunday, units named once for all, a form that exists as text, spelled date."""

    def test_units_named_once_owe_every_matter(self) -> None:
        campaign = draft("survey-once")
        assert [item.name for item in campaign.items] == [
            "儿童之家数量和场地情况",
            "专兼职工作人员配备情况",
            "活动开展和经费保障情况",
        ]
        assert len(campaign.duties) == 15
        assert campaign.unit("青川镇").full_name == "高岭县青川镇人民政府"

    def test_the_single_date_is_the_period(self) -> None:
        campaign = draft("survey-once")
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.ONCE, "2025-06-15")
        assert "提前" in question(campaign, "due_date")
        assert campaign.versions == (Version.ELECTRONIC,)

    def test_a_notice_without_number_is_known_by_its_date(self) -> None:
        campaign = draft("survey-once")
        assert (campaign.document_number, campaign.id) == ("", "notice-2025-05-20")


class TestUnitsInTheAnnexOnly:
    """Chapters that are no matters, units only in the annex, 次月5日前 from April on."""

    def test_rows_are_the_items_whether_read_from_lines_or_from_tables(self) -> None:
        from_lines = draft("environment-monthly")
        assert draft("environment-monthly", with_tables=True) == from_lines
        assert [(item.name, item.units) for item in from_lines.items] == [
            ("新建污水处理站3座", ("县住建局", "县水利局")),
            ("淘汰国三及以下柴油货车", ("县公安局",)),
            ("秸秆综合利用率达到95%以上", ("县农业农村局", "各镇街")),
        ]

    def test_the_first_period_is_the_one_the_notice_names(self) -> None:
        campaign = draft("environment-monthly")
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.MONTH, "2025M04")
        assert str(campaign.due_rule) == "day_5_of_next_month_back"
        assert "次月5日前" in question(campaign, "due_date")
        assert campaign.document_number == "北环委办〔2025〕17号"


def _with(body: str, asking: str) -> Campaign:
    text = f"青山市人民政府办公室\n关于开展检查的通知\n各县区：\n{body}\n{asking}\n青山市人民政府办公室\n2025年3月3日"
    return read_notice(text, calendar=WorkCalendar())


class TestSmallVariations:
    """One notice with one thing changed at a time."""

    @pytest.mark.parametrize(
        ("asking", "cadence", "first"),
        [
            ("请于每季度结束后10日内将进展情况报送市政府办公室。", Cadence.QUARTER, "2025Q1"),
            ("实行月调度，每月25日前将工作情况发邮箱a@example.cn。", Cadence.MONTH, "2025M03"),
            ("请于3月20日前报送联络员名单，每月28日前报送进展情况表。", Cadence.MONTH, "2025M03"),
            ("每年6月底、12月底前报送工作情况。", Cadence.HALF_YEAR, "2025H1"),
            ("上半年、下半年工作情况分别于6月30日、12月31日前报送。", Cadence.HALF_YEAR, "2025H1"),
            ("自2025年第三季度起，每季度末报送进展情况。", Cadence.QUARTER, "2025Q3"),
            ("请于2025年4月底前将总结报送市政府办公室。", Cadence.ONCE, "2025-04-30"),
            ("请于1月10日前报送总结。", Cadence.ONCE, "2026-01-10"),
        ],
    )
    def test_cadence_and_first_period_follow_the_sentence_on_reporting(
        self, asking: str, cadence: Cadence, first: str
    ) -> None:
        campaign = _with("一、检查食堂。每半年抽查一次。（责任单位：市教育局）", asking)
        assert (campaign.cadence, str(campaign.first_period)) == (cadence, first)

    @pytest.mark.parametrize(
        ("asking", "rule", "first"),
        [
            ("每月25日前将工作情况报市政府办公室。", "day_25_of_month_back", "2025M03"),
            ("每月5日前将工作情况报市政府办公室。", "day_5_of_next_month_back", "2025M02"),
            ("每月5日前报送本月工作情况。", "day_5_of_month_back", "2025M03"),
            ("每月15日前报送上月工作情况，遇节假日顺延。", "day_15_of_next_month_forward", "2025M02"),
            ("每月报送工作情况，于次月前3个工作日报市政府办公室。", "3_workdays_after_end", "2025M02"),
            ("每季度末月25日前报送进展情况。", "day_25_of_month_back", "2025Q1"),
            ("每季度首月10日前报送上季度进展情况。", "day_10_of_next_month_back", "2025Q1"),
            ("每季度结束后5个工作日内报送进展情况。", "5_workdays_after_end", "2025Q1"),
            ("每季度结束后10日内报送进展情况，遇节假日顺延。", "10_days_after_end_forward", "2025Q1"),
            ("每季度末报送进展情况，第一季度不报。", "last_workday_on_or_before_end", "2025Q2"),
            ("每年6月25日、12月25日前报送工作情况。", "day_25_of_month_back", "2025H1"),
            ("每年6月30日、12月31日前报送工作情况。", "last_workday_on_or_before_end", "2025H1"),
            ("每年12月20日前报送工作总结。", "month_12_day_20_back", "2025"),
            ("每年1月15日前报送上一年度工作总结。", "month_1_day_15_of_next_year_back", "2025"),
            ("每月5日、15日、25日前报送进展情况。", "5_days_after_end_back", "2025M02T3"),
            ("每月10日、20日和月底前报送进展情况。", "last_workday_on_or_before_end", "2025M03T1"),
        ],
    )
    def test_the_day_that_the_notice_names_becomes_the_due_rule(
        self, asking: str, rule: str, first: str
    ) -> None:
        campaign = _with("一、检查食堂。（责任单位：市教育局）", asking)
        assert (str(campaign.due_rule), str(campaign.first_period)) == (rule, first)
        assert "注意" not in question(campaign, "due_date")

    def test_a_quarter_that_nobody_reports_on_is_left_out(self) -> None:
        asking = "每季度末报送进展情况（第一季度除外）。"
        campaign = _with("一、检查食堂。（责任单位：市教育局）", asking)
        assert campaign.left_out == ("Q1",)
        assert "Q1" in question(campaign, "due_date")

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(
                "一、检查食堂。（责任单位：市教育局）二、检查宿舍。（责任单位：市住建局）", id="glued"
            ),
            pytest.param(
                "1．检查食堂\n责任单位：市教育局\n2．检查宿舍\n责任单位：市住建局", id="full-width points"
            ),
            pytest.param("1、检查食堂（市教育局）\n2、检查宿舍（市住建局）", id="bodies in brackets"),
            pytest.param(
                "一、任务\n（一）检查食堂\n1.看台账。\n2.看留样。\n责任单位：市教育局\n"
                "（二）检查宿舍\n1.看床铺。\n责任单位：市住建局\n二、有关要求",
                id="with sub-points",
            ),
        ],
    )
    def test_matters_are_found_however_they_are_numbered(self, body: str) -> None:
        campaign = _with(body, "请各责任单位每月报送电子版。")
        assert [(item.name, item.units) for item in campaign.items] == [
            ("检查食堂", ("市教育局",)),
            ("检查宿舍", ("市住建局",)),
        ]


class TestTenDayReport:
    """Two issuers, 等部门, two spellings of one body, no number."""

    def test_two_spellings_of_one_body_are_one_unit(self) -> None:
        campaign = draft("drought-ten-days")
        assert campaign.item(2).units == ("县农业农村局", "县气象局")
        assert question(campaign, "unit_spellings") == "县农业局即县农业农村局。"

    def test_units_left_open_by_the_notice_are_asked_about(self) -> None:
        campaign = draft("drought-ten-days")
        assert campaign.item(1).units == ("各乡镇", "县水利局")
        assert "other_units" in keys(campaign)

    def test_every_ten_days_and_both_issuers(self) -> None:
        campaign = draft("drought-ten-days")
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.TEN_DAYS, "2025M08T1")
        assert campaign.issuer == "中共西河县委农村工作领导小组办公室、西河县水利局"
        assert campaign.region == "西河县"
