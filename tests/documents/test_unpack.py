import io
import struct
import zipfile
from email.message import EmailMessage

import pytest
from document_makers import docx, paragraph, zipped

from reminder_service.documents import unpack as module
from reminder_service.documents.unpack import unpack

FORM = docx(paragraph("报表"))


def _found(data: bytes, name: str = "材料.zip") -> list[tuple[str, str, str | None]]:
    return [(one.archive_path, one.filename, one.problem and one.problem.code) for one in unpack(data, name)]


def test_a_file_that_is_no_archive_comes_back_as_it_is() -> None:
    (only,) = unpack(FORM, "报表.docx")
    assert (only.filename, only.archive_path, only.data, only.problem) == ("报表.docx", "", FORM, None)


def test_names_packed_by_windows_in_gbk_are_readable() -> None:
    data = zipped({"AAAA/BBBBBBBB.docx": FORM})
    for letters, name in ((b"AAAA", "民政"), (b"BBBBBBBB", "季度报表")):
        data = data.replace(letters, name.encode("gbk"))
    assert _found(data) == [("材料.zip/民政", "季度报表.docx", None)]


def test_names_packed_in_utf8_without_saying_so_are_readable() -> None:
    data = zipped({"AAAAAA.docx": FORM}).replace(b"AAAAAA", "报表".encode())
    assert _found(data) == [("材料.zip", "报表.docx", None)]


def test_archives_in_archives_are_opened_three_levels_deep_and_no_deeper() -> None:
    inner = zipped({"报表.docx": FORM})
    three = zipped({"二.zip": zipped({"三.zip": inner})})
    assert _found(three) == [("材料.zip/二.zip/三.zip", "报表.docx", None)]
    assert _found(zipped({"外.zip": three})) == [("材料.zip/外.zip/二.zip", "三.zip", "not_read")]


def test_litter_of_systems_is_not_taken_for_a_report() -> None:
    litter = {"__MACOSX/._报表.docx": b"x", "Thumbs.db": b"x", "~$报表.docx": b"x", "a/.DS_Store": b"x"}
    assert _found(zipped({**litter, "报表.docx": FORM})) == [("材料.zip", "报表.docx", None)]


def test_a_path_that_climbs_out_of_the_archive_loses_its_dots() -> None:
    assert _found(zipped({"../../etc/报表.docx": FORM})) == [("材料.zip/etc", "报表.docx", None)]


def test_a_password_is_the_archives_fault_and_open_files_beside_it_are_read() -> None:
    data = bytearray(zipped({"锁.docx": FORM, "开.docx": FORM}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert _found(bytes(data)) == [("", "材料.zip", "unreadable"), ("材料.zip", "开.docx", None)]
    assert "密码" in unpack(bytes(data), "材料.zip")[0].problem.detail


def test_a_torn_archive_is_unreadable() -> None:
    assert _found(zipped({"报表.docx": FORM})[:-40]) == [("", "材料.zip", "unreadable")]


def test_overlapping_entries_are_told_without_unpacking_them() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(200_000) + FORM * 10)
    data = target.getvalue()
    place = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[place:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 50, 50, len(entry) * 50, place, 0)
    assert _found(data[:place] + entry * 50 + tail) == [("", "材料.zip", "not_read")]


def test_an_archive_that_unpacks_to_too_much_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ARCHIVE_RATIO_FROM", 1_000_000)
    assert _found(zipped({"零": bytes(3_000_000)})) == [("", "材料.zip", "not_read")]


def test_too_many_files_stay_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _found(zipped({f"{number}.txt": "x" for number in range(300)}))
    assert found[-1] == ("", "材料.zip", "not_read")
    assert len(found) == 201


def test_the_attachments_of_a_forwarded_mail_are_found() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.cn", "b@example.cn", "转发"
    mail.set_content("见附件")
    mail.add_attachment(
        zipped({"报表.docx": FORM}), maintype="application", subtype="zip", filename="二季度.zip"
    )
    assert _found(mail.as_bytes(), "转发.eml") == [("转发.eml/二季度.zip", "报表.docx", None)]
