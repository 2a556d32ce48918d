"""What a clerk typed wrong is said in Chinese: the sentences of the configuration's own checks."""

import re
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from offices import campaign
from reminder_service.config import campaign_yaml, load_campaign
from reminder_service.domain.campaign import Campaign, EscalationStep
from reminder_service.domain.errors import ConfigurationError
from reminder_service.domain.periods import Period
from reminder_service.jobs.setup.mistake_words import mistake_words


def with_letter(to: str, addressee: str) -> Campaign:
    letter = EscalationStep(offset=5, at=time(9), to=to, addressee=addressee)
    return replace(campaign(), ladder=replace(campaign().ladder, escalation=letter))


FIRST, SECOND = campaign().items[:2]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (with_letter("领导", "县领导"), "给领导的催办函：须是一个邮箱地址。"),
        (with_letter("leader@example.cn", ""), "给领导的催办函：不能空着。"),
        (replace(campaign(), last_period=Period.parse("2024Q1")), "最后一期：2024Q1早于首期2024Q2。"),
        (replace(campaign(), last_period=Period.parse("2025M01")), "最后一期：2025M01不是本任务的报送期。"),
        (replace(campaign(), short_name="两 词"), "简称：须是20字以内的一个词，不含空格和括号。"),
        (
            replace(campaign(), items=(FIRST, replace(SECOND, name=FIRST.name), *campaign().items[2:])),
            f"实事：“{FIRST.name}”重复了。",
        ),
        (
            replace(campaign(), items=(replace(FIRST, units=()), *campaign().items[1:])),
            "单位：至少要有一项。",
        ),
        (
            replace(campaign(), ladder=replace(campaign().ladder, office_hours=(time(17), time(8)))),
            "补发时段：起止时间有误，须先早后晚。",
        ),
    ],
    ids=["address", "addressee", "too early", "other cadence", "short name", "twice", "no units", "hours"],
)
def test_a_mistake_is_said_with_the_field_it_is_about(tmp_path: Path, wanted: Campaign, words: str) -> None:
    path = tmp_path / f"{campaign().id}.yaml"
    path.write_text(campaign_yaml(wanted), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_campaign(path)
    said = mistake_words(caught.value.problems)
    assert words in said and not re.search("[a-z]{3,} [a-z]{3,}", "".join(said))


def test_what_nobody_foresaw_is_quoted() -> None:
    said = mistake_words(["/tmp/x/a.yaml:3:5: form.columns: something that nobody thought of"])
    assert said == ("填写的内容不符合要求。技术说明：something that nobody thought of",)
