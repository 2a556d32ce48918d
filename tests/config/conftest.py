"""A configuration directory to spoil: a copy of the one that ships."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[2] / "config"
Spoil = Callable[[str, str, str], Path]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


@pytest.fixture
def campaign_path(directory: Path) -> Path:
    return directory / "campaigns" / "gaoqing-2024-women-children.yaml"


@pytest.fixture
def spoil(directory: Path) -> Spoil:
    def replace_once(name: str, old: str, new: str) -> Path:
        path = directory / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return path

    return replace_once


@pytest.fixture
def spoil_campaign(spoil: Spoil, campaign_path: Path) -> Callable[[str, str], Path]:
    return lambda old, new: spoil(f"campaigns/{campaign_path.name}", old, new)
