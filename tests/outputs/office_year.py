"""A year of the shipped campaign as an office lives it: three quarters, every standing among them, invented people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from offices import campaign as shipped_campaign
from reminder_service.domain.campaign import Campaign, EscalationStep
from reminder_service.domain.escalation import Escalation, escalation
from reminder_service.domain.ledger import LedgerLine, ledger_lines
from reminder_service.domain.periods import Period
from reminder_service.domain.progress import TargetProgress, progress
from reminder_service.domain.seals import SealFinding, SealVerdict
from reminder_service.domain.state import (
    Contact,
    DutyState,
    Extension,
    Finding,
    MailboxHealth,
    PeriodState,
    ReceivedVersion,
    Source,
    Status,
    TrayEntry,
    UnitState,
    WaitsFor,
)
from reminder_service.domain.versions import Change, Revision

ZONE = ZoneInfo("Asia/Shanghai")
CAMPAIGN: Campaign = replace(
    shipped_campaign(),
    ladder=replace(
        shipped_campaign().ladder,
        escalation=EscalationStep(
            offset=5, at=shipped_campaign().ladder.steps[0].at, to="leader@example.cn", addressee="李副县长"
        ),
    ),
)
Q2, Q3, Q4 = (Period.parse(name) for name in ("2024Q2", "2024Q3", "2024Q4"))
_DUE = {Q2: date(2024, 6, 28), Q3: date(2024, 9, 30), Q4: date(2024, 12, 31)}
_NOW = {
    Q2: datetime(2024, 7, 3, 9, tzinfo=ZONE),
    Q3: datetime(2024, 9, 30, 16, 30, tzinfo=ZONE),
    Q4: datetime(2025, 1, 3, 9, tzinfo=ZONE),
}

# {n} grows over the year; what stands after it is what units write in such a form.
_TEXTS: Mapping[tuple[int, str], str] = {
    (1, "县教育和体育局"): (
        "一是成立工作专班，制定维修改造方案，明确责任分工和时间节点。二是截至目前累计维修改造{n}所中小学、1所幼儿园，投入资金326.5万元，"
        "完成年度任务的56.3%。三是智慧教育应用场景已完成招标，正在安装调试。\n下一步，倒排工期、挂图作战，确保12月底前全部完成。"
    ),
    (
        2,
        "县人力资源社会保障局",
    ): "举办“春风行动”女性就业专场招聘会{n}场，提供岗位1,256个，达成就业意向312人；政策咨询{n}20人次。",
    (2, "县妇联"): "截至目前累计开展家政培训{n}场次，培训妇女680余人；“雏凤”助飞计划选树巾帼创业典型6名。",
    (
        3,
        "县卫生健康局",
    ): "“两癌”免费筛查覆盖9个镇（街道），截至目前筛查率达到8{n}.2%，确诊病例全部纳入随访管理。",
    (3, "县妇联"): "救助“两癌”患病妇女{n}2人，发放救助金{n}.6万元；办理“两癌”保险1,020份。",
    (4, "县妇联"): "截至目前累计培训家庭教育骨干{n}5人，组织“家庭共成长”公益课堂进村（社区）18场。",
    (4, "县教育和体育局"): "各中小学建立家长学校76所，开展家庭教育指导服务{n}次，覆盖家长1.2万人次。",
    (5, "县妇联"): "举办单身青年联谊活动{n}场，参与青年260人；发放新型婚育文化宣传册3,000份。",
    (5, "团县委"): "联合驻县企业开展“青春有约”交友联谊{n}场，牵手成功17对。",
    (
        5,
        "市医疗保障局高青分局",
    ): "落实职工住院分娩政策范围内医疗费用全额支付，本季度惠及{n}8人次，支付{n}2.4万元。",
    (6, "县妇联"): "“童享安澜”系列活动开展{n}次，芦湖社区儿童友好共建联盟吸纳成员单位11家。",
    (
        6,
        "县交通运输局",
    ): "开通儿童图书文化公交专线1条，投放公交车2辆，配备图书300册，累计服务儿童{n}00余人次。",
    (6, "芦湖街道"): "完成芦湖社区儿童友好空间改造，开展活动{n}次。",
    (6, "各儿童友好实践基地"): "5家实践基地向儿童免费开放{n}次。",
    (7, "县妇联"): "截至目前开展齐心护航宣讲{n}场；建设“妈妈小屋”1处，9月投入使用。",
    (7, "县司法局"): "7{n}%的村（社区）妇联有“法律明白人”，开展培训{n}期。",
    (7, "县检察院"): "建立妇女权益保障协作配合机制，办理涉妇女司法救助案件{n}件，发放救助金{n}万元。",
    (7, "县总工会"): "新建女职工休息哺乳室{n}处，配齐设施设备。",
    (8, "县教育和体育局"): "开展心理健康科普知识宣传{n}场，心理健康管理云平台建档率98.6%。",
    (8, "县公安局"): "设置“护学岗”{n}6个，出动警力1,200余人次，排查校园安全隐患23处，已整改23处。",
    (8, "县检察院"): "“检晓禾工作室”开展法治进校园{n}场，受众2,300余人。",
    (8, "县法院"): "家事案件调解联盟调解成功{n}7件，发出家庭教育指导令{n}份。",
    (9, "县文化和旅游局"): "“戏曲进校园”“非遗进校园”演出{n}场，书画培训、公益讲座{n}期。",
    (9, "县科协"): "科普大篷车巡展{n}场，受益学生1,800余人。",
    (10, "县民政局"): "“福彩圆梦·孤儿助学工程”资助{n}人，发放助学金{n}万元，孤困儿童就学资助全覆盖。",
    (10, "县残联"): "为{n}6名残疾儿童实施康复救助，签约定点康复机构3家。",
    (10, "县妇联"): "“爱心妈妈”结对帮扶困境儿童{n}0名，走访慰问{n}次。",
    (10, "团县委"): "新建“希望小屋”{n}间，累计建成46间，志愿者定期走访。",
}
_PEOPLE = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高"  # family names; each is called 小明


@cache
def contacts() -> tuple[Contact, ...]:
    """A person for each unit, a second one at every fourth."""
    found = []
    for index, unit in enumerate(CAMPAIGN.units):
        first = Contact(
            unit=unit.name,
            name=f"{_PEOPLE[index]}小明",
            department="办公室" if index % 3 else "妇女儿童工作科",
            address=f"u{unit.code}@example.cn",
            phone=f"0533-69{index:02}012",
        )
        found.append(first)
        if index % 4 == 0:
            found.append(
                replace(first, name=f"{_PEOPLE[-index - 1]}小红", phone=f"1380000{index:04}", order=1)
            )
    return tuple(found)


def text_of(item: int, unit: str, quarter: int) -> str:
    """What a unit writes of an item in a quarter."""
    return _TEXTS[item, unit].replace("{n}", str(2 * quarter + 1))


@cache
def quarter(period: Period) -> PeriodState:
    """A quarter: the last is still coming in, those before it are all but complete."""
    number = (Q2, Q3, Q4).index(period) + 1
    units = tuple(_unit(unit.name, index, number, period) for index, unit in enumerate(CAMPAIGN.units))
    tray = (
        TrayEntry(
            message_id="<7@x>",
            document=_sha("残联"),
            reason="unknown_sender",
            suggested_unit="各儿童友好实践基地",
            filename="实践基地情况.docx",
            sender="jidi2024@qq.example",
            subject="报送儿童友好实践基地情况",
            received_at=_NOW[period].replace(hour=8, minute=12),
        ),
    )
    return PeriodState(
        campaign=CAMPAIGN.id,
        period=period,
        due=_DUE[period],
        as_of=_NOW[period],
        mailbox=MailboxHealth(read_at=_NOW[period], blind=False),
        units=units,
        tray=tray if number == len(_DUE) else (),
    )


def year() -> list[PeriodState]:
    """The quarters, oldest first."""
    return [quarter(period) for period in (Q2, Q3, Q4)]


def ledger() -> tuple[LedgerLine, ...]:
    """The ledger of the year."""
    return ledger_lines(CAMPAIGN, year(), contacts())


def targets() -> tuple[TargetProgress, ...]:
    """How far the notice's targets are reached."""
    return progress(CAMPAIGN, year(), {})


def nothing_yet(unit: UnitState) -> UnitState:
    """The unit before it has sent anything."""
    return _missing(unit)


def letter_to_leader() -> Escalation:
    """The letter about who is silent in the last quarter."""
    found = escalation(CAMPAIGN, quarter(Q4))
    assert found is not None
    return found


def revisions() -> tuple[Revision, ...]:
    """Two versions that were handed upward, with what changed between them."""
    changes = (
        Change(
            about="measures",
            unit="县妇联",
            item=2,
            old=text_of(2, "县妇联", 2),
            new=text_of(2, "县妇联", 3),
            document=_sha("县妇联"),
            filename="县妇联更正报表.docx",
            page=1,
            row=3,
            decisions=(3, 5),
        ),
        Change(about="status", unit="县科协", item=None, old="missing", new="complete+late"),
    )
    return (Revision(version=2, at=_NOW[Q4], author="王芳", changes=changes),)


def _unit(name: str, index: int, number: int, period: Period) -> UnitState:
    last = number == len(_DUE)
    items = [item.number for item in CAMPAIGN.items_of(name)]
    base = UnitState(
        unit=name,
        status=Status.COMPLETE,
        late=index % 5 == 3,
        due=_DUE[period],
        electronic=_version(name, "docx", period, index),
        stamped=_version(name, "pdf", period, index),
        duties=tuple(_duty(name, item, number) for item in items),
        in_at=_at(period, index, hour=10),
    )
    return _standing(base, last=last)


def _standing(unit: UnitState, *, last: bool) -> UnitState:
    """Let a unit stand where it stands: in the last quarter every standing occurs."""
    match unit.unit:
        case "县公安局" if last:
            return _missing(unit)
        case "各儿童友好实践基地" if last:
            return replace(_missing(unit), maybe_reported=True)
        case "县总工会" if last:
            extension = Extension(until=date(2025, 1, 10), reason="分管同志外出培训")
            return replace(_missing(unit), extended=extension)
        case "团县委" if last:
            finding = Finding(
                code="blank_measures",
                waits_for=WaitsFor.UNIT,
                item=10,
                detail=_blank(10),
                filename="团县委报表.docx",
            )
            duties = tuple(
                replace(one, measures=None, source=None) if one.item == 10 else one for one in unit.duties
            )
            return replace(
                unit, status=Status.PARTIAL, stamped=None, duties=duties, findings=(finding,), in_at=None
            )
        case "县司法局" if last:
            assert unit.stamped is not None
            seal = SealFinding(verdict=SealVerdict.NOT_SEEN)
            finding = Finding(
                code="stamp_not_found",
                waits_for=WaitsFor.OFFICE,
                detail="第1页右下角未见红色公章，可能是复印件，请人工核对",
                document=unit.stamped.document,
                filename=unit.stamped.filename,
            )
            return replace(
                unit,
                status=Status.ATTENTION,
                stamped=replace(unit.stamped, seal=seal, pending=True),
                findings=(finding,),
                in_at=None,
            )
        case "县科协":
            done = tuple(
                replace(one, measures=None, waived="巡展任务已完成", finished=True) for one in unit.duties
            )
            return replace(unit, duties=done) if last else unit
        case "县教育和体育局" if last:
            slipped = tuple(
                replace(one, deadline="2025年3月底") if one.item == 1 else one for one in unit.duties
            )
            return replace(unit, duties=slipped)
        case _:
            return unit


def _missing(unit: UnitState) -> UnitState:
    duties = tuple(replace(one, measures=None, deadline=None, source=None) for one in unit.duties)
    return replace(
        unit, status=Status.MISSING, late=False, electronic=None, stamped=None, duties=duties, in_at=None
    )


def _blank(item: int) -> str:
    return f"第{item}项“{CAMPAIGN.item(item).name}”进展情况为空"


def _duty(unit: str, item: int, number: int) -> DutyState:
    source = Source(
        document=_sha(unit), filename=f"{unit}进展情况报表.docx", page=1, row=item + 1, recognised=item == 3
    )
    return DutyState(
        item=item, unit=unit, measures=text_of(item, unit, number), deadline="2024年12月底", source=source
    )


def _version(unit: str, ending: str, period: Period, index: int) -> ReceivedVersion:
    return ReceivedVersion(
        document=_sha(unit + ending),
        filename=f"{unit}{period.title}进展情况报表.{ending}",
        received_at=_at(period, index, hour=9),
        message_id=f"<{index}@example.cn>",
        seal=SealFinding(verdict=SealVerdict.SEEN) if ending == "pdf" else None,
    )


def _at(period: Period, index: int, *, hour: int) -> datetime:
    due = _DUE[period]
    return datetime(due.year, due.month, max(1, due.day - 8 + index % 8), hour, index, tzinfo=ZONE)


def _sha(name: str) -> str:
    return f"{sum(map(ord, name)):064x}"
