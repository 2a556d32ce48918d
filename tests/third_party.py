"""Which libraries the locks bring, under which licence and why; writes ``docs/third-party.md``.

``./run lock`` runs it; alone: ``.venv/bin/python tests/third_party.py``. It reads the metadata of what is
installed, so the development lock has to be installed.
"""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DOCUMENT = CHECKOUT / "docs" / "third-party.md"
RUNTIME_LOCK = CHECKOUT / "requirements.lock"
DEVELOPMENT_LOCK = CHECKOUT / "requirements-dev.lock"
OURSELVES = "reminder-service"

# What pyproject.toml names must say here what it is for; the rest comes with these and says so by itself.
PURPOSES = {
    "aiosmtpd": "SMTP server of the demo and of tests",
    "alembic": "migrations of the store",
    "apprise": "alarms by chat and other services (extra `notify`)",
    "apscheduler": "wakes the jobs of `run`",
    "authlib": "single sign-on by OIDC (extra `oidc`)",
    "chinesecalendar": "statutory workdays with 调休",
    "cn2an": "Chinese numerals",
    "css-inline": "styles of HTML mails",
    "defusedxml": "XML from outside without entity bombs",
    "dnspython": "`doctor` asks for SPF, DKIM and DMARC",
    "docxtpl": "official forms from a Word template that the office can edit",
    "editables": "installs the checkout",
    "fastapi": "the console and its API",
    "hatchling": "builds the package, installs the checkout",
    "httpx": "OIDC (extra `oidc`) and tests of the console",
    "hypothesis": "property tests",
    "icalendar": "calendar files of due dates",
    "imap-tools": "IMAP connection and folders",
    "import-linter": "keeps imports pointing one way",
    "jinja2": "templates of mails and pages",
    "joserfc": "checks the tokens of single sign-on (extra `oidc`)",
    "lxml": "reads docx and HTML",
    "lxml-stubs": "types of lxml for mypy",
    "mypy": "type check",
    "numpy": "pictures as arrays",
    "olefile": "old Office files and .msg: streams and properties",
    "onnxruntime": "runs the models of text recognition",
    "opencv-python-headless": "ruled lines, seals and straightening of scans",
    "openpyxl": "writes and reads xlsx",
    "pdfplumber": "text and tables of native PDFs",
    "pi-heif": "HEIC photos (decoding only: the wheels of pillow-heif bring the GPL encoder x265)",
    "pillow": "pictures",
    "playwright": "drives Chromium in tests of the console",
    "prometheus-client": "`/metrics`",
    "pwdlib": "hashes of console passwords (argon2)",
    "py7zr": "opens 7z archives",
    "pydantic": "models of the configuration",
    "pyhanko": "verifies digital signatures of PDFs",
    "pymap": "IMAP server of the demo and of tests",
    "pytest": "runs the tests",
    "pytest-timeout": "ends a test that hangs",
    "pytest-xdist": "tests on several cores",
    "python-calamine": "reads xlsx and xls",
    "python-docx": "writes docx",
    "python-multipart": "uploads in the console",
    "rapidfuzz": "names that are nearly alike",
    "rapidocr": "text recognition, its models in the wheel",
    "rich": "tables and progress on a terminal",
    "ruamel-yaml": "YAML with positions for error messages",
    "ruff": "format and lint",
    "segno": "writes QR codes",
    "sqlalchemy": "the store",
    "structlog": "form and masking of logs",
    "time-machine": "moves the clock in tests",
    "typer": "command line",
    "types-defusedxml": "types of defusedxml for mypy",
    "typst": "writes PDFs with embedded fonts",
    "tzdata": "time zones where the system has none",
    "uv": "installs and locks packages quickly",
    "uvicorn": "serves the console",
    "zxing-cpp": "reads QR codes",
}

VENDOR_FOLDER = CHECKOUT / "src" / "reminder_service" / "console" / "static" / "vendor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vendored:
    """A file for browsers that stands in the package as it was published; its licence stands beside it."""

    name: str
    version: str
    licence: str
    purpose: str
    file: str
    sha256: str


# From the npm registry, minified by their authors.
VENDORED = (
    Vendored(
        name="htmx.org",
        version="2.0.11",
        licence="0BSD",
        purpose="pages of the console change in part, without a script of their own",
        file="htmx-2.0.11.min.js",
        sha256="d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    ),
    Vendored(
        name="htmx-ext-sse",
        version="2.2.4",
        licence="0BSD",
        purpose="pages of the console learn that something changed",
        file="htmx-ext-sse-2.2.4.min.js",
        sha256="98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136",
    ),
    Vendored(
        name="@picocss/pico",
        version="2.1.1",
        licence="MIT",
        purpose="how the console looks",
        file="pico-2.1.1.min.css",
        sha256="fbc9a63fc9fc9f72d12fd7fc9806e11fa9f77ae4f9cad146b27003a1119ba3db",
    ),
)

# Where metadata cannot be asked: not installed on Linux, or silent. Each read in the library's own LICENSE.
KNOWN_LICENCES = {
    "brotlicffi": "MIT",  # PyPy only
    "colorama": "BSD-3-Clause",  # Windows only
}

_SPDX_OF_CLASSIFIER = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_NO_LICENCE = {"DFSG approved", "OSI Approved"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """One locked library: why it is there, whether the program or only its development needs it."""

    name: str
    licence: str
    runtime: bool
    purpose: str


def locked(lock: Path) -> dict[str, tuple[str, ...]]:
    """Read a lock: each library's name with the names of those that need it."""
    needed_by: dict[str, list[str]] = {}
    name = ""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==", line):
            name = match[1].lower()
            needed_by[name] = []
        elif match := re.match(r"    #(?: via| {2,})\s*([a-z0-9][a-z0-9._-]*)", line):
            needed_by[name].append(match[1])
    return {name: tuple(dict.fromkeys(users)) for name, users in needed_by.items()}


def licence_of(name: str) -> str:
    """Say under which licence a library stands: its expression, else its classifiers, else its short text.

    :raises LookupError: if the metadata says nothing and the table of known licences neither.
    """
    if name in KNOWN_LICENCES:
        return KNOWN_LICENCES[name]
    try:
        facts = metadata(name)
    except PackageNotFoundError as error:
        raise LookupError(
            f"{name} is locked but not installed; name its licence in KNOWN_LICENCES"
        ) from error
    if expression := facts.get_all("License-Expression"):
        return str(expression[0])
    classified = [
        str(line).rsplit(" :: ", 1)[1]
        for line in facts.get_all("Classifier") or ()
        if line.startswith("License :: ")
    ]
    if specific := [_SPDX_OF_CLASSIFIER.get(line, line) for line in classified if line not in _NO_LICENCE]:
        return " AND ".join(sorted(specific))
    text = str((facts.get_all("License") or [""])[0]).strip().partition("\n")[0]
    if text and len(text) <= 60:
        return text
    raise LookupError(
        f"{name} names no licence in its metadata; read its LICENSE and add it to KNOWN_LICENCES"
    )


def is_forbidden(licence: str) -> bool:
    """Tell whether a licence binds the program to the GPL or AGPL. The LGPL does not, nor does a choice."""

    def copyleft(text: str) -> bool:
        return bool(
            re.search(r"\bA?GPL|Affero|(?<!Lesser )(?<!Library )General Public License", text, re.IGNORECASE)
        )

    return all(copyleft(choice) for choice in re.split(r"\s+OR\s+", licence.strip("() ")))


def libraries() -> list[Library]:
    """List every locked library.

    :raises LookupError: if a licence or a purpose is unknown.
    """
    runtime = locked(RUNTIME_LOCK)
    everything = locked(DEVELOPMENT_LOCK)
    return [
        Library(name=name, licence=licence_of(name), runtime=name in runtime, purpose=_purpose(name, users))
        for name, users in sorted(everything.items())
    ]


def _purpose(name: str, users: tuple[str, ...]) -> str:
    if name in PURPOSES:
        return PURPOSES[name]
    if not users or OURSELVES in users:
        raise LookupError(f"{name} stands in pyproject.toml; say in PURPOSES what it is for")
    return f"needed by {', '.join(users)}"


def document() -> str:
    """Compose ``docs/third-party.md``."""
    found = libraries()
    return "\n".join(
        [
            "# Third-party software",
            "",
            "Written by `tests/third_party.py` (`./run lock` runs it). A test fails where it differs from",
            "the locks, and where a library under the GPL or AGPL is locked. The licences are those that the",
            "libraries name in their metadata.",
            "",
            "## In the program and its demo (`requirements.lock`)",
            "",
            *_table([library for library in found if library.runtime]),
            "",
            "## For development only (`requirements-dev.lock` has these as well)",
            "",
            *_table([library for library in found if not library.runtime]),
            "",
            "## For browsers, in the package (`console/static/vendor`), with their licences beside them",
            "",
            *_table(
                [
                    Library(
                        name=f"{one.name} {one.version}",
                        licence=one.licence,
                        runtime=True,
                        purpose=one.purpose,
                    )
                    for one in VENDORED
                ]
            ),
            "",
            "## Programs that are called, not linked",
            "",
            "The tests call programs of the system where they are installed: Dovecot, poppler-utils,",
            "LibreOffice and Chromium. They run as processes of their own, and nothing of them is shipped.",
            "The tests look at pages with axe-core 4.14.1 (MPL-2.0, `tests/vendor/axe-core`, unchanged);",
            "it is not in the package.",
            "",
        ]
    )


def _table(rows: list[Library]) -> list[str]:
    head = ["| library | licence | for |", "| --- | --- | --- |"]
    return head + [f"| {row.name} | {row.licence} | {row.purpose} |" for row in rows]


if __name__ == "__main__":
    try:
        DOCUMENT.write_text(document(), encoding="utf-8")
    except LookupError as error:
        sys.exit(str(error))
