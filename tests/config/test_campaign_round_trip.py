from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reminder_service.config import campaign_yaml, load_campaign
from reminder_service.config.yaml_text import comment, flow, scalar
from reminder_service.domain.campaign import (
    Audience,
    Campaign,
    Column,
    ColumnKey,
    DatedName,
    FormSpec,
    Item,
    Ladder,
    Predecessor,
    Question,
    Step,
    StepKind,
    Target,
    Unit,
    Version,
)
from reminder_service.domain.due_rules import (
    DayOfMonth,
    DayOfYear,
    DaysAfterEnd,
    DaysOfMonth,
    DueRule,
    EndOfPeriod,
    Move,
    WorkdaysAfterEnd,
)
from reminder_service.domain.periods import Cadence, Period

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(str.strip)
lines = any_text.map(lambda text: " ".join(text.split())).filter(bool)
single_lines = lines.filter(lambda text: len(text.splitlines()) == 1)
awkward = st.sampled_from(
    [
        "null",
        "~",
        "no",
        "01",
        "1e3",
        "- a",
        "a: b",
        "#x",
        "'",
        '"',
        "{a}",
        "*x",
        "!t",
        "%",
        "2024-05-23",
        ">=",
    ]
)
texts = awkward | any_text
names = st.lists(
    awkward | single_lines, min_size=11, max_size=11, unique_by=lambda text: text.casefold()
).filter(
    # Different to the checks as well, which compare normalised spellings.
    lambda found: len({_fold(text) for text in found}) == len(found)
)
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


def _fold(text: str) -> str:
    from reminder_service.config.campaign_checks import _fold as fold

    return fold(text)


@st.composite
def targets(draw: st.DrawFn) -> Target:
    return Target(
        text=draw(awkward | single_lines),
        value=draw(st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=2)),
        measure=draw(texts),
        comparator=draw(st.sampled_from([">=", "="])),
        quote=draw(texts),
    )


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    first = draw(st.times(max_value=time(12))).replace(second=0, microsecond=0)
    at = st.integers(first.hour * 60 + first.minute, 23 * 60).map(lambda m: time(m // 60, m % 60))
    overdue = Step(
        kind=StepKind.OVERDUE,
        offset=draw(st.integers(1, 20)),
        at=draw(at),
        audience=Audience.GAPS,
        every=3,
        at_most=draw(st.integers(1, 9)),
    )
    notice = Step(
        kind=StepKind.FIRST_NOTICE,
        offset=-draw(st.integers(0, 60)),
        at=draw(at),
        audience=draw(st.sampled_from(Audience)),
    )
    today = Step(kind=StepKind.DUE_TODAY, offset=0, at=draw(at), audience=Audience.GAPS)
    steps = draw(st.sampled_from([(), (notice,), (notice, today), (notice, today, overdue)]))
    return Ladder(steps=steps, office_hours=(first, time(23, 30)), make_up_within=draw(st.integers(0, 30)))


LEFT_OUT = {
    Cadence.ONCE: [()],
    Cadence.TEN_DAYS: [(), ("1999M01T3",)],
    Cadence.HALF_MONTH: [(), ("1999M01H2",)],
    Cadence.MONTH: [(), ("1999M01", "1999M02")],
    Cadence.QUARTER: [(), ("1999Q1",)],
    Cadence.HALF_YEAR: [(), ("1999H1",)],
    Cadence.YEAR: [(), ("1999",)],
}
due_days = (
    st.just(EndOfPeriod())
    | st.builds(DayOfMonth, day=st.integers(1, 31), following=st.booleans())
    | st.lists(st.integers(1, 31), min_size=2, max_size=3, unique=True)
    .map(sorted)
    .map(lambda days: DaysOfMonth(days=tuple(days)))
    | st.builds(DayOfYear, month=st.integers(1, 12), day=st.integers(1, 29), following=st.booleans())
    | st.builds(DaysAfterEnd, days=st.integers(1, 999))
)
due_rules = st.builds(DueRule, day=due_days, move=st.sampled_from(Move)) | st.builds(
    DueRule, day=st.builds(WorkdaysAfterEnd, workdays=st.integers(1, 999)), move=st.just(Move.STAY)
)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    spelled = draw(names)
    units = (
        Unit(name=spelled[0], code="01", full_name=spelled[1], aliases=(spelled[2], spelled[3])),
        Unit(
            name=spelled[4],
            code="02",
            full_name=spelled[4],
            names=(DatedName(name=spelled[8], until=date(2024, 5, 31)),),
            successor_of=(
                Predecessor(name=spelled[9], since=date(2024, 6, 1), code="03", aliases=(spelled[10],)),
            ),
        ),
        Unit(name=spelled[5], code="123456", full_name=spelled[6], group=True, members=(spelled[7],)),
    )
    cadence = draw(st.sampled_from(Cadence))
    first = Period.containing(draw(st.dates(date(2000, 1, 1), date(2090, 1, 1))), cadence)
    questions = st.builds(
        Question, key=single_lines, question=lines, proposal=texts, quote=texts, answer=st.none() | lines
    )
    return Campaign(
        id="notice-2024-9",
        title=draw(awkward | single_lines),
        short_name=draw(st.sampled_from(["妇儿实事", "a:b", "null", "#1", "办“实事”"])),
        document_number=draw(texts),
        issuer=draw(texts),
        date=draw(st.dates(date(1000, 1, 1))),
        items=(
            Item(number=1, name=spelled[8], text=draw(texts), units=tuple(unit.name for unit in units)),
            Item(
                number=7,
                name=spelled[0],
                text=draw(texts),
                units=(spelled[4],),
                targets=tuple(draw(st.lists(targets(), max_size=2))),
            ),
        ),
        units=units,
        form=FormSpec(
            title=draw(awkward | single_lines),
            columns=(
                Column(
                    key=ColumnKey.NAME,
                    heading=spelled[0],
                    also=(spelled[1],),
                    width=draw(st.floats(0.1, 250)),
                ),
                Column(key=ColumnKey.MEASURES, heading=spelled[2]),
            ),
        ),
        cadence=cadence,
        first_period=first,
        last_period=draw(st.sampled_from([None, first, first.next()])),
        left_out=draw(st.sampled_from(LEFT_OUT[cadence])),
        due_rule=draw(due_rules.filter(lambda rule: rule.fits(cadence))),
        versions=draw(st.sampled_from([(Version.STAMPED,), (Version.ELECTRONIC, Version.STAMPED)])),
        ladder=draw(ladders()),
        contact_phone=draw(texts),
        contact_mailbox=draw(texts),
        mailbox=draw(st.sampled_from([None, "minzheng", "on", "null1"])),
        region=draw(texts),
        attach_form=draw(st.booleans()),
        attach_calendar=draw(st.booleans()),
        ask_contacts=draw(st.booleans()),
        recognition_threshold=draw(st.floats(0, 1)),
        questions=tuple(
            draw(st.lists(questions, max_size=2, unique_by=lambda question: _fold(question.key)))
        ),
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(campaign=campaigns())
def test_a_campaign_that_is_written_is_read_back_the_same(tmp_path_factory, campaign):
    path = tmp_path_factory.getbasetemp() / f"{campaign.id}.yaml"
    path.write_bytes(campaign_yaml(campaign).encode())
    assert load_campaign(path) == campaign


@given(text=any_text | st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_one_scalar_for_every_yaml_reader(text):
    assert YAML(typ="safe").load(f"a: {scalar(text)}  # {comment(text)}\nb: {flow([text, text])}\n") == {
        "a": text,
        "b": [text, text],
    }


@pytest.mark.parametrize(
    "text", ["2024年为全县妇女儿童办实事", "县妇联", "“两癌”筛查率", "高政办字〔2024〕9号"]
)
def test_official_chinese_is_written_without_quotes(text):
    assert scalar(text) == text


def test_the_written_file_quotes_the_notice_where_a_person_decides(campaign_path: Path):
    campaign = load_campaign(campaign_path)
    question = replace(campaign.questions[0], quote="于每季度末\n报送", answer=None)
    written = campaign_yaml(replace(campaign, questions=(question,)))
    assert "# 通知原文：于每季度末 报送\nperiods:" in written
    assert written.endswith("    answer:\n")
