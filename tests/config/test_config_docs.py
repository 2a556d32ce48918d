"""The models, the examples that ship and docs/configuration.md must name the same keys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from reminder_service.config import Service
from reminder_service.config.calendar_file import CalendarEntry
from reminder_service.config.campaign_file import CampaignEntry
from reminder_service.config.servers import SECRET_KEYS

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "configuration.md").read_text()
FILES = {
    "service.yaml": (Service, ROOT / "config/service.yaml"),
    "campaigns/": (CampaignEntry, ROOT / "config/campaigns/gaoqing-2024-women-children.yaml"),
    "calendar.yaml": (CalendarEntry, ROOT / "config/calendar.yaml"),
}


def keys_of_model(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name in SECRET_KEYS:
            continue
        yield f"{prefix}{name}"
        annotation: Any = field.annotation
        dots = "."
        if get_origin(annotation) is tuple:
            annotation, dots = get_args(annotation)[0], "[]."
        if get_args(annotation):  # a section that may be left out
            annotation = get_args(annotation)[0]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from keys_of_model(annotation, f"{prefix}{name}{dots}")


def keys_of_data(data: Any, prefix: str = "") -> Iterator[str]:
    for name, value in data.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict):
            yield from keys_of_data(value, f"{prefix}{name}.")
        for entry in value if isinstance(value, list) else ():
            if isinstance(entry, dict):
                yield from keys_of_data(entry, f"{prefix}{name}[].")


def documented(file: str) -> list[str]:
    (section,) = [part for part in re.split(r"^## ", DOCS, flags=re.MULTILINE) if part.startswith(file)]
    return re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)


@pytest.mark.parametrize("file", FILES)
def test_every_key_is_documented_once_and_no_other(file):
    model, _ = FILES[file]
    assert sorted(documented(file)) == sorted(["schema", *keys_of_model(model)])


@pytest.mark.parametrize("file", FILES)
def test_every_key_stands_in_the_example_and_no_other(file):
    model, example = FILES[file]
    # The notice of 2024 names no merged unit; the campaigns beside it do.
    more = sorted((ROOT / "config/examples").glob("*.yaml")) if model is CampaignEntry else []
    keys = {key for one in (example, *more) for key in keys_of_data(YAML(typ="safe").load(one))}
    assert keys == {"schema", *keys_of_model(model)}


@pytest.mark.parametrize("file", FILES)
def test_the_documented_default_is_the_one_that_counts(file):
    model, _ = FILES[file]
    rows = dict(
        re.findall(r"^\| `([^`]+)` \| (.+?) \|", DOCS.split(f"## {file}")[1].split("\n## ")[0], re.MULTILINE)
    )
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert {name for name in model.model_fields if rows[name] == "required"} == required


def test_every_variable_that_gives_a_password_is_documented():
    for section in ("IMAP", "SMTP"):
        assert f"`REMINDER_SERVICE_{section}__PASSWORD`" in DOCS
        assert f"`REMINDER_SERVICE_{section}__PASSWORD_FILE`" in DOCS


def test_every_key_of_the_service_is_explained_in_place():
    for line in (ROOT / "config/service.yaml").read_text().splitlines():
        if line and not line.startswith("#"):
            assert "  # " in line, line
