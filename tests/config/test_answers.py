from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_service.config import campaign_yaml, load_campaign, set_answer
from reminder_service.domain.errors import ConfigurationError, OutsideError, WrongUsage


@pytest.fixture
def open_path(campaign_path):
    """A campaign whose every question is open, with a person's own remarks in the file."""
    campaign = load_campaign(campaign_path)
    questions = tuple(replace(question, answer=None) for question in campaign.questions)
    text = campaign_yaml(replace(campaign, questions=questions))
    campaign_path.write_text("# 张主任已看过\n" + text.replace("    answer:\n", "    answer:   # 待定\n", 1))
    return campaign_path


def test_an_answer_changes_its_line_and_nothing_else(open_path):
    before = open_path.read_text().splitlines()
    set_answer(open_path, "due_date", "每季度最后一个工作日")
    after = open_path.read_text().splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [
        "    answer: 每季度最后一个工作日   # 待定"
    ]
    assert load_campaign(open_path).questions[0].answer == "每季度最后一个工作日"


def test_all_questions_can_be_answered_one_after_the_other(open_path):
    for question in load_campaign(open_path).questions:
        set_answer(open_path, question.key, question.proposal)
    assert not load_campaign(open_path).open_questions
    assert "# 张主任已看过" in open_path.read_text()


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param("- {key: x, question: 问, answer: 旧}  # 一行", id="on one line"),
        pytest.param("- {key: x, question: 问, answer: }", id="on one line, empty"),
        pytest.param("- {key: x, question: 问}", id="on one line, without the key"),
        pytest.param("- key: x\n    question: 问  # 无答复", id="without the key"),
        pytest.param(
            "- answer: |\n      旧的\n      两行\n\n    # 说明\n    key: x\n    question: 问", id="block text"
        ),
        pytest.param('- key: x\n    answer: "旧"   # 引号\n    question: 问', id="quoted"),
        pytest.param("- key: x\n    answer: 旧\n      的\n    question: 问", id="over two lines"),
        pytest.param("- key: x\n    answer: ~\n    question: 问", id="tilde"),
        pytest.param("- key: x\n    answer: ''\n    question: 问", id="empty quotes"),
        pytest.param("- question: 问\n    key: x\n    answer:", id="last in the file"),
    ],
)
def test_an_answer_finds_its_place_however_the_question_is_written(open_path, entry):
    text = open_path.read_text()
    head = text[: text.index("\nquestions:")]
    open_path.write_text(f"{head}\nquestions:\n  {entry}\n")
    comments = open_path.read_text().count("#")
    set_answer(open_path, "x", "新的：答复 # 一")
    assert load_campaign(open_path).questions[0].answer == "新的：答复 # 一"
    assert open_path.read_text().count("#") == comments + 1


@settings(max_examples=25, deadline=None)
@given(
    answer=st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(lambda text: text.strip())
)
def test_any_answer_comes_back_as_it_was_given(tmp_path_factory, answer):
    path = tmp_path_factory.getbasetemp() / "answers.yaml"
    path.write_text(OPEN)
    set_answer(path, "x", answer)
    assert load_campaign(path).questions[0].answer == answer.strip()


def test_windows_line_ends_stay(open_path):
    open_path.write_bytes(open_path.read_bytes().replace(b"\n", b"\r\n"))
    lines = open_path.read_bytes().count(b"\r\n")
    set_answer(open_path, "versions", "都要")
    content = open_path.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") == lines


def test_the_permissions_of_the_file_stay(open_path):
    open_path.chmod(0o640)
    set_answer(open_path, "versions", "都要")
    assert open_path.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in open_path.parent.iterdir()] == [open_path.name]


def test_a_question_that_nobody_asked_is_refused_with_the_nearest(open_path):
    with pytest.raises(WrongUsage, match="no question with the key due_dat; did you mean due_date"):
        set_answer(open_path, "due_dat", "x")


def test_an_empty_answer_is_refused(open_path):
    before = open_path.read_bytes()
    with pytest.raises(WrongUsage, match="empty"):
        set_answer(open_path, "due_date", "  ")
    assert open_path.read_bytes() == before


def test_a_file_with_mistakes_is_left_alone(open_path):
    open_path.write_text(open_path.read_text().replace("schema: 1", "schema: 7"))
    before = open_path.read_bytes()
    with pytest.raises(ConfigurationError):
        set_answer(open_path, "due_date", "x")
    assert open_path.read_bytes() == before


def test_a_file_that_cannot_be_written_stays_whole(open_path, monkeypatch):
    before = open_path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutsideError, match="cannot be written \\(No space left on device\\)"):
        set_answer(open_path, "due_date", "x")
    assert open_path.read_bytes() == before


OPEN = """\
schema: 1
title: t
short_name: s
date: 2024-05-23
items: [{number: 1, name: n, text: t, units: [u]}]
units: [{name: u, code: "01", full_name: u}]
form: {title: t, columns: [{key: name, heading: a}, {key: measures, heading: b}]}
periods: {cadence: month, first: 2024M05}
versions: [electronic]
reminders: {office_hours: 08:30-17:30, steps: []}
questions:
  - key: x
    question: q
    answer:
"""
