"""The data that ships with the program is found."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from reminder_service import resources
from reminder_service.domain.errors import OutsideError

CHECKOUT = Path(__file__).parents[1]


def _module_installed_in(package: Path) -> ModuleType:
    package.mkdir(parents=True)
    copy = shutil.copy(resources.__file__, package / "resources.py")
    spec = importlib.util.spec_from_file_location("resources_elsewhere", copy)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_checkout_uses_the_folders_at_its_top() -> None:
    assert resources.packaged_templates() == CHECKOUT / "templates"
    assert resources.packaged_config() == CHECKOUT / "config"


def test_an_installed_wheel_uses_the_data_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "site-packages" / "reminder_service"
    module = _module_installed_in(package)
    for name in ("templates", "config"):
        (package / "data" / name).mkdir(parents=True)
    assert module.packaged_templates() == package / "data" / "templates"
    assert module.packaged_config() == package / "data" / "config"


def test_an_incomplete_installation_says_what_is_missing_and_the_cure(tmp_path: Path) -> None:
    module = _module_installed_in(tmp_path / "lib" / "site-packages" / "reminder_service")
    with pytest.raises(OutsideError, match=r"templates are missing; install reminder-service again"):
        module.packaged_templates()
