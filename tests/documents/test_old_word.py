"""Old Word files and OpenDocument texts, with LibreOffice, with a broken one, and without."""

import http.server
import io
import os
import threading
import time
import zipfile
from pathlib import Path

import pytest
from document_makers import sample, zipped

from reminder_service.documents import libreoffice, word
from reminder_service.documents.libreoffice import converted, find_office
from reminder_service.documents.office import Damaged
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import Reader
from reminder_service.documents.refusals import NEEDS_PROGRAM
from reminder_service.documents.sandbox import Died, Hung

needs_office = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
RTF = b"{\\rtf1\\ansi x}"


def _fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _is_alive(pid)


def test_without_libreoffice_the_file_waits_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for data, name in (
        (sample("D_vmerge.doc"), "报表.wps"),
        (RTF, "报表.rtf"),
        (sample("D_vmerge.odt"), "报表.odt"),
    ):
        problem = read_bytes(data, name).problem
        assert problem in NEEDS_PROGRAM
        assert (problem.code, "LibreOffice" in problem.detail) == ("not_read", True)


def test_a_libreoffice_without_writer_is_not_taken_for_a_torn_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_office(tmp_path, "exit 0", monkeypatch)
    for part in ("soffice.bin", "libsclo.so"):
        (tmp_path / "bin" / part).touch()
    assert (find_office("docx"), find_office("xlsx")) == (None, str(tmp_path / "bin" / "soffice"))
    assert read_bytes(RTF, "报表.rtf").problem in NEEDS_PROGRAM


def test_libreoffice_that_hangs_is_killed_with_all_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_office(tmp_path, f"sleep 1000 & echo $! > {tmp_path}/pid; wait", monkeypatch)
    with pytest.raises(Hung):
        converted(RTF, word.way_of(RTF), seconds=1)
    assert _gone(int((tmp_path / "pid").read_text("utf-8")))


def test_a_reader_whose_time_is_over_leaves_no_libreoffice_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_office(tmp_path, f"sleep 1000 & echo $! > {tmp_path}/pid; wait", monkeypatch)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = tmp_path / "报表.rtf"
    path.write_bytes(RTF)
    with Reader(seconds=4) as reader:
        assert "超时" in reader.read(path, "报表.rtf").problem.detail
        assert _gone(int((tmp_path / "pid").read_text("utf-8")))
    assert not list(tmp_path.glob("office-*"))


def test_libreoffice_that_crashes_or_makes_nothing_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_office(tmp_path, "exit ${CODE:-0}", monkeypatch)
    with pytest.raises(Damaged):
        converted(RTF, word.way_of(RTF))
    (tmp_path / "bin" / "soffice").write_text("#!/bin/sh\nkill -9 $$\n", "utf-8")
    with pytest.raises(Died):
        converted(RTF, word.way_of(RTF))
    assert read_bytes(RTF, "报表.rtf").problem.code == "not_read"


def test_a_converted_file_that_is_too_large_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "MAX_FILE_BYTES", 10)
    _fake_office(
        tmp_path,
        'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; seq 99 > "$2/$(basename "$3" .rtf).docx"',
        monkeypatch,
    )
    assert "过大" in word.read_doc(RTF, "报表.rtf").problem.detail


@needs_office
@pytest.mark.parametrize("name", ["D_vmerge.doc", "D_vmerge.odt"])
def test_a_torn_old_word_file_is_unreadable(name: str) -> None:
    assert read_bytes(sample(name)[:3000], name).problem.code == "unreadable"


def test_an_old_word_file_under_a_password_says_so() -> None:
    data = bytearray(sample("D_vmerge.doc"))
    # The file information block is the first thing in the stream WordDocument and begins with its mark.
    data[data.index(b"\xec\xa5") + 11] |= 1
    reading = read_bytes(bytes(data), "报表.doc")
    assert (reading.problem.code, "密码" in reading.problem.detail) == ("unreadable", True)


def test_an_opendocument_text_under_a_password_says_so() -> None:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "x",
        "META-INF/manifest.xml": "<manifest:encryption-data/>",
    }
    assert "密码" in read_bytes(zipped(parts), "报表.odt").problem.detail


def _odt_with_picture_at(address: str) -> bytes:
    size = 'svg:width="2cm" svg:height="2cm" text:anchor-type="as-char"'
    image = (
        f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
    )
    shown = f"<text:p><draw:frame {size}>{image}</draw:frame></text:p></office:text>"
    with zipfile.ZipFile(io.BytesIO(sample("D_vmerge.odt"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</office:text>", shown.encode())
    return zipped(parts)


@needs_office
def test_nothing_that_a_document_names_is_fetched() -> None:
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name is the library's
            asked.append(self.path)
            self.send_error(404)

        do_OPTIONS = do_HEAD = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/seen.png"
        reading = read_bytes(_odt_with_picture_at(address), "报表.odt")
        server.shutdown()
    assert reading.problem is None
    assert reading.tables
    assert asked == []
