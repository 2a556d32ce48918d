"""The frame: ``./run``, the locks, the licences, and CI's promise to leave nothing out."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import third_party

CHECKOUT = Path(__file__).resolve().parents[1]
LOCKS = [CHECKOUT / "requirements.lock", CHECKOUT / "requirements-dev.lock"]


# --- Locks and licences


def test_no_library_under_gpl_or_agpl_is_locked() -> None:
    found = third_party.libraries()
    assert found
    assert [library for library in found if third_party.is_forbidden(library.licence)] == []


@pytest.mark.parametrize(
    ("licence", "forbidden"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0", True),
        ("GPLv2", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("MIT AND GPL-2.0-only", True),
        ("LGPL-3.0-or-later", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("MIT OR GPL-2.0-only", False),
        ("MIT", False),
    ],
)
def test_the_gpl_is_told_from_the_lgpl_and_from_a_choice(licence: str, forbidden: bool) -> None:
    assert third_party.is_forbidden(licence) is forbidden


def test_files_for_browsers_are_as_published_with_their_licence_beside_them() -> None:
    kept = {one.name for one in third_party.VENDOR_FOLDER.iterdir() if one.suffix in (".js", ".css")}
    assert kept == {one.file for one in third_party.VENDORED}
    for one in third_party.VENDORED:
        content = (third_party.VENDOR_FOLDER / one.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256, one.file
        assert (
            (third_party.VENDOR_FOLDER / one.file.replace(".min.", ".LICENSE.")).with_suffix(".txt").is_file()
        )


def test_the_list_of_third_party_software_matches_the_locks() -> None:
    written = third_party.DOCUMENT.read_text(encoding="utf-8")
    assert written == third_party.document(), "run: .venv/bin/python tests/third_party.py"


def test_our_own_licence_is_apache_in_full() -> None:
    text = (CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text and "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_a_hash_for_everything_and_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


def test_no_library_of_hundreds_of_megabytes_sneaks_in() -> None:
    names = set(third_party.locked(LOCKS[1]))
    assert not names & {"pandas", "torch", "scipy"}


def test_the_locks_hold_one_opencv_only_since_two_overwrite_each_other() -> None:
    for lock in LOCKS:
        assert {name for name in third_party.locked(lock) if "opencv" in name} == {"opencv-python-headless"}


def test_the_development_lock_holds_the_same_versions_as_the_runtime_lock() -> None:
    runtime, everything = (
        set(re.findall(r"^[a-z0-9._-]+==\S+", lock.read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    )
    assert runtime < everything


# --- ./run


def _script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what ``./run setup`` reads, in a folder whose name has a blank."""
    copy = tmp_path / "a checkout"
    copy.mkdir()
    for name in ("run", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "LICENSE"):
        shutil.copy(CHECKOUT / name, copy / name)
    (copy / "README.md").write_text("# A copy\n", encoding="utf-8")
    shutil.copytree(CHECKOUT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def _run(
    checkout: Path, *arguments: str, first: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*([str(first)] if first else []), "/usr/bin", "/bin"])
    kept = {
        key: value for key, value in os.environ.items() if key.startswith(("PIP_", "UV_", "SSL_", "HOME"))
    }
    return subprocess.run(
        [str(checkout / "run"), *arguments],
        cwd="/",
        env={**kept, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_run_without_a_command_lists_the_commands(checkout: Path) -> None:
    done = _run(checkout)
    assert done.returncode == 0
    for command in ("setup", "demo", "serve", "test", "test-long", "check", "lock"):
        assert re.search(rf"\./run {command}\b", done.stdout)
    assert "set -eu" not in done.stdout


def test_an_unknown_command_is_wrong_usage(checkout: Path) -> None:
    done = _run(checkout, "fly")
    assert done.returncode == 2 and "./run help" in done.stderr


def test_a_python_that_will_not_do_is_named_with_the_cure(checkout: Path, tmp_path: Path) -> None:
    old = _script(tmp_path / "old python" / "python3", "exit 1")
    done = _run(checkout, "setup", PYTHON=str(old))
    assert done.returncode == 1
    assert str(old) in done.stderr and "3.11 to 3.13" in done.stderr
    assert not (checkout / ".venv").exists()


PYTHON_WITHOUT_VENV = """
case "$2" in
*ensurepip*) exit 1 ;;
*) echo 3.12 ;;
esac
"""


def test_where_venv_is_missing_others_than_root_are_told_the_one_command(
    checkout: Path, tmp_path: Path
) -> None:
    bare = _script(tmp_path / "bin" / "python3", PYTHON_WITHOUT_VENV)
    _script(tmp_path / "bin" / "id", "echo 1000")
    done = _run(checkout, "setup", first=tmp_path / "bin", PYTHON=str(bare))
    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install python3.12-venv" in done.stderr


def test_where_venv_is_missing_root_gets_it_installed(checkout: Path, tmp_path: Path) -> None:
    bare = _script(tmp_path / "bin" / "python3", PYTHON_WITHOUT_VENV)
    asked = tmp_path / "asked"
    _script(tmp_path / "bin" / "id", "echo 0")
    _script(tmp_path / "bin" / "apt-get", f'echo "$*" >>"{asked}"')
    done = _run(checkout, "setup", first=tmp_path / "bin", PYTHON=str(bare))
    assert done.returncode == 1 and "did not give" in done.stderr
    update, install = asked.read_text(encoding="utf-8").splitlines()
    assert update.endswith("update") and install.endswith("install python3.12-venv")


def _pretend_venv(checkout: Path, *, uv: str, python: str = f'exec "{sys.executable}" "$@"') -> None:
    _script(checkout / ".venv/bin/python", python)
    _script(checkout / ".venv/bin/uv", uv)
    (checkout / ".venv/pyvenv.cfg").write_text("version = 3.12.1\n", encoding="utf-8")


def test_a_mirror_known_only_to_pip_reaches_uv(checkout: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    _pretend_venv(checkout, uv=f'echo "$UV_DEFAULT_INDEX $UV_INDEX $UV_INSECURE_HOST" >"{seen}"')
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        "[global]\nindex-url = http://mirror.test/simple\ntrusted-host = mirror.test\n"
        "extra-index-url =\n    http://one.test/simple\n    http://two.test/simple\n",
        encoding="utf-8",
    )
    settings = str(configuration)
    done = _run(checkout, "setup", PIP_CONFIG_FILE=settings, UV_INDEX="", UV_DEFAULT_INDEX="")
    assert done.returncode == 0, done.stderr
    extras = "http://one.test/simple http://two.test/simple"
    assert seen.read_text(encoding="utf-8") == f"http://mirror.test/simple {extras} mirror.test\n"

    (checkout / ".venv/set-up").unlink()
    _run(checkout, "setup", PIP_CONFIG_FILE=settings, UV_INDEX="", UV_DEFAULT_INDEX="http://own.test/simple")
    assert seen.read_text(encoding="utf-8").startswith("http://own.test/simple ")


def test_where_uv_fails_pip_goes_on(checkout: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    _pretend_venv(checkout, uv="exit 2", python=f'echo "$*" >>"{seen}"')
    done = _run(checkout, "setup")
    assert done.returncode == 0 and "trying with pip" in done.stderr
    calls = seen.read_text(encoding="utf-8")
    assert "--require-hashes --no-deps -r requirements-dev.lock" in calls
    assert "--no-deps --no-build-isolation --editable ." in calls


def test_missing_system_packages_are_named_with_the_tests_that_are_left_out(
    checkout: Path, tmp_path: Path
) -> None:
    _pretend_venv(checkout, uv="exit 0", python='case "$*" in *pytest*) echo "$*" ;; esac')
    bin_ = tmp_path / "bin"
    _script(bin_ / "id", "echo 1000")
    _script(bin_ / "sudo", "exit 1")
    _script(bin_ / "dpkg-query", "printf 'ii dovecot-imapd\\nii libreoffice-writer\\nrc chromium\\n'")
    done = _run(checkout, "test", "-k", "a b", first=bin_)
    assert done.returncode == 0
    assert done.stdout.startswith("-m pytest ") and done.stdout.endswith(" -m not long -k a b\n")
    missing = "dovecot-lmtpd poppler-utils unar libreoffice-calc-nogui fonts-noto-cjk chromium"
    assert f"sudo apt-get update && sudo apt-get install {missing}\n" in done.stderr
    assert "the web pages in a browser" in done.stderr and "old Word" not in done.stderr


def test_root_gets_the_missing_system_packages_installed(checkout: Path, tmp_path: Path) -> None:
    _pretend_venv(checkout, uv="exit 0", python="exit 0")
    bin_, asked = tmp_path / "bin", tmp_path / "asked"
    _script(bin_ / "id", "echo 0")
    _script(bin_ / "dpkg-query", f'[ ! -f "{asked}" ] || cat "{asked}"')
    _script(
        bin_ / "apt-get",
        f'for word; do case $word in [a-z]*-* | chromium | unar) echo "ii $word" >>"{asked}" ;; esac; done',
    )
    done = _run(checkout, "test-long", first=bin_)
    assert done.returncode == 0
    assert "Installing system packages" in done.stderr and "left out" not in done.stderr


# --- A set-up in earnest


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_fresh_checkout_sets_itself_up_for_the_program_and_then_for_development(checkout: Path) -> None:
    python = str(Path(sys.executable).resolve())
    missing_program = _run(checkout, "demo", "--help", PYTHON=python)
    assert "Installing what requirements.lock names" in missing_program.stderr
    assert (checkout / ".venv/bin/reminder-service").exists()
    assert not (checkout / ".venv/bin/pytest").exists()

    done = _run(checkout, "setup")
    assert done.returncode == 0, done.stderr
    assert "Installing what requirements-dev.lock names" in done.stderr
    assert (checkout / ".venv/bin/pytest").exists()

    again = _run(checkout, "setup")
    assert (again.returncode, again.stderr) == (0, "")

    where = subprocess.run(
        [
            str(checkout / ".venv/bin/python"),
            "-c",
            "import reminder_service; print(reminder_service.__file__)",
        ],
        cwd="/",
        env={"PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(checkout / "src")


def test_a_wheel_carries_templates_and_configuration_but_nothing_of_the_office(
    checkout: Path, tmp_path: Path
) -> None:
    shutil.copy(CHECKOUT / ".gitignore", checkout / ".gitignore")
    for name in (
        "config/service.yaml",
        "config/data/reminder-service.db",
        "templates/mail/first.subject.txt",
    ):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("x", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    unpacked = tmp_path / "unpacked"
    shutil.unpack_archive(wheel, unpacked, "zip")
    package = unpacked / "reminder_service"
    assert (package / "logs.py").exists()
    assert (package / "data/config/service.yaml").exists()
    assert (package / "data/templates/mail/first.subject.txt").exists()
    assert not list(unpacked.rglob("*.db"))


# --- CI


@pytest.fixture
def leaving_out(tmp_path: Path) -> Path:
    """Tests that are left out in every way there is, under our guard."""
    shutil.copy(CHECKOUT / "tests" / "left_out.py", tmp_path / "conftest.py")
    (tmp_path / "test_inside.py").write_text(
        "import pytest\n"
        "def test_runs(): pass\n"
        "def test_by_call(): pytest.skip('no Dovecot here')\n"
        "@pytest.mark.skipif(True, reason='no Chromium here')\n"
        "def test_by_mark(): pass\n"
        "@pytest.mark.xfail(reason='known')\n"
        "def test_expected_failure(): assert False\n",
        encoding="utf-8",
    )
    (tmp_path / "test_whole.py").write_text(
        "import pytest\npytest.skip('no LibreOffice here', allow_module_level=True)\n", encoding="utf-8"
    )
    return tmp_path


def _pytest(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST_")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            "--rootdir",
            str(folder),
            str(folder),
        ],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_on_a_persons_machine_a_skipped_test_is_only_skipped(leaving_out: Path) -> None:
    done = _pytest(leaving_out)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 3 skipped, 1 xfailed" in done.stdout


def test_with_ci_a_skipped_test_fails_the_run_and_says_what_was_missing(leaving_out: Path) -> None:
    whole = _pytest(leaving_out, CI="true")
    assert whole.returncode != 0 and "no LibreOffice here" in whole.stdout
    (leaving_out / "test_whole.py").unlink()
    done = _pytest(leaving_out, CI="true")
    assert done.returncode == 1
    assert "no Dovecot here" in done.stdout and "no Chromium here" in done.stdout
    assert (
        re.search(r"\b1 passed", done.stdout)
        and "1 xfailed" in done.stdout
        and not re.search(r"[0-9] skipped", done.stdout)
    )
