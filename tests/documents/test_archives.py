import os
import shutil
import sys
from pathlib import Path

import py7zr
import pytest
from container_makers import ole, rar, seven_zip, tnef
from document_makers import docx, paragraph, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_service.documents import openers
from reminder_service.documents import unpack as module
from reminder_service.documents.office import Damaged
from reminder_service.documents.read import read_bytes
from reminder_service.documents.refusals import NEEDS_PROGRAM
from reminder_service.documents.rtf_packed import unpacked
from reminder_service.documents.tnef import parts_of
from reminder_service.documents.unpack import unpack

FORM = docx(paragraph("报表"))
TABLE = "<table><tr><td>序号</td></tr></table>".encode()
needs_unar = pytest.mark.skipif(shutil.which("unar") is None, reason="unar is not installed")


def _found(data: bytes, name: str) -> list[tuple[str, str, str | None]]:
    return [(one.archive_path, one.filename, one.problem and one.problem.code) for one in unpack(data, name)]


def test_a_7z_archive_gives_its_files_with_folders_and_without_litter() -> None:
    data = seven_zip({"民政/季度报表.docx": FORM, "Thumbs.db": b"x"})
    (only,) = unpack(data, "材料.7z")
    assert (only.archive_path, only.filename, only.data) == ("材料.7z/民政", "季度报表.docx", FORM)


def test_archives_of_several_kinds_are_opened_in_one_another() -> None:
    data = zipped({"内.7z": seven_zip({"再内.zip": zipped({"报表.docx": FORM})})})
    assert _found(data, "外.zip") == [("外.zip/内.7z/再内.zip", "报表.docx", None)]


@pytest.mark.parametrize("hidden", [False, True], ids=["names open", "names hidden"])
def test_a_7z_archive_under_a_password_says_so(hidden: bool) -> None:
    data = seven_zip({"报表.docx": FORM}, "secret", hidden_names=hidden)
    (only,) = unpack(data, "材料.7z")
    assert (only.problem.code, "密码" in only.problem.detail) == ("unreadable", True)
    assert read_bytes(data, "材料.7z").problem == only.problem


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_torn_7z_archive_is_unreadable(share: float) -> None:
    data = seven_zip({"报表.docx": FORM})
    assert _found(data[: int(len(data) * share)], "材料.7z") == [("", "材料.7z", "unreadable")]


def test_a_7z_archive_that_unpacks_to_too_much_stays_closed() -> None:
    data = seven_zip({"零": bytes(30_000_000)})
    assert len(data) < 20_000
    assert _found(data, "材料.7z") == [("", "材料.7z", "not_read")]


def test_a_7z_archive_of_too_many_files_stays_closed() -> None:
    data = seven_zip({f"{number}.txt": b"x" for number in range(201)})
    assert _found(data, "材料.7z") == [("", "材料.7z", "not_read")]


def test_a_path_that_climbs_out_of_a_7z_archive_names_nothing_outside(tmp_path: Path) -> None:
    data = seven_zip({"aa/bb/报表.docx": FORM})
    assert not any(".." in one.archive_path for one in unpack(data, "材料.7z"))


def test_without_unar_a_rar_archive_waits_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (only,) = unpack(rar({"报表.docx": FORM}), "材料.rar")
    assert only.problem in NEEDS_PROGRAM
    assert "unar" in only.problem.detail
    assert read_bytes(only.data, "材料.rar").problem == only.problem


@needs_unar
def test_a_rar_archive_gives_its_files_with_readable_names() -> None:
    names = {f"第{number}季度妇女儿童办实事工作进展情况报表.docx": FORM for number in "一二"}
    assert _found(rar(names), "材料.rar") == [("材料.rar", name, None) for name in names]


@needs_unar
def test_a_rar_archive_under_a_password_says_so_and_open_files_beside_it_are_read() -> None:
    data = rar({"锁.docx": FORM, "开.docx": FORM}, locked=["锁.docx"])
    assert _found(data, "材料.rar") == [("材料.rar", "开.docx", None), ("", "材料.rar", "unreadable")]


@needs_unar
@pytest.mark.parametrize(
    "data",
    [
        b"Rar!\x1a\x07\x00\x00\x00\x73\x80\x00" + bytes(60),
        b"Rar!\x1a\x07\x01\x00" + bytes(4) + b"\x21\x04" + bytes(60),
    ],
    ids=["version 4", "version 5"],
)
def test_a_rar_archive_whose_names_are_under_a_password_says_so(data: bytes) -> None:
    (only,) = unpack(data, "材料.rar")
    assert "密码" in only.problem.detail


@needs_unar
def test_a_torn_rar_archive_is_unreadable() -> None:
    data = rar({"一.docx": FORM, "二.docx": FORM})
    assert ("", "材料.rar", "unreadable") in _found(data[:-200], "材料.rar")
    assert _found(b"Rar!\x1a\x07\x01\x00" + bytes(50), "材料.rar") == [("", "材料.rar", "unreadable")]


def test_an_opener_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        openers, "module", lambda *words: [sys.executable, "-c", "import time; time.sleep(1000)"]
    )
    monkeypatch.setattr(openers.opened, "__kwdefaults__", {"seconds": 0.5})
    (only,) = unpack(seven_zip({"报表.docx": FORM}), "材料.7z")
    assert (only.problem.code, "超时" in only.problem.detail) == ("not_read", True)


def test_an_opener_gets_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMINDER_SERVICE_IMAP__PASSWORD", "hush-hush")
    shown = [
        sys.executable,
        "-c",
        "import os, json; print(json.dumps({'ended': 'done', 'env': str(os.environ)}))",
    ]
    monkeypatch.setattr(openers, "module", lambda *words: shown)
    answers: list[bytes] = []
    real = openers._parsed
    monkeypatch.setattr(openers, "_parsed", lambda answer: (answers.append(answer), real(answer))[1])
    unpack(seven_zip({"报表.docx": FORM}), "材料.7z")
    assert answers and b"hush-hush" not in answers[0] and "PATH" in os.environ


def _msg(name: str = "季度报表.docx") -> bytes:
    def attached(title: str, **more: bytes) -> dict[str, bytes]:
        wide = (title + "\x00" * 2048).encode("utf-16-le")
        return {"__substg1.0_3707001F": wide, **more}

    inner = {
        "__properties_version1.0": b"x",
        "__attach_version1.0_#00000000": attached("二.docx", **{"__substg1.0_37010102": FORM.ljust(5000)}),
    }
    return ole(
        {
            "__properties_version1.0": b"x",
            "__substg1.0_10130102": TABLE,
            "__attach_version1.0_#00000000": attached(name, **{"__substg1.0_37010102": FORM.ljust(5000)}),
            "__attach_version1.0_#00000001": {
                **attached("转发"),
                "__substg1.0_3701000D": inner,
            },
        }
    )


def test_an_outlook_mail_gives_its_attachments_its_table_and_those_of_mails_in_it() -> None:
    assert _found(_msg(), "报送.msg") == [
        ("报送.msg", "邮件正文.html", None),
        ("报送.msg", "季度报表.docx", None),
        ("报送.msg/转发", "二.docx", None),
    ]


def test_an_attachment_that_climbs_out_loses_its_dots() -> None:
    assert ("报送.msg/etc", "报表.docx", None) in _found(_msg("../../etc/报表.docx"), "报送.msg")


def test_a_torn_outlook_mail_is_unreadable() -> None:
    assert _found(_msg()[:600], "报送.msg") == [("", "报送.msg", "unreadable")]


def test_winmail_dat_gives_its_attachments_under_their_long_names() -> None:
    data = tnef({"季度报表.docx": FORM, "附表.xlsx": b"x"}, html=TABLE)
    assert _found(data, "winmail.dat") == [
        ("winmail.dat", "邮件正文.html", None),
        ("winmail.dat", "季度报表.docx", None),
        ("winmail.dat", "附表.xlsx", None),
    ]
    assert unpack(data, "winmail.dat")[1].data == FORM


def test_what_is_whole_of_a_torn_winmail_dat_is_kept() -> None:
    data = tnef({"一.docx": FORM, "二.docx": FORM})
    assert _found(data[: len(data) * 3 // 5], "winmail.dat")[0] == ("winmail.dat", "一.docx", None)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_winmail_dat(data: bytes) -> None:
    parts_of(b"\x78\x9f\x3e\x22\x01\x00" + data)


@given(st.binary(max_size=200), st.sampled_from([b"LZFu", b"MELA"]))
def test_no_bytes_break_the_unpacking_of_a_mails_text(data: bytes, mark: bytes) -> None:
    assert len(unpacked(len(data).to_bytes(4, "little") + b"\x00\x01\x00\x00" + mark + bytes(4) + data)) < 300


def test_the_example_of_the_standard_unpacks() -> None:
    # MS-OXRTFCP, 4.1.1
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    with pytest.raises(Damaged):
        unpacked(b"short")


@settings(max_examples=5, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_opening_of_an_archive(data: bytes) -> None:
    for magic in (b"7z\xbc\xaf\x27\x1c\x00\x04", b"\x78\x9f\x3e\x22\x01\x00"):
        found = unpack(magic + data, "x")
        assert all(one.problem or one.data is not None for one in found)


def test_7z_methods_of_usual_programs_are_known() -> None:
    import io

    for method in (
        py7zr.FILTER_LZMA,
        py7zr.FILTER_LZMA2,
        py7zr.FILTER_BZIP2,
        py7zr.FILTER_PPMD,
        py7zr.FILTER_ZSTD,
    ):
        target = io.BytesIO()
        options = {"id": method} | ({"order": 6, "mem": 24} if method == py7zr.FILTER_PPMD else {})
        options |= {"level": 3} if method == py7zr.FILTER_ZSTD else {}
        with py7zr.SevenZipFile(target, "w", filters=[options]) as archive:
            archive.writestr(FORM, "报表.docx")
        assert [one.problem for one in module.unpack(target.getvalue(), "材料.7z")] == [None]
