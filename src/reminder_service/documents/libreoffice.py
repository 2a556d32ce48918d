"""LibreOffice as a program beside us: old formats to those that are read here, and any of them to pages."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from .limits import MAX_FILE_BYTES, OFFICE_SECONDS
from .office import Damaged, TooLarge
from .sandbox import bare_environment, run

_PROGRAMS = ("soffice", "libreoffice")
_LIBRARIES = {"docx": "libswlo.so", "xlsx": "libsclo.so", "pdf": "libpdffilterlo.so"}

# Nothing a document names is fetched (a proxy where nobody listens), no macro runs, no link is updated.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop></item>
</oor:items>
"""  # noqa: E501 - a setting a line, as LibreOffice writes them


class NotInstalled(Exception):
    """There is no LibreOffice on this machine, or not the part of it that is needed."""


def find_office(to: str = "docx") -> str | None:
    """Return the path of LibreOffice, or None where it or its part for a format is not installed.

    :param to: ending of the format that it shall write: ``docx`` (Writer), ``xlsx`` (Calc) or ``pdf``.
    """
    program = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    return program if program and _has_part(program, _LIBRARIES[to]) else None


def _has_part(program: str, library: str) -> bool:
    """Distributions part Writer from Calc; without the one in question nothing comes out, as of a torn file."""
    folder = Path(program).resolve().parent
    return not (folder / "soffice.bin").exists() or (folder / library).exists()


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How LibreOffice is to read a content and what it is to write.

    :param suffix: ending that goes with the content, without the dot.
    :param to: ending of the wanted format, ``docx``, ``xlsx`` or ``pdf``.
    :param infilter: name of LibreOffice's filter for the content; without it LibreOffice looks for itself.
    :param options: name of the filter that writes, and its settings; such a file is never converted ahead.
    """

    suffix: str
    to: str
    infilter: str = ""
    options: str = ""

    @property
    def wanted(self) -> str:
        """What LibreOffice is to write, as it is told."""
        return f"{self.to}:{self.options}" if self.options else self.to


converted_ahead: ContextVar[Path | None] = ContextVar("converted_ahead", default=None)
"""The folder of what :func:`convert_together` made, by the SHA-256 of what it was made of."""


def converted(data: bytes, way: Way, *, seconds: float = OFFICE_SECONDS) -> bytes:
    """Return a file in another format; what was converted ahead is taken, and taken once.

    :raises NotInstalled: when there is no LibreOffice.
    :raises Damaged: when LibreOffice cannot open the file.
    :raises TooLarge: when what it makes of the file exceeds the limit.
    :raises Hung: when the time is over; LibreOffice is then killed with all its processes.
    :raises Died: when it crashes.
    """
    ahead, name = converted_ahead.get(), hashlib.sha256(data).hexdigest()
    made = ahead / f"{name}.{way.to}" if ahead else None
    if made and made.is_file():
        try:
            return _result(made)
        finally:
            made.unlink()
    with _workplace() as place:
        _convert(place, {name: data}, way, seconds)
        return _result(place / "out" / f"{name}.{way.to}")


def convert_together(files: Mapping[str, bytes], way: Way, into: Path, *, seconds: float) -> None:
    """Convert several files with one call: most of a call's time is LibreOffice's start.

    What it could not open is simply not there; whoever asks for it alone hears why.

    :param files: their contents by SHA-256.
    :param into: the folder in which :func:`converted` will look.
    :raises NotInstalled: when there is no LibreOffice.
    :raises Hung: when the time is over; then nothing is kept, for it may be half written.
    :raises Died: when it crashes; as above.
    """
    with _workplace() as place:
        _convert(place, files, way, seconds)
        for name in files:
            made = place / "out" / f"{name}.{way.to}"
            if made.is_file():
                shutil.move(made, into / made.name)


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _convert(place: Path, files: Mapping[str, bytes], way: Way, seconds: float) -> None:
    program = find_office(way.to)
    if program is None:
        raise NotInstalled("soffice is not on the PATH")
    (place / "in").mkdir()
    sources = [place / "in" / f"{name}.{way.suffix}" for name in files]
    for source, data in zip(sources, files.values(), strict=True):
        source.write_bytes(data)
    (place / "profile" / "user").mkdir(parents=True)
    (place / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    # A profile of its own: two at once on one profile, and every second call fails.
    command = [program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"]
    command += [f"--infilter={way.infilter}"] if way.infilter else []
    command += ["--convert-to", way.wanted, "--outdir", str(place / "out"), *map(str, sources)]
    environment = bare_environment() | {"HOME": str(place), "TMPDIR": str(place)}
    run(command, seconds=seconds, environment=environment, writes=True, at=place)


def _result(path: Path) -> bytes:
    if not path.is_file():  # it says so on standard error, and ends as if all were well
        raise Damaged("LibreOffice made nothing of it")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TooLarge(path.name)
    return path.read_bytes()
