"""Builders of domain data for tests: each makes the ordinary case and lets a test say what differs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from reminder_service.domain.campaign import (
    Audience,
    Campaign,
    Column,
    ColumnKey,
    FormSpec,
    Item,
    Ladder,
    Step,
    StepKind,
    Unit,
)
from reminder_service.domain.decisions import Decision, Decisions
from reminder_service.domain.documents import FormCode, Kind, Page, Problem, Reading, Seal
from reminder_service.domain.forms import Form, FormRow
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.incoming import IncomingDocument, IncomingMessage
from reminder_service.domain.names import UnitNames
from reminder_service.domain.periods import Cadence, Period
from reminder_service.domain.review import Reviewer
from reminder_service.domain.situation import period_state
from reminder_service.domain.state import Contact, MailboxHealth, PeriodState
from reminder_service.domain.workdays import WorkCalendar, due_date

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar()
Q2 = Period.parse("2024Q2")
Q3 = Period.parse("2024Q3")

_ITEMS = {
    1: ("实施教育资源扩增优化工程", ("县教育和体育局",)),
    2: ("实施巾帼促就业计划", ("县人力资源社会保障局", "县妇联")),
    3: ("实施新型婚育文化培育行动", ("县妇联", "团县委", "市医疗保障局高青分局")),
    4: ("实施特殊困难儿童关爱行动", ("县民政局", "县残联", "县妇联", "团县委")),
}
_UNITS = {
    "县教育和体育局": ("高青县教育和体育局", ("县教体局", "教体局")),
    "县人力资源社会保障局": ("高青县人力资源和社会保障局", ("县人社局", "人社局")),
    "县妇联": ("高青县妇女联合会", ("妇联",)),
    "团县委": ("共青团高青县委员会", ()),
    "市医疗保障局高青分局": ("淄博市医疗保障局高青分局", ("县医保局", "医保分局")),
    "县民政局": ("高青县民政局", ()),
    "县残联": ("高青县残疾人联合会", ()),
}


def at(text: str) -> datetime:
    """Read ``2024-06-25 09:00`` as office time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def ladder() -> Ladder:
    """The ladder of the 2024 notice."""
    nine = time(9)

    def step(kind: StepKind, offset: int, audience: Audience = Audience.GAPS, **more: int) -> Step:
        return Step(kind=kind, offset=offset, at=nine, audience=audience, **more)

    return Ladder(
        steps=(
            step(StepKind.FIRST_NOTICE, -10, Audience.ALL),
            step(StepKind.REMINDER, -3),
            step(StepKind.REMINDER, -1),
            step(StepKind.DUE_TODAY, 0),
            step(StepKind.OVERDUE, 1, every=3, at_most=5),
        ),
        office_hours=(time(8, 30), time(17, 30)),
    )


def campaign(**changes: object) -> Campaign:
    """A small campaign in the likeness of the 2024 notice: 4 items, 7 units, 10 duties."""
    columns = tuple(
        Column(key=key, heading=heading)
        for key, heading in zip(
            list(ColumnKey)[:5],
            ("序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限"),
            strict=True,
        )
    )
    values: dict[str, object] = {
        "id": "gaoqing",
        "title": "2024年为全县妇女儿童办实事",
        "short_name": "妇儿实事",
        "document_number": "高政办字〔2024〕9号",
        "issuer": "高青县人民政府办公室",
        "date": date(2024, 5, 23),
        "items": tuple(
            Item(number=number, name=name, text=name, units=units) for number, (name, units) in _ITEMS.items()
        ),
        "units": tuple(
            Unit(name=name, code=f"{index:02}", full_name=full, aliases=aliases)
            for index, (name, (full, aliases)) in enumerate(_UNITS.items(), 1)
        ),
        "form": FormSpec(title="2024年为全县妇女儿童办实事工作进展情况报表", columns=columns),
        "cadence": Cadence.QUARTER,
        "first_period": Q2,
        "ladder": ladder(),
        "region": "高青县",
        "contact_phone": "6967116",
    }
    return Campaign(**(values | changes))  # type: ignore[arg-type]


def contacts(*units: str) -> list[Contact]:
    """One contact for each unit, addressed by the unit's code."""
    codes = {unit.name: unit.code for unit in campaign().units}
    return [Contact(unit=unit, name="张三", address=f"u{codes[unit]}@example.cn") for unit in units or codes]


def address(unit: str) -> str:
    """The address of the unit's contact."""
    return next(contact.address or "" for contact in contacts(unit))


def form(
    measures: Mapping[int, str],
    *,
    unit: str | None = None,
    period: str | None = None,
    blank: Sequence[int] = (),
) -> Form:
    """A form with these texts by item number, and blank rows for others."""
    rows = [
        FormRow(
            number=str(number),
            name=_ITEMS[number][0],
            units="\n".join(_ITEMS[number][1]),
            measures=measures.get(number, ""),
            deadline="2024年12月底" if number in measures else "",
            page=1,
            row=number + 1,
        )
        for number in sorted({*measures, *blank})
    ]
    return Form(title="报表", unit=unit, period=period, rows=tuple(rows))


def document(
    name: str = "报表.docx",
    *,
    kind: Kind = Kind.DOCX,
    filled: Form | None = None,
    code: FormCode | None = None,
    problem: Problem | None = None,
    has_text: bool = True,
    pictures: int = 0,
    sealed: bool | None = None,
    recognised: bool = False,
    what: str | None = None,
) -> IncomingDocument:
    """A file; its name stands for its content hash. Pictures show a seal unless a test says otherwise."""
    shows = (pictures > 0 or kind is Kind.IMAGE) if sealed is None else sealed
    seals = (
        (Seal(box=(1.0, 1.0, 9.0, 9.0), score=0.9, text=""),)
        if shows and kind in (Kind.PDF, Kind.IMAGE)
        else ()
    )
    page = Page(
        number=1,
        width=2480,
        height=3508,
        has_text=has_text,
        pictures=pictures,
        recognised=recognised,
        seals=seals,
    )
    return IncomingDocument(
        document=name,
        filename=name,
        form=filled,
        problem=what,
        reading=Reading(
            document=name,
            filename=name,
            kind=kind,
            code=code,
            problem=problem,
            pages=(page,),
        ),
    )


def scan(name: str = "盖章.pdf") -> IncomingDocument:
    """A scanned PDF: a picture and no text."""
    return document(name, kind=Kind.PDF, has_text=False, pictures=1)


def message(
    sender: str, *documents: IncomingDocument, when: str = "2024-06-26 10:00", id: int = 1, **more: object
) -> IncomingMessage:
    """A mail with files."""
    values: dict[str, object] = {
        "id": id,
        "message_id": f"<{id}@x>",
        "sender": sender,
        "sender_name": "",
        "subject": "",
        "text": "",
        "received_at": at(when),
        "channel": "邮件",
        "documents": documents,
    }
    return IncomingMessage(**(values | more))  # type: ignore[arg-type]


def state(
    *messages: IncomingMessage,
    of: Campaign | None = None,
    period: Period = Q2,
    decisions: Sequence[Decision] = (),
    known: Sequence[Contact] | None = None,
    opened: Sequence[tuple[Period, datetime]] = ((Q2, at("2024-06-14 09:00")),),
    closed: Sequence[Period] = (),
    now: str = "2024-06-27 08:00",
    blind: bool = False,
    undeliverable: Mapping[str, tuple[str, ...]] | None = None,
) -> PeriodState:
    """The state of a period after these messages."""
    one = of or campaign()
    names = UnitNames(one)
    settled = Decisions.of(decisions)
    book = PeriodBook(opened=tuple(opened), closed=frozenset(closed), fallback=Q2)
    identifier = Identifier(
        campaign=one,
        names=names,
        contacts=contacts() if known is None else known,
        periods=book,
        decisions=settled,
    )
    reviewer = Reviewer(
        campaign=one,
        names=names,
        period=period,
        due=due_date(period, one.due_rule, CALENDAR),
        decisions=settled,
        day_of=lambda moment: moment.astimezone(ZONE).date(),
        undeliverable=dict(undeliverable or {}),
    )
    return period_state(
        reviewer,
        identifier.identify(messages),
        mailbox=MailboxHealth(read_at=None if blind else at(now), blind=blind),
        as_of=at(now),
    )
