"""``campaigns/<id>.yaml``: one notice, from keys to a campaign."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ..domain import campaign as domain
from ..domain.errors import ConfigurationError
from ..domain.periods import Cadence
from .campaign_checks import check_campaign
from .explain import validated
from .problems import Problem, sentences
from .values import Address, Day, DueRuleName, Group, Hours, MailboxName, Offset, PeriodName, Text, TimeOfDay
from .yaml_file import Source, check_schema, read_yaml

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def _code(value: str) -> str:
    if not re.fullmatch(r"[0-9]{2,6}", value):
        raise ValueError('expected two to six digits such as "07"')
    return value


def _old_code(value: str) -> str:
    return value and _code(value)


def _short_name(value: str) -> str:
    # It stands in the subject, in brackets and before a space: [妇儿实事 2024Q2-07].
    if not re.fullmatch(r"[^\s\[\]【】]{1,20}", value):
        raise ValueError("expected one short word without spaces and brackets, such as 妇儿实事")
    return value


def _answer(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _line(value: str) -> str:
    if len(value.splitlines()) > 1:
        raise ValueError("expected a single line")
    return value


Line = Annotated[Text, AfterValidator(_line)]
"""Text of one line, for what stands in subjects, names and cells."""


class TargetEntry(Group):
    """A number that the notice sets."""

    text: Line = Field(examples=["家政培训"])
    value: Decimal = Field(ge=0, examples=["20"])
    measure: str = Field(default="", examples=["场次"])
    comparator: Literal[">=", "="] = Field(default="=", examples=['">="'])
    quote: str = Field(default="", examples=["全县开展家政培训20场次"])


class ItemEntry(Group):
    """A numbered matter of the notice."""

    number: int = Field(ge=1, examples=["1"])
    name: Line = Field(examples=["实施巾帼促就业计划"])
    text: str = Field(examples=["开展家政职业技能培训。"])
    units: tuple[Line, ...] = Field(min_length=1, examples=["[县妇联]"])
    targets: tuple[TargetEntry, ...] = ()


class DatedNameEntry(Group):
    """A name that a unit bears for a time only."""

    name: Line = Field(examples=["县文化局"])
    since: Day | None = Field(default=None, examples=["2024-10-01"])
    until: Day | None = Field(default=None, examples=["2024-09-30"])


class PredecessorEntry(Group):
    """A body that was merged into the unit."""

    name: Line = Field(examples=["县旅游局"])
    since: Day = Field(examples=["2024-10-01"])
    code: Annotated[str, AfterValidator(_old_code)] = Field(default="", examples=['"20"'])
    aliases: tuple[Line, ...] = Field(default=(), examples=["[旅游局]"])


class UnitEntry(Group):
    """A body that must report."""

    name: Line = Field(examples=["县妇联"])
    code: Annotated[str, AfterValidator(_code)] = Field(examples=['"03"'])
    full_name: Line = Field(examples=["高青县妇女联合会"])
    aliases: tuple[Line, ...] = Field(default=(), examples=["[妇联]"])
    group: bool = Field(default=False, examples=["true"])
    members: tuple[Line, ...] = Field(default=(), examples=["[]"])
    names: tuple[DatedNameEntry, ...] = ()
    successor_of: tuple[PredecessorEntry, ...] = ()
    tone: domain.Tone = Field(default=domain.Tone.DIRECT, examples=["request"])


class ContactEntry(Group):
    """Whom the notice names for questions and where it wants the reports."""

    phone: str = Field(default="", examples=['"6967116"'])
    mailbox: str = Field(default="", examples=["高青县妇联"])


class ColumnEntry(Group):
    """A column of the form."""

    key: domain.ColumnKey = Field(examples=["measures"])
    heading: Line = Field(examples=["本季度具体措施及任务进度情况"])
    also: tuple[Line, ...] = Field(default=(), examples=["[措施, 进度]"])
    width: float = Field(default=10.0, gt=0, le=250, examples=["60"])


class FormEntry(Group):
    """The annex table."""

    title: Line = Field(examples=["工作进展情况报表"])
    columns: tuple[ColumnEntry, ...] = Field(min_length=1)


class PeriodsEntry(Group):
    """How often, from when and until when."""

    cadence: Cadence = Field(examples=["quarter"])
    first: PeriodName = Field(examples=["2024Q2"])
    last: PeriodName | None = Field(default=None, examples=["2024Q4"])
    due: DueRuleName = Field(
        default=domain.DueRule.LAST_WORKDAY_ON_OR_BEFORE_END, examples=["last_workday_on_or_before_end"]
    )
    left_out: tuple[Text, ...] = Field(default=(), examples=["[Q1]"])


class StepEntry(Group):
    """One step of the ladder."""

    kind: domain.StepKind = Field(examples=["reminder"])
    offset: Offset = Field(examples=["D-3W"])
    at: TimeOfDay = Field(examples=['"09:00"'])
    audience: domain.Audience = Field(examples=["gaps"])
    every: int = Field(default=0, ge=0, le=60, examples=["3"])
    at_most: int = Field(default=1, ge=1, le=60, examples=["5"])


class EscalationEntry(Group):
    """The letter to a leader about silent units, drafted for signature."""

    offset: Offset = Field(examples=["D+5W"])
    at: TimeOfDay = Field(examples=['"09:00"'])
    to: Address = Field(examples=["leader@example.cn"])
    addressee: Line = Field(examples=["县政府分管领导"])


class RemindersEntry(Group):
    """The ladder and the hours in which a missed mail may still go."""

    office_hours: Hours = Field(examples=["08:30-17:30"])
    make_up_within: int = Field(default=10, ge=0, le=250, examples=["10"])
    thanks: bool = Field(default=False, examples=["true"])
    escalation: EscalationEntry | None = None
    steps: tuple[StepEntry, ...]


class RecognitionEntry(Group):
    """How sure recognition must be."""

    threshold: float = Field(default=0.85, ge=0, le=1, examples=["0.85"])


class QuestionEntry(Group):
    """What the notice leaves open."""

    key: Line = Field(examples=["due_date"])
    question: Text = Field(examples=["截止日是哪一天？"])
    proposal: str = Field(default="", examples=["季度最后一个工作日"])
    quote: str = Field(default="", examples=["每季度末"])
    answer: Annotated[str | None, BeforeValidator(_answer)] = Field(
        default=None, examples=["季度最后一个工作日"]
    )


class CampaignEntry(Group):
    """Everything in a campaign file but ``schema``."""

    title: Line = Field(examples=["关于2024年为全县妇女儿童办实事的通知"])
    short_name: Annotated[str, AfterValidator(_short_name)] = Field(examples=["妇儿实事"])
    document_number: str = Field(default="", examples=["高政办字〔2024〕9号"])
    issuer: str = Field(default="", examples=["高青县人民政府办公室"])
    date: Day = Field(examples=["2024-05-23"])
    region: str = Field(default="", examples=["高青县"])
    contact: ContactEntry = ContactEntry()
    mailbox: MailboxName | None = Field(default=None, examples=["minzheng"])
    items: tuple[ItemEntry, ...] = Field(min_length=1)
    units: tuple[UnitEntry, ...] = Field(min_length=1)
    form: FormEntry
    periods: PeriodsEntry
    versions: tuple[domain.Version, ...] = Field(min_length=1, examples=["[electronic, stamped]"])
    attach_form: bool = Field(default=True, examples=["true"])
    attach_calendar: bool = Field(default=True, examples=["true"])
    ask_contacts: bool = Field(default=False, examples=["true"])
    reminders: RemindersEntry
    recognition: RecognitionEntry = RecognitionEntry()
    questions: tuple[QuestionEntry, ...] = ()


def load_campaign(path: Path) -> domain.Campaign:
    """Read one campaign file; the campaign's id is the file's name without ``.yaml``.

    :raises ConfigurationError: with every mistake of the file.
    """
    source = read_yaml(path)
    check_schema(source)
    problems = [*source.problems, *_check_id(path), *check_campaign(source)]
    entry = validated(CampaignEntry, source)
    if isinstance(entry, list):
        problems += entry
    if problems or isinstance(entry, list):
        raise ConfigurationError(sentences(problems))
    return _campaign(path.stem, entry)


def _check_id(path: Path) -> list[Problem]:
    if _ID.fullmatch(path.stem):
        return []
    text = (
        "the file's name is the campaign's id and stands in form codes; "
        "rename it to at most 64 small letters a-z, digits and hyphens, such as women-children-2024.yaml"
    )
    return [Problem(where=str(path), text=text)]


def _campaign(name: str, entry: CampaignEntry) -> domain.Campaign:
    return domain.Campaign(
        id=name,
        title=entry.title,
        short_name=entry.short_name,
        document_number=entry.document_number,
        issuer=entry.issuer,
        date=entry.date,
        items=tuple(_item(item) for item in entry.items),
        units=tuple(_unit(unit) for unit in entry.units),
        form=domain.FormSpec(
            title=entry.form.title,
            columns=tuple(domain.Column(**column.model_dump()) for column in entry.form.columns),
        ),
        cadence=entry.periods.cadence,
        first_period=entry.periods.first,
        last_period=entry.periods.last,
        left_out=entry.periods.left_out,
        due_rule=entry.periods.due,
        versions=entry.versions,
        ladder=domain.Ladder(
            steps=tuple(domain.Step(**step.model_dump()) for step in entry.reminders.steps),
            office_hours=entry.reminders.office_hours,
            make_up_within=entry.reminders.make_up_within,
            thanks=entry.reminders.thanks,
            escalation=domain.EscalationStep(**entry.reminders.escalation.model_dump())
            if entry.reminders.escalation
            else None,
        ),
        contact_phone=entry.contact.phone,
        contact_mailbox=entry.contact.mailbox,
        region=entry.region,
        attach_form=entry.attach_form,
        attach_calendar=entry.attach_calendar,
        ask_contacts=entry.ask_contacts,
        mailbox=entry.mailbox,
        recognition_threshold=entry.recognition.threshold,
        questions=tuple(domain.Question(**question.model_dump()) for question in entry.questions),
    )


def _unit(entry: UnitEntry) -> domain.Unit:
    plain = entry.model_dump(exclude={"names", "successor_of"})
    return domain.Unit(
        **plain,
        names=tuple(domain.DatedName(**name.model_dump()) for name in entry.names),
        successor_of=tuple(domain.Predecessor(**body.model_dump()) for body in entry.successor_of),
    )


def _item(entry: ItemEntry) -> domain.Item:
    return domain.Item(
        number=entry.number,
        name=entry.name,
        text=entry.text,
        units=entry.units,
        targets=tuple(domain.Target(**target.model_dump()) for target in entry.targets),
    )


__all__ = ["CampaignEntry", "Source", "load_campaign"]
