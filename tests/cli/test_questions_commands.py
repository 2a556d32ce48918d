"""Open questions answered by command: the campaign file keeps every remark, the journal knows who answered."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from offices import SHIPPED
from reminder_service.cli.main import app
from reminder_service.config import campaign_yaml, load_campaign
from reminder_service.domain.errors import WrongUsage
from reminder_service.store import open_store

ID = "gaoqing-2024-women-children"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "campaigns").mkdir(parents=True)
    shutil.copy(SHIPPED / "service.yaml", folder)
    whole = load_campaign(SHIPPED / "campaigns" / f"{ID}.yaml")
    first, *others = whole.questions
    asked = replace(whole, questions=(replace(first, answer=None), *others))
    (folder / "campaigns" / f"{ID}.yaml").write_text(
        "# 张主任已看过\n" + campaign_yaml(asked), encoding="utf-8"
    )
    return folder


def run(office: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(app, ["--config", str(office), *arguments])
    if isinstance(result.exception, WrongUsage):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_open_questions_are_listed_with_what_the_program_proposes(office: Path) -> None:
    listed = json.loads(run(office, "answers", "--json").output)
    assert [one["key"] for one in listed if one["answer"] is None] == ["due_date"]
    assert "6 questions, 1 open" in run(office, "answers").output


def test_a_taken_proposal_stands_in_the_file_and_in_the_journal(office: Path) -> None:
    run(office, "answer", "due_date", "--proposal", "--author", "李某")
    path = office / "campaigns" / f"{ID}.yaml"
    assert not load_campaign(path).open_questions
    assert path.read_text(encoding="utf-8").startswith("# 张主任已看过\n")
    with open_store(f"sqlite:///{office}/data/reminder-service.db", office / "data/files") as store:
        (entry,) = store.journal.entries(1)
    assert (entry.action, entry.author, entry.detail["question"]) == ("answer", "李某", "due_date")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("due_date",), "one of the two"),
        (("due_date", "25日", "--proposal"), "one of the two"),
        (("due_day", "25日"), "has no question with the key due_day"),
        (("due_date", "  "), "is empty"),
    ],
    ids=["nothing", "both", "no such question", "empty"],
)
def test_an_answer_that_answers_nothing_is_refused_and_the_file_stays(
    office: Path, arguments: tuple[str, ...], told: str
) -> None:
    path = office / "campaigns" / f"{ID}.yaml"
    before = path.read_text(encoding="utf-8")
    with pytest.raises(WrongUsage, match=told):
        run(office, "answer", *arguments)
    assert path.read_text(encoding="utf-8") == before
