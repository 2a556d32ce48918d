"""What a notice leaves open, as questions in Chinese with a proposal and the words they rest on."""

import re
from collections.abc import Mapping, Sequence

from ..campaign import EXTRA_COLUMNS, Item, Question, Unit, Version
from ..due_rules import Move
from ..periods import Cadence
from ..workdays import WorkCalendar
from .bodies import Place
from .due_words import PERIODS, due_words
from .form import Annex
from .matching import Difference
from .schedule import Schedule
from .units import UnitClause

_KIND_OF_BODY = re.compile(r"[镇乡街]|街道|部门|单位|）")
_VERSIONS = {Version.ELECTRONIC: "电子版", Version.STAMPED: "盖章版"}


def due_date_question(schedule: Schedule, calendar: WorkCalendar) -> Question | None:
    """Ask for the due date, unless the notice names a single day that is a workday."""
    if schedule.cadence is Cadence.ONCE:
        if calendar.is_workday(schedule.first.end):
            return None
        question = f"通知规定的截止日{schedule.first.title}不是工作日，实际截止日是哪一天？"
    else:
        question = f"通知要求{PERIODS[schedule.cadence]}报送，截止日是哪一天？"
    return Question(key="due_date", question=question, proposal=_due_proposal(schedule), quote=schedule.quote)


def version_question(versions: tuple[Version, ...], quote: str) -> Question:
    """Ask which versions count, said outright or not."""
    both = len(versions) == 2
    return Question(
        key="versions",
        question="电子版和盖章版是否都必须报送？" if both else f"是否只须报送{_VERSIONS[versions[0]]}？",
        proposal="电子版和盖章版都报齐才算报齐。" if both else f"只收{_VERSIONS[versions[0]]}。",
        quote=quote,
    )


def whole_question(item: Item) -> Question:
    """Ask whether a notice without numbered matters is one matter of everybody that it is addressed to."""
    return Question(
        key="matter",
        question="通知未逐项列出事项和责任单位，报什么、由谁报？",
        proposal=f"作为一项“{item.name.replace('“', '‘').replace('”', '’')}”，由主送单位各自报送。",
        quote="、".join(item.units),
    )


def unit_questions(
    items: Sequence[Item], units: Sequence[Unit], clauses: Sequence[UnitClause]
) -> list[Question]:
    """Ask who leads, whether cooperating units report, who belongs to a group and to 等."""
    questions = []
    joint = next((item for item in items if len(item.units) > 1), None)
    if joint and not any(clause.leads for clause in clauses):
        questions.append(
            Question(
                key="leading_unit",
                question="多个单位共同负责的事项，通知未写明牵头单位，由谁牵头？",
                proposal="按惯例以排在第一位的单位为牵头单位，各单位分别报送。",
                quote=f"{joint.name}（{'、'.join(joint.units)}）",
            )
        )
    if helping := tuple(dict.fromkeys(name for clause in clauses for name in clause.helping)):
        questions.append(
            Question(
                key="cooperating_units",
                question="配合单位是否也须报送？",
                proposal="配合单位与牵头单位一样，各自报送。",
                quote="、".join(helping),
            )
        )
    groups = [unit for unit in units if unit.group]
    questions += [_members(unit, items, alone=len(groups) == 1) for unit in groups]
    if vague := next((clause for clause in clauses if clause.others), None):
        questions.append(
            Question(
                key="other_units",
                question="责任单位以“等”结尾，未列出的单位有哪些？",
                proposal="只催报通知列出名称的单位。",
                quote=f"{'、'.join(vague.named)}等",
            )
        )
    return questions


def name_questions(units: Sequence[Unit], spellings: Mapping[str, str]) -> list[Question]:
    """Ask whether the seal names are right, and whether two spellings are one body."""
    named = [unit for unit in units if not unit.group]
    questions = []
    if named:
        questions.append(
            Question(
                key="seal_names",
                question="各单位公章上的名称是什么？",
                proposal="按“地区名加全称”认定："
                + "；".join(f"{unit.name}为{unit.full_name}" for unit in named)
                + "。",
                quote="、".join(unit.name for unit in named),
            )
        )
    merged = [(name, first) for name, first in spellings.items() if name != first]
    if merged:
        questions.append(
            Question(
                key="unit_spellings",
                question="通知中写法不同的单位是否为同一单位？",
                proposal="；".join(f"{name}即{first}" for name, first in merged) + "。",
                quote="、".join(name for pair in merged for name in pair),
            )
        )
    return questions


def address_question(mailbox: str) -> Question:
    """Ask for the units' addresses, which a notice never names."""
    question = "通知未列各单位的邮箱地址，催报发往哪里？"
    if mailbox and "@" not in mailbox:
        question = f"通知只写了“{mailbox}”，不是电子邮箱地址，也未列各单位的邮箱，催报发往哪里？"
    return Question(
        key="addresses",
        question=question,
        proposal="用 contacts import 导入联系人；暂无邮箱的单位只暂缓该单位的邮件，其他单位照常。",
        quote=mailbox,
    )


def annex_questions(annex: Annex) -> list[Question]:
    """Ask about a form that is lacking or has columns of its own."""
    if not annex.found:
        return [
            Question(
                key="form",
                question="通知未附可逐项填报的报表，各单位按什么格式报送？",
                proposal="采用通用格式，列为："
                + "、".join(column.heading for column in annex.form.columns)
                + "。",
            )
        ]
    extras = [column.heading for column in annex.form.columns if column.key in EXTRA_COLUMNS]
    if not extras and not annex.others:
        return []
    carried = f"“{'”“'.join(extras)}”由各单位照填，原样汇总，不检查是否填写。" if extras else ""
    dropped = f"“{'”“'.join(annex.others)}”由各单位照填，不汇总。" if annex.others else ""
    return [
        Question(
            key="columns",
            question="附件报表在序号、事项、单位、进展、时限之外另有其他列，如何处理？",
            proposal=carried + dropped,
            quote="、".join([*(column.heading for column in annex.form.columns), *annex.others]),
        )
    ]


def difference_questions(differences: Sequence[Difference]) -> list[Question]:
    """Ask about everything that text and annex say differently."""
    return [_difference(number, difference) for number, difference in enumerate(differences, start=1)]


def region_question(place: Place) -> Question | None:
    """Ask for the region where the issuer does not show it."""
    if place.region:
        return None
    return Question(
        key="region",
        question="从通知看不出发文机关所在的地区，各单位全称前应加什么地区名？",
        proposal="不加地区名，单位名称按通知原文。",
    )


def _due_proposal(schedule: Schedule) -> str:
    if schedule.cadence is Cadence.ONCE:
        before = schedule.rule.move is Move.BACK
        return f"{'提前到此前最后一个' if before else '顺延到此后第一个'}法定工作日。"
    # A day that no rule can express must not be passed over.
    note = f"注意：通知写的是“{schedule.day}”，与此不同，请核定。" if schedule.day else ""
    pauses = f"通知写明不报的各期（{'、'.join(schedule.left_out)}）不催报。" if schedule.left_out else ""
    return f"{due_words(schedule.rule, schedule.cadence)}。{pauses}{note}"


def _seal(unit: Unit) -> str:
    # Nothing was put before the name: the place above the region is not in the notice.
    unsure = (
        "（所属地区名通知未写，请补全）" if unit.full_name == unit.name and unit.name[0] in "省市县区" else ""
    )
    return f"{unit.name}为{unit.full_name}{unsure}"


def _members(unit: Unit, items: Sequence[Item], *, alone: bool) -> Question:
    owed = [item for item in items if unit.name in item.units]
    noun = unit.name.removeprefix("各")
    belonging = f"名称以“{noun}”结尾的单位都归入其中。"
    # No body's name ends in 乡镇 or 有关部门.
    if _KIND_OF_BODY.search(noun):
        belonging = "须逐个催报的，请在任务文件中逐个列出。"
    return Question(
        key="group_members" if alone else f"group_members_{unit.code}",
        question=f"“{unit.name}”包括哪些单位？",
        proposal=f"“{unit.name}”作为一个单位报送；{belonging}",
        quote="；".join(f"{item.name}（{'、'.join(item.units)}）" for item in owed),
    )


def _difference(number: int, difference: Difference) -> Question:
    key = f"difference_{number}"
    item = f"第{difference.item}项"
    match difference.what:
        case "name":
            question, proposal = f"{item}的名称正文与附件不一致，以哪个为准？", "以正文为准。"
        case "units":
            question, proposal = f"{item}的责任单位正文与附件不一致，以哪个为准？", "以正文为准。"
        case "text":
            question, proposal = f"{item}“{difference.text}”在附件报表中没有，是否须报送？", "须报送。"
        case _:
            question, proposal = "附件报表中有一行正文没有，是否须报送？", "以正文为准，该行不催报。"
    quote = "；".join(
        f"{where}：{words}"
        for where, words in (("正文", difference.text), ("附件", difference.annex))
        if words
    )
    return Question(key=key, question=question, proposal=proposal, quote=quote)
