import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_makers import FORMS, docx, paragraph, sample, zipped
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import Reader, ReaderClosed, reading_from_json, reading_to_json
from reminder_service.documents.unpack import unpack
from reminder_service.domain import documents as d


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "报表.docx"
    path.write_bytes(docx(paragraph("情况报表")))
    return path


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def test_the_child_reads_what_the_process_itself_would(reader: Reader) -> None:
    for name in ("D_vmerge.docx", "D_vmerge.xlsx", "D_vmerge.pdf"):
        assert reader.read(FORMS / name, "报送.bin") == read_bytes(sample(name), "报送.bin")


def test_no_child_is_started_before_it_is_needed(form: Path) -> None:
    with Reader() as reader:
        assert reader.pid is None
        reader.read(form, "报表.docx")
        assert reader.pid is not None
    assert reader.pid is None


def test_a_child_that_hangs_costs_only_its_file(form: Path) -> None:
    with Reader(seconds=30) as reader:
        reader.read(form, "报表.docx")
        os.kill(reader.pid, signal.SIGSTOP)
        reader._seconds = 0.2
        hung = reader.read(form, "报表.docx")
        reader._seconds = 30
        assert (hung.problem.code, "超时" in hung.problem.detail) == ("not_read", True)
        assert (hung.kind, hung.document) == (d.Kind.DOCX, hashlib.sha256(form.read_bytes()).hexdigest())
        assert reader.read(form, "报表.docx").text == "情况报表"


def test_a_child_that_is_killed_costs_only_its_file(form: Path, reader: Reader) -> None:
    reader.read(form, "报表.docx")
    pid = reader.pid
    os.kill(pid, signal.SIGSTOP)
    results: list[d.Reading] = []
    thread = threading.Thread(target=lambda: results.append(reader.read(form, "报表.docx")))
    thread.start()
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    thread.join(30)
    assert results[0].problem.code == "not_read"
    assert reader.read(form, "报表.docx").text == "情况报表"


def test_a_child_that_died_between_two_files_costs_nothing(form: Path, reader: Reader) -> None:
    reader.read(form, "报表.docx")
    os.kill(reader.pid, signal.SIGKILL)
    os.waitid(os.P_PID, reader.pid, os.WEXITED | os.WNOWAIT)
    assert reader.read(form, "报表.docx").text == "情况报表"


def test_a_child_is_replaced_after_its_number_of_files(form: Path) -> None:
    with Reader(files_per_child=2) as reader:
        pids = []
        for _ in range(3):
            reader.read(form, "报表.docx")
            pids.append(reader.pid)
    assert pids[0] == pids[1] != pids[2]


def test_a_file_that_takes_all_memory_is_not_read(tmp_path: Path, reader: Reader) -> None:
    # 16384 columns by a million rows: an honest sheet of two cells whose dense range no machine holds.
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "甲", "乙"
    target = io.BytesIO()
    book.save(target)
    path = tmp_path / "大.xlsx"
    path.write_bytes(target.getvalue())
    problem = reader.read(path, "大.xlsx").problem
    assert problem.code == "not_read"


def test_a_missing_file_is_an_error_of_the_caller(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(FileNotFoundError):
        reader.read(tmp_path / "无.docx", "无.docx")


def test_the_process_that_opens_strangers_files_gets_no_password(
    form: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMINDER_SERVICE_IMAP__PASSWORD", "hush-hush")
    reader.read(form, "报表.docx")
    assert b"hush-hush" not in Path(f"/proc/{reader.pid}/environ").read_bytes()


_texts = st.text(max_size=8)
_numbers = st.floats(allow_nan=False, allow_infinity=False)
_boxes = st.none() | st.tuples(_numbers, _numbers, _numbers, _numbers)
_sure = st.none() | _numbers
_doubts = st.builds(d.Doubt, text=_texts, confidence=_numbers)
_cells = st.builds(
    d.Cell,
    text=_texts,
    box=_boxes,
    confidence=_sure,
    figures_confidence=_sure,
    doubts=st.lists(_doubts, max_size=2).map(tuple),
)
_rows = st.builds(
    d.Row,
    page=st.integers(1, 9),
    number=st.integers(1, 9),
    cells=st.lists(_cells, max_size=3).map(tuple),
    merged=st.frozensets(st.integers(0, 9), max_size=3),
)
_tables = st.builds(
    d.Table, page=st.integers(1, 9), rows=st.lists(_rows, max_size=2).map(tuple), above=_texts, below=_texts
)
_seals = st.builds(d.Seal, box=_boxes, score=_numbers, text=_texts, verdict=_texts)
_pages = st.builds(
    d.Page,
    number=st.integers(1, 9),
    width=_numbers,
    height=_numbers,
    rotation=st.sampled_from([0, 90, 180, 270]),
    has_text=st.booleans(),
    pictures=st.integers(0, 9),
    recognised=st.booleans(),
    seals=st.lists(_seals, max_size=2).map(tuple),
    codes=st.lists(_texts, max_size=2).map(tuple),
)
_codes = st.none() | st.builds(
    d.FormCode,
    campaign=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    period=st.sampled_from(["2024Q2", "2024M05T1", "2024-05-23"]),
    unit_code=st.from_regex(r"[0-9]{2,6}", fullmatch=True),
)
_readings = st.builds(
    d.Reading,
    document=_texts,
    filename=_texts,
    kind=st.sampled_from(d.Kind),
    pages=st.lists(_pages, max_size=2).map(tuple),
    tables=st.lists(_tables, max_size=2).map(tuple),
    text=_texts,
    code=_codes,
    own=st.booleans(),
    red_picture=st.booleans(),
    signed=st.booleans(),
    problem=st.none() | st.builds(d.Problem, code=_texts, detail=_texts),
)


@given(_readings)
def test_a_reading_survives_the_way_through_json_exactly(reading: d.Reading) -> None:
    import json

    assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "PK\x03\x04", "%PDF-1.4\n", "From: a\nTo: b\nDate: c\n\n"]),
)
def test_no_bytes_make_the_reading_itself_fail(data: bytes, magic: str) -> None:
    reading = read_bytes(magic.encode("latin-1") + data, "x.docx")
    assert reading.problem is not None


def _apart(reader: Reader, data: bytes, name: str) -> list[tuple[str, str, bytes]]:
    return [(one.archive_path, one.filename, one.data) for one in reader.unpack(data, name)]


def test_an_archive_is_taken_apart_by_the_child_level_by_level(reader: Reader) -> None:
    inner = zipped({"照片.txt": b"in", "报表.docx": docx(paragraph("x"))})
    data = zipped({"材料/内.zip": inner, "说明.txt": b"out"})
    assert _apart(reader, data, "材料.zip") == [
        (one.archive_path, one.filename, one.data) for one in unpack(data, "材料.zip")
    ]


def test_what_is_no_archive_comes_back_without_a_child(reader: Reader) -> None:
    assert _apart(reader, b"%PDF-1.4 ...", "a.zip") == [("", "a.zip", b"%PDF-1.4 ...")]
    assert reader.pid is None


def test_an_archive_that_stays_closed_comes_back_whole_with_the_reason(reader: Reader) -> None:
    torn = zipped({"a.txt": b"x" * 5000})[:60]
    (only,) = reader.unpack(torn, "材料.zip")
    assert (only.data, only.problem and only.problem.code) == (torn, "unreadable")


def test_an_archive_that_hangs_the_child_stands_for_itself(reader: Reader, form: Path) -> None:
    reader.read(form, "报表.docx")
    os.kill(reader.pid, signal.SIGSTOP)
    reader._unpack_seconds = 0.2
    data = zipped({"a.txt": b"x"})
    assert _apart(reader, data, "材料.zip") == [("", "材料.zip", data)]
    reader._unpack_seconds = 30
    assert [name for _, name, _ in _apart(reader, data, "材料.zip")] == ["a.txt"]


def test_an_archive_that_takes_all_memory_costs_the_child_and_not_the_service(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminder_service.documents.reader.module", lambda name: _with_little_memory())
    data = zipped({f"{number}.txt": b"x" for number in range(3)}) + bytes(30_000_000)
    assert [name for _, name, _ in _apart(reader, data, "材料.zip")] == ["材料.zip"]


def _with_little_memory() -> list[str]:
    code = (
        "import resource; from reminder_service.documents import child, sandbox; "
        "import reminder_service.documents.unpack; "
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize(); "
        "sandbox.MEMORY_BYTES = used + 8_000_000; child.main()"
    )
    return [sys.executable, "-c", code]


def test_a_reader_that_is_closed_at_work_blames_no_file(form: Path, reader: Reader) -> None:
    reader.read(form, "报表.docx")
    os.kill(reader.pid, signal.SIGSTOP)
    raised: list[BaseException] = []

    def read() -> None:
        try:
            reader.read(form, "报表.docx")
        except ReaderClosed as error:
            raised.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.2)
    reader.close()
    thread.join(30)
    assert len(raised) == 1


def test_the_child_tells_which_page_it_reads(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Reader(on_page=lambda page, pages: told.append((page, pages))) as reader:
        reader.read(FORMS / "D_vmerge.pdf", "报表.pdf")
    count = told[-1][1]
    assert told == [(page, count) for page in range(1, count + 1)]
