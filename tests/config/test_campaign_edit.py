"""A campaign's file changed as its pages do: the file says what is wanted, and people's comments and layout stay."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reminder_service.config import change_campaign, load_campaign, mark_of
from reminder_service.config.yaml_edit import edited
from reminder_service.config.yaml_file import compose
from reminder_service.domain.campaign import (
    Audience,
    Campaign,
    DatedName,
    EscalationStep,
    Step,
    StepKind,
    Target,
    Unit,
)
from reminder_service.domain.campaign_changes import free_code, merged, with_item, with_new_unit, with_unit
from reminder_service.domain.errors import ConfigurationError

UNIT, HEIR = "县科协", "县文化和旅游局"


def comments(path: Path) -> list[str]:
    return [
        part.strip() for line in path.read_text().splitlines() for _, _, part in [line.partition("#")] if part
    ]


def changed_lines(before: str, after: str) -> int:
    return len(set(after.splitlines()) ^ set(before.splitlines()))


def renamed(campaign: Campaign) -> Campaign:
    names = (DatedName(name="县科学技术协会（新）", since=date(2024, 10, 1)),)
    unit = replace(campaign.unit(UNIT), full_name="高青县科学技术协会（新）", names=names)
    return with_unit(campaign, unit)


def test_a_renamed_unit_changes_its_own_lines_only(campaign_path: Path) -> None:
    before, told = campaign_path.read_text(), comments(campaign_path)
    wanted = renamed(load_campaign(campaign_path))
    changes = change_campaign(campaign_path, wanted)
    assert load_campaign(campaign_path) == wanted and comments(campaign_path) == told
    assert changed_lines(before, campaign_path.read_text()) == 3
    assert [one.key for one in changes] == ["units 16 full_name", "units 16 names"]


def test_nothing_changed_writes_nothing(campaign_path: Path) -> None:
    before = campaign_path.stat()
    assert change_campaign(campaign_path, load_campaign(campaign_path)) == ()
    assert campaign_path.stat().st_mtime_ns == before.st_mtime_ns


def test_steps_are_added_changed_and_taken_out_with_comments_kept(campaign_path: Path) -> None:
    told, campaign = comments(campaign_path), load_campaign(campaign_path)
    first, *_, last = campaign.ladder.steps
    new = Step(kind=StepKind.REMINDER, offset=-5, at=time(10), audience=Audience.GAPS)
    letter = EscalationStep(offset=5, at=time(9), to="leader@example.cn", addressee="县政府分管领导")
    ladder = replace(
        campaign.ladder,
        steps=(replace(first, offset=-8), new, replace(last, every=2)),
        thanks=True,
        escalation=letter,
    )
    for wanted in (
        replace(campaign, ladder=ladder),
        replace(campaign, ladder=replace(ladder, escalation=None)),
        campaign,
    ):
        change_campaign(campaign_path, wanted)
        assert load_campaign(campaign_path) == wanted
        assert comments(campaign_path) == told


def test_a_merger_and_a_further_unit_read_back_and_can_be_taken_back(campaign_path: Path) -> None:
    campaign = load_campaign(campaign_path)
    after = merged(campaign, campaign.unit(UNIT), campaign.unit(HEIR), date(2024, 7, 1))
    change_campaign(campaign_path, after)
    found = load_campaign(campaign_path)
    assert found == after and not found.has_unit(UNIT)
    assert found.current_unit(UNIT) == HEIR and found.unit_by_code(campaign.unit(UNIT).code) == found.unit(
        HEIR
    )
    unit = Unit(name="县妇幼保健院", code=free_code(found), full_name="高青县妇幼保健院")
    more = with_new_unit(found, unit, [3, 10])
    change_campaign(campaign_path, more)
    assert load_campaign(campaign_path) == more and unit.code == "19"
    assert [item.number for item in more.items_of("县妇幼保健院")] == [3, 10]
    change_campaign(campaign_path, campaign)
    assert load_campaign(campaign_path) == campaign


def test_a_change_with_a_mistake_leaves_the_file_as_it_was(campaign_path: Path) -> None:
    before, campaign = campaign_path.read_bytes(), load_campaign(campaign_path)
    twice = with_unit(campaign, replace(campaign.unit(UNIT), aliases=(HEIR,)))
    with pytest.raises(ConfigurationError, match="stands for another unit"):
        change_campaign(campaign_path, twice)
    assert campaign_path.read_bytes() == before
    assert [one.name for one in campaign_path.parent.iterdir()] == [campaign_path.name]


LINES = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=LINES,
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(str.strip),
    quote=LINES,
)
def test_whatever_is_typed_reads_back(campaign_path: Path, name: str, text: str, quote: str) -> None:
    campaign = load_campaign(campaign_path)
    target = Target(
        text=name, value=campaign.items[0].targets[0].value, measure="", comparator=">=", quote=quote
    )
    item = replace(campaign.items[5], name=f"六{name}", text=text, targets=(target,))
    wanted = with_item(campaign, item)
    told = comments(campaign_path)[:5]
    change_campaign(campaign_path, wanted)
    assert load_campaign(campaign_path) == wanted and comments(campaign_path)[:5] == told
    assert mark_of(campaign.items[5]) != mark_of(item)


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("a:\n  - x  # one\n  - y  # two\nb: 1\n", ["x", "z"], "a:\n  - x  # one\n  - z  # two\nb: 1\n"),
        ("a:\n- x\n# between\n- y\nb: 1\n", ["y"], "a:\n# between\n- y\nb: 1\n"),
        ("a:\n- x\n- y\n# below\nb: 1\n", ["x", "y", "z"], "a:\n- x\n- y\n- z\n# below\nb: 1\n"),
        ("a:\n- x\n- y\n\n# below\nb: 1\n", [], "a:\n  []\n\n# below\nb: 1\n"),
        ("a: [x, y]  # kept\nb: 1\n", ["n", "x"], "a: [n, x]  # kept\nb: 1\n"),
        ("{b: 1, a: [x, y]}", ["x"], "{b: 1, a: [x]}"),
        ("a: [x,\n  y]\n", ["x"], "a: [x]\n"),
        ("a:\n- >\n  x\n- y", ["x", "y", "z"], "a:\n- >\n  x\n- y\n- z"),
    ],
    ids=[
        "changed",
        "taken out",
        "added",
        "emptied",
        "bracketed",
        "all bracketed",
        "over lines",
        "end of file",
    ],
)
def test_a_list_is_changed_where_it_stands(text: str, new: list[str], expected: str) -> None:
    root = compose(Path("x.yaml"), text)
    assert root is not None
    assert edited(text, root, {"a": ["x", "y"]}, {"a": [*new]}) == expected
