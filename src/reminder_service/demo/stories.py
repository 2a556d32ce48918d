"""The story table: 18 units, what each does in the second quarter of 2024, and the state it must end in."""

from dataclasses import dataclass

from ..domain.state import Status
from . import mails
from .acts import Act, bounce, fresh, hand_in, pass_on, raw, reply
from .desk import (
    GROUP_MEMBER,
    archive,
    cover,
    damaged,
    form,
    ledger,
    photo,
    row_for,
    scan,
    sheet,
    typed,
    unstamped,
)
from .people import addresses


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A unit's quarter: ``tells`` in a few words, where it ``ends``, and the findings that must be there."""

    unit: str
    tells: str
    ends: Status
    acts: tuple[Act, ...] = ()
    late: bool = False
    findings: frozenset[str] = frozenset()


def _story(
    unit: str, tells: str, ends: Status, *acts: Act, late: bool = False, findings: tuple[str, ...] = ()
) -> Story:
    return Story(unit=unit, tells=tells, ends=ends, acts=acts, late=late, findings=frozenset(findings))


STORIES: tuple[Story, ...] = (
    _story(
        "县教育和体育局",
        "先有自动回复，后按时报齐",
        Status.COMPLETE,
        reply(
            "县教育和体育局",
            "06-14 09:02",
            says="自动回复",
            text="我正在外出，回来后尽快回复您。",
            automatic=True,
        ),
        reply(
            "县教育和体育局", "06-19 10:12", form(), scan(name="教体局盖章.pdf"), says="电子版、盖章扫描件"
        ),
    ),
    _story(
        "县人力资源社会保障局",
        "自制 Excel 表和盖章扫描件",
        Status.COMPLETE,
        fresh(
            "县人力资源社会保障局",
            "06-20 15:30",
            sheet(name="人社局二季度.xlsx"),
            scan(name="人社局盖章.pdf"),
            says="Excel 电子版、盖章扫描件",
            sender=addresses("县人力资源社会保障局")[0],
            name="人社局",
            subject="二季度报表",
        ),
    ),
    _story(
        "县妇联",
        "主办单位自己的报表：先空两行，后补齐",
        Status.COMPLETE,
        reply("县妇联", "06-21 11:20", form(without=(6, 7), name="妇联报表.docx"), says="电子版，空两行"),
        reply(
            "县妇联",
            "06-26 09:40",
            form(name="妇联报表（更正）.docx"),
            scan(name="妇联盖章.pdf"),
            says="更正后的电子版、盖章扫描件",
            text="补齐第6、7项，以此为准。",
        ),
        findings=("superseded",),
    ),
    _story(
        "县卫生健康局",
        "先报电子版，催报后补盖章版",
        Status.COMPLETE,
        reply("县卫生健康局", "06-24 16:05", form(), says="只有电子版"),
        reply(
            "县卫生健康局",
            "06-25 14:30",
            scan(name="盖章版.pdf"),
            says="盖章扫描件",
            text="盖章版补上，请查收。",
        ),
    ),
    _story(
        "团县委",
        "两项只填一项；盖章照片由微信发来，人工登记",
        Status.PARTIAL,
        reply("团县委", "06-24 10:45", form(), says="电子版，第10项空着"),
        hand_in(
            "团县委",
            "06-25 15:10",
            photo(name="微信图片_20240625.jpg"),
            channel="微信",
            says="微信发来盖章照片",
        ),
        findings=("blank_measures", "stamped_copy_is_image"),
    ),
    _story(
        "市医疗保障局高青分局",
        "压缩包，文件名是 GBK 编码",
        Status.COMPLETE,
        reply(
            "市医疗保障局高青分局",
            "06-21 09:15",
            archive(form(), scan(name="医保局盖章.pdf"), name="医保局报表.zip"),
            says="压缩包",
        ),
    ),
    _story(
        "县交通运输局",
        "把同事的邮件作为附件转发",
        Status.COMPLETE,
        pass_on(
            "县交通运输局",
            "06-24 10:20",
            form(),
            scan(name="交通局盖章.pdf"),
            says="转发同事的邮件，报表在里面",
            colleague="wang@jiaotong.example.cn",
            name="王启程",
        ),
    ),
    _story(
        "芦湖街道",
        "先回“收到”；用自己的台账代替报表，列不相符",
        Status.ATTENTION,
        reply("芦湖街道", "06-14 10:05", says="回复“收到”", text="收到。"),
        reply(
            "芦湖街道", "06-26 10:30", ledger(name="芦湖街道台账.docx"), scan(), says="自己的台账、盖章扫描件"
        ),
        findings=("other_columns",),
    ),
    _story(
        "各儿童友好实践基地",
        "一家基地用自己的名义和表格报送",
        Status.COMPLETE,
        fresh(
            "各儿童友好实践基地",
            "06-25 09:50",
            typed(GROUP_MEMBER, name="图书馆基地报表.docx"),
            scan(name="图书馆盖章.pdf"),
            says="图书馆基地自制的表、盖章扫描件",
            sender=addresses("各儿童友好实践基地")[0],
            name="高青县图书馆",
            subject="图书馆儿童友好实践基地二季度报表",
        ),
    ),
    _story(
        "县司法局",
        "盖章版是手机照片",
        Status.COMPLETE,
        reply("县司法局", "06-26 15:20", form(), photo(name="IMG_20240626.jpg"), says="电子版、盖章照片"),
        findings=("stamped_copy_is_image",),
    ),
    _story(
        "县检察院",
        "陌生邮箱先来一页盖章封面；单位自己逾期才报齐",
        Status.COMPLETE,
        fresh(
            "县检察院",
            "06-27 15:10",
            cover(name="检察院盖章.pdf"),
            says="陌生邮箱发来盖章封面扫描件",
            sender="xiaohe20240@mail.example.test",
            name="小禾",
            subject="检察院二季度报表",
        ),
        reply(
            "县检察院",
            "07-02 10:20",
            form(),
            scan(name="检察院盖章版.pdf"),
            says="电子版、盖章扫描件（迟报）",
        ),
        late=True,
    ),
    _story(
        "县总工会",
        "第一联系人邮箱已停用，第二联系人报送；电子版损坏后重发",
        Status.COMPLETE,
        reply(
            "县总工会",
            "06-19 14:10",
            damaged(form(name="总工会报表.docx")),
            scan(name="总工会盖章.pdf"),
            says="电子版损坏、盖章扫描件",
            person=1,
        ),
        reply("县总工会", "06-20 09:30", form(name="总工会报表.docx"), says="电子版重发", person=1),
        findings=("undeliverable", "superseded"),
    ),
    _story(
        "县公安局",
        "已报齐，但法院误用了它的表，两家都待核",
        Status.ATTENTION,
        reply("县公安局", "06-20 09:20", form(), scan(name="公安局盖章.pdf"), says="电子版、盖章扫描件"),
        findings=("ambiguous_unit",),
    ),
    _story(
        "县法院",
        "误用公安局的表填报",
        Status.ATTENTION,
        reply(
            "县法院",
            "06-27 10:50",
            form(of="县公安局", name="二季度报表.docx"),
            says="公安局的表，法院的内容",
        ),
        findings=("ambiguous_unit",),
    ),
    _story(
        "县文化和旅游局",
        "电子版替科协代填一行；PDF 没有盖章",
        Status.ATTENTION,
        reply(
            "县文化和旅游局",
            "06-26 16:00",
            form(more=(row_for(9, "实施“润童心”儿童素养提升行动", "县科协"),)),
            unstamped(name="文旅局报表.pdf"),
            says="电子版（含科协一行）、未盖章的 PDF",
        ),
        findings=("stamp_not_found",),
    ),
    _story(
        "县科协",
        "第一联系人退信；自己没报，文旅局代报一行",
        Status.ATTENTION,
        bounce("县科协", "06-14 09:20", says="退信：第一联系人的邮箱不存在"),
        findings=("reported_by_another", "undeliverable"),
    ),
    _story(
        "县民政局",
        "用陌生邮箱报送全套",
        Status.ATTENTION,
        fresh(
            "县民政局",
            "06-27 16:10",
            form(),
            scan(name="民政局盖章.pdf"),
            says="陌生邮箱发来电子版、盖章扫描件",
            sender="lanhua1988@mail.example.test",
            name="兰花",
            subject="民政局二季度进展",
        ),
        findings=("unknown_sender",),
    ),
    _story("县残联", "一直没有回音", Status.MISSING),
)

NOISE: tuple[Act, ...] = (
    raw("06-18 03:30", mails.broken_mail(), says="一封残缺不全的邮件"),
    fresh(
        "",
        "06-18 09:05",
        says="广告",
        sender="sales@shop.example.test",
        name="办公用品",
        subject="打印纸优惠",
        text="年中大促，欢迎选购。",
    ),
)


def acts() -> list[Act]:
    """Return everything that happens, in order of time."""
    told = [act for story in STORIES for act in story.acts]
    return sorted([*told, *NOISE], key=lambda act: act.at)
