"""The commands about targets, run as a person runs them."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from offices import SHIPPED
from reminder_service.cli.main import app
from reminder_service.domain.errors import WrongUsage


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED / "campaigns", folder / "campaigns")
    shutil.copy(SHIPPED / "service.yaml", folder)
    return folder


def test_targets_are_listed_before_anything_is_reported_and_a_figure_can_be_told(office: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["--config", str(office), *arguments, "--at", "2024-06-27"])
        assert result.exit_code == 0, result.exception
        return result.stdout

    run(
        "figure",
        "教体局",
        "1",
        "--target",
        "1",
        "--value",
        "9",
        "--basis",
        "cumulative",
        "--reason",
        "电话核实",
    )
    told = json.loads(run("progress", "2024Q2", "--json"))
    assert len(told["targets"]) == 14
    first = told["targets"][0]
    assert (first["done"], first["confirmed"]) == ("9", True)
    assert "9所" in run("progress", "2024Q2")


def test_a_value_that_is_no_number_is_refused(office: Path) -> None:
    arguments = ["--config", str(office), "figure", "教体局", "1", "--target", "1", "--value", "十来所"]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, WrongUsage)
    assert "--value" in str(result.exception)
