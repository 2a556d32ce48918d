"""The demo ends as its stories call for, twice over, and touches nothing that it did not make."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reminder_service.demo import sandbox, scans, texts
from reminder_service.domain.errors import WrongUsage

ENDS = {
    "县教育和体育局": "complete",
    "县人力资源社会保障局": "complete",
    "县妇联": "complete",
    "县卫生健康局": "complete",
    "团县委": "partial",
    "市医疗保障局高青分局": "complete",
    "县交通运输局": "complete",
    "芦湖街道": "attention",
    "各儿童友好实践基地": "complete",
    "县司法局": "complete",
    "县检察院": "complete",
    "县总工会": "complete",
    "县公安局": "attention",
    "县法院": "attention",
    "县文化和旅游局": "attention",
    "县科协": "attention",
    "县民政局": "attention",
    "县残联": "missing",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The results of one playing, by command as a visitor starts it, and what was on the screen."""
    output = tmp_path_factory.mktemp("demo") / "demo-output"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "reminder_service", "demo", "--fast", "--output", str(output)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=280,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
    assert ended.stderr == ""
    return output, ended.stdout


@pytest.mark.timeout(300)
def test_the_demo_ends_with_every_unit_in_the_state_of_its_story(played: tuple[Path, str]) -> None:
    output, _ = played
    status = json.loads((output / "status.json").read_text())
    assert {unit["unit"]: unit["status"] for unit in status["units"]} == ENDS
    assert [unit["unit"] for unit in status["units"] if unit["late"]] == ["县检察院"]


@pytest.mark.timeout(300)
def test_the_demo_shows_the_days_every_unit_and_where_the_results_are(played: tuple[Path, str]) -> None:
    output, screen = played
    assert "6月14日 周五" in screen and "截止日" in screen
    for unit in ENDS:
        assert unit in screen
    for name in ("汇总表_2024Q2.xlsx", "日报.html", "催报.html", "回执.html", "status.json", "来件"):
        assert str(output / name) in screen.replace("\n", "")
        assert (output / name).exists()


@pytest.mark.timeout(300)
def test_the_demos_workbook_digest_and_letters_can_be_looked_at(played: tuple[Path, str]) -> None:
    output, _ = played
    book = load_workbook(output / "汇总表_2024Q2.xlsx")
    assert book.sheetnames == ["汇总表", "报送情况", "明细", "问题清单", "指标进度", "图表"]
    digest = (output / "日报.html").read_text()
    assert "县残联" in digest and "<table" in digest
    assert "特殊困难儿童关爱" in (output / "催报.html").read_text()
    assert (output / "来件" / "县司法局" / "0626-1520_IMG_20240626.jpg").stat().st_size > 10_000


@pytest.mark.timeout(300)
def test_the_sandbox_that_a_demo_leaves_answers_commands(played: tuple[Path, str]) -> None:
    output, _ = played
    ended = subprocess.run(
        [sys.executable, "-m", "reminder_service", "--config", str(output / "sandbox")]
        + ["status", "--json", "--at", "2024-07-09T16:30"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert json.loads(ended.stdout)["units"] == json.loads((output / "status.json").read_text())["units"]


def test_a_folder_that_no_demo_made_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(WrongUsage, match="not made by a demo"):
        sandbox.prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_earlier_demos_results_are_replaced_and_other_files_beside_them_kept(tmp_path: Path) -> None:
    first = sandbox.prepare(tmp_path / "out")
    first.result("日报.html").write_text("old")
    (first.output / "notes.txt").write_text("mine")
    sandbox.prepare(tmp_path / "out")
    assert not first.result("日报.html").exists()
    assert (first.output / "notes.txt").read_text() == "mine"


def test_the_demos_font_has_every_character_that_is_drawn() -> None:
    from PIL import ImageFont

    font = ImageFont.truetype(str(scans.FONT), 20)
    unknown = font.getmask("\uffff").getbbox(), bytes(font.getmask("\uffff"))
    drawn = {character for rows in texts.REPORTED.values() for text in rows.values() for character in text}
    missing = [one for one in drawn if (font.getmask(one).getbbox(), bytes(font.getmask(one))) == unknown]
    assert missing == []
