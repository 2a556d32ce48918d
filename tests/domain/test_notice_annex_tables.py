"""Three more notices of other styles: work shared out in a table, matters under one heading, one request for opinions."""

from test_notice_styles import draft, keys, question, targets

from reminder_service.domain.campaign import Campaign, Version
from reminder_service.domain.periods import Cadence


def headings(campaign: Campaign) -> list[str]:
    return [column.heading for column in campaign.form.columns]


class TestWorkSharedOutInATable:
    """A city's notice: leading and cooperating units in columns of their own, no form to report in."""

    def test_the_rows_are_the_items_and_whoever_leads_comes_first(self) -> None:
        campaign = draft("livelihood-quarterly", with_tables=True)
        assert [(item.name, item.units) for item in campaign.items] == [
            ("扩大普惠托育供给", ("市卫生健康委", "市发展改革委", "市财政局")),
            ("完善社区养老服务", ("市民政局", "市住房城乡建设局", "各县（市、区）人民政府")),
            ("改造老旧小区", ("市住房城乡建设局", "市城管局")),
            ("实施中小学课后服务提升", ("市教育局",)),
        ]
        assert question(campaign, "cooperating_units") == "配合单位与牵头单位一样，各自报送。"
        assert "leading_unit" not in keys(campaign)
        assert campaign.unit("市发展改革委").full_name == "云州市发展和改革委员会"

    def test_the_text_of_a_row_gives_its_targets(self) -> None:
        assert targets(draft("livelihood-quarterly", with_tables=True)) == [
            "普惠托位 = 800个",
            "公办托育机构 = 1处",
            "城市社区养老服务设施 = 15处",
            "适老化家庭 = 1200户",
            "老旧小区 = 65个",
            "惠及居民 = 21000户",
            "义务教育学校课后服务覆盖率 = 100%",
        ]

    def test_such_a_table_is_no_form_so_the_customary_one_is_proposed(self) -> None:
        campaign = draft("livelihood-quarterly", with_tables=True)
        assert headings(campaign) == [
            "序号",
            "工作事项",
            "责任单位",
            "本季度具体措施及进度情况",
            "完成时限",
        ]
        assert "form" in keys(campaign)

    def test_workdays_after_the_quarter_and_who_is_to_be_asked(self) -> None:
        campaign = draft("livelihood-quarterly", with_tables=True)
        assert (str(campaign.first_period), str(campaign.due_rule)) == ("2026Q1", "5_workdays_after_end")
        assert campaign.versions == (Version.ELECTRONIC, Version.STAMPED)
        assert (campaign.contact_phone, campaign.contact_mailbox) == (
            "0539-3188001",
            "yzdcs@example.gov.cn",
        )


class TestMattersUnderOneHeading:
    """An education bureau's notice to schools: 一、报送内容 over the matters, their units named once for all."""

    def test_the_heading_is_no_matter_and_every_matter_is_owed_by_all(self) -> None:
        campaign = draft("schools-monthly", with_tables=True)
        schools = ("各中小学", "各幼儿园")
        assert [(item.name, item.units) for item in campaign.items] == [
            ("开展防溺水专题教育", schools),
            ("落实家校联系", schools),
            ("排查水域隐患", schools),
        ]
        assert targets(campaign) == ["每学期开展专题教育 >= 4次", "覆盖率 = 100%", "家访率 >= 95%"]
        assert not [key for key in keys(campaign) if key.startswith("difference")]

    def test_monthly_by_the_25th_without_february_or_paper(self) -> None:
        campaign = draft("schools-monthly", with_tables=True)
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.MONTH, "2026M04")
        assert (str(campaign.due_rule), campaign.left_out) == ("day_25_of_month_back", ("M02",))
        assert campaign.versions == (Version.ELECTRONIC,)

    def test_its_form_keeps_its_own_columns(self) -> None:
        campaign = draft("schools-monthly", with_tables=True)
        assert headings(campaign) == [
            "序号",
            "工作内容",
            "学校",
            "本月开展情况",
            "存在问题",
            "完成时间",
        ]


class TestRequestForOpinions:
    """No numbered matters and a form with empty rows: whoever is addressed owes one answer."""

    def test_the_whole_is_one_item_of_everybody_addressed(self) -> None:
        campaign = draft("opinions-once", with_tables=True)
        (item,) = campaign.items
        assert item.name == "征求《平溪县托育服务促进办法（征求意见稿）》意见"
        assert item.units == (
            "县发展改革局",
            "县财政局",
            "县卫生健康局",
            "县市场监管局",
            "各镇人民政府",
        )
        assert question(campaign, "matter") == (
            "作为一项“征求《平溪县托育服务促进办法（征求意见稿）》意见”，由主送单位各自报送。"
        )

    def test_once_by_the_day_that_it_names(self) -> None:
        campaign = draft("opinions-once", with_tables=True)
        assert (campaign.cadence, str(campaign.first_period)) == (Cadence.ONCE, "2026-05-20")
        assert campaign.issuer == "平溪县卫生健康局"
