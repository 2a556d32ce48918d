"""The folder that a demo leaves: results for people, and ``sandbox/``, a configuration to try commands on."""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..config import Configuration, load
from ..domain.errors import OutsideError, WrongUsage
from ..resources import packaged_config
from . import people
from .servers import HOST, PASSWORD, USER

CAMPAIGN = "gaoqing-2024-women-children"
WORKBOOK = "汇总表_2024Q2.xlsx"
DIGEST, DIGEST_DUE = "日报.html", "日报_截止日.html"
REMINDER, RECEIPT = "催报.html", "回执.html"
STATUS = "status.json"
ORIGINALS = "来件"
_SANDBOX = "sandbox"
_MARK = ".reminder-service-demo"
_OURS = (WORKBOOK, DIGEST, DIGEST_DUE, REMINDER, RECEIPT, STATUS, ORIGINALS, _SANDBOX)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    """Where the demo works: ``output`` for people, ``directory`` as a ``--config`` directory."""

    output: Path
    directory: Path

    @property
    def contacts(self) -> Path:
        """The contacts as a csv file that `contacts import` takes."""
        return self.directory / "contacts.csv"

    def result(self, name: str) -> Path:
        """Return the path of a result."""
        return self.output / name


def sandbox_in(output: Path) -> Sandbox:
    """Return the sandbox that a demo made in a folder."""
    return Sandbox(output=output.absolute(), directory=output.absolute() / _SANDBOX)


def prepare(output: Path) -> Sandbox:
    """Make an empty sandbox; what an earlier demo left is replaced.

    :raises WrongUsage: when the folder holds anything that no demo made.
    :raises OutsideError: when it cannot be written.
    """
    output = output.absolute()
    if output.exists() and not output.is_dir():
        raise WrongUsage(f"{output}: is a file; name a folder with --output")
    try:
        _clear(output)
        output.mkdir(parents=True, exist_ok=True)
        (output / _MARK).write_text("Made by `reminder-service demo`, which may replace what it made here.\n")
        directory = output / _SANDBOX
        (directory / "campaigns").mkdir(parents=True)
        (directory / "data").mkdir(mode=0o700)
    except OSError as error:
        raise OutsideError(
            f"{error.filename or output}: cannot be written: {error.strerror or error}"
        ) from error
    return sandbox_in(output)


def configure(sandbox: Sandbox, *, imap_port: int, smtp_port: int) -> Configuration:
    """Write the sandbox's configuration, the packaged campaign with servers on loopback, and load it."""
    packaged = packaged_config()
    shutil.copyfile(
        packaged / "campaigns" / f"{CAMPAIGN}.yaml", sandbox.directory / "campaigns" / f"{CAMPAIGN}.yaml"
    )
    if (packaged / "calendar.yaml").exists():
        shutil.copyfile(packaged / "calendar.yaml", sandbox.directory / "calendar.yaml")
    text = _SERVICE.format(office=people.OFFICE, host=HOST, imap=imap_port, smtp=smtp_port, user=USER)
    (sandbox.directory / "service.yaml").write_text(text, encoding="utf-8")
    _write_contacts(sandbox.contacts)
    # Only what the demo sets: whatever an office keeps in its environment is none of the sandbox's business.
    return load(sandbox.directory, {"REMINDER_SERVICE_IMAP__PASSWORD": PASSWORD})


_SERVICE = """\
# 演示用配置。邮件服务器只在演示进行时存在；演示之后可以查看：
#   reminder-service --config {{这个目录}} status 2024Q2 --at 2024-07-09T16:30
#   reminder-service --config {{这个目录}} console --at 2024-07-09T16:30
schema: 1
office: {{name: 县妇儿工委办公室, phone: "6967116", address: {office}, digest_to: [{office}], timezone: Asia/Shanghai}}
imap: {{host: {host}, port: {imap}, security: none, username: {user}, folders: [INBOX], stale_after: 2h}}
smtp: {{host: {host}, port: {smtp}, security: none, rate: 600}}
store: {{url: "sqlite:///data/reminder-service.db", files: data/files}}
schedule: {{poll: 2m, digest: "16:30"}}
"""


def _write_contacts(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("单位", "责任科室", "责任人", "邮箱", "电话"))
        for person in people.PEOPLE:
            writer.writerow((person.unit, person.department, person.name, person.address, person.phone))


def _clear(output: Path) -> None:
    """Take away what an earlier demo made, and nothing else."""
    if not output.exists() or not any(output.iterdir()):
        return
    if not (output / _MARK).is_file():
        raise WrongUsage(
            f"{output}: is not empty and was not made by a demo; name an empty folder with --output"
        )
    for name in _OURS:
        path = output / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
