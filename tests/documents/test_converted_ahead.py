"""Old files that are converted several with one call of LibreOffice, by a stand-in that notes its calls and by itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_makers import docx, paragraph, sample

from reminder_service.documents import ahead
from reminder_service.documents.libreoffice import Way, find_office
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import Reader

needs_office = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")

STAND_IN = """#!/bin/sh
while [ "$1" != --outdir ]; do shift; done
out="$2"; shift 2
echo $# >> "{place}/calls"
{before}
mkdir -p "$out"
for file in "$@"; do
    grep -q torn "$file" || cp "{place}/made.docx" "$out/$(basename "$file" .rtf).docx"
done
"""


class Office:
    """A program that makes the same Word file of every file, and says of a torn one nothing."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "made.docx").write_bytes(docx(paragraph("转换后")))
        (place / "bin").mkdir()
        self.behaves()

    def behaves(self, before: str = "") -> None:
        program = self.place / "bin" / "soffice"
        program.write_text(STAND_IN.format(place=self.place, before=before), "utf-8")
        program.chmod(0o755)

    @property
    def calls(self) -> list[int]:
        """How many files each call was given."""
        return [int(line) for line in (self.place / "calls").read_text("utf-8").split()]

    def files(self, count: int, text: str = "") -> list[tuple[Path, str]]:
        paths = [self.place / f"{number}.rtf" for number in range(count)]
        for path in paths:
            path.write_bytes(b"{\\rtf1 %s%s}" % (path.name.encode(), text.encode()))
        return [(path, path.name) for path in paths]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    stand_in = Office(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return stand_in


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def test_eight_old_files_go_with_one_call_and_the_next_with_another(office: Office, reader: Reader) -> None:
    files = office.files(11)
    other = office.place / "表.docx"
    other.write_bytes(docx(paragraph("新格式")))
    reader.expect([files[0], (other, "表.docx"), *files[1:]])
    assert [reader.read(*file).text for file in files] == ["转换后"] * 11
    assert reader.read(other, "表.docx").text == "新格式"
    assert office.calls == [8, 3]


def test_what_was_converted_is_gone_once_it_is_read_and_nothing_stays_behind(office: Office) -> None:
    scratch = office.place / "scratch"
    files = office.files(3)
    with Reader() as reader:
        reader.expect(files)
        reader.read(*files[0])
        assert len(list(scratch.rglob("converted/*.docx"))) == 2
        for file in files[1:]:
            reader.read(*file)
        assert list(scratch.rglob("*.docx")) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("before", ["[ $# -gt 1 ] && kill -9 $$", "[ $# -gt 1 ] && exit 3"])
def test_a_call_that_fails_is_made_file_by_file(office: Office, reader: Reader, before: str) -> None:
    office.behaves(before)
    files = office.files(3)
    reader.expect(files)
    assert [reader.read(*file).text for file in files] == ["转换后"] * 3
    assert office.calls == [3, 1, 1, 1]


def test_a_torn_file_among_others_costs_only_itself(office: Office, reader: Reader) -> None:
    files = office.files(3)
    files[1][0].write_bytes(b"{\\rtf1 torn}")
    reader.expect(files)
    problems = [reader.read(*file).problem for file in files]
    assert [one and one.code for one in problems] == [None, "unreadable", None]
    assert office.calls == [3, 1]


def test_a_call_that_hangs_is_ended_and_keeps_nothing_half_written(office: Office) -> None:
    half = 'for f in "$@"; do echo half > "$out/$(basename "$f" .rtf).docx"; done'
    office.behaves(f'[ $# -gt 1 ] && {{ mkdir -p "$out"; {half}; sleep 100; }}')
    into = office.place / "converted"
    assert ahead.convert_ahead(office.files(3), into, seconds=0.5) == 3
    assert list(into.iterdir()) == []


def test_files_of_each_kind_are_named_to_libreoffice_as_what_they_are() -> None:
    ways = [
        ahead.way_of(sample("D_vmerge.doc"), "表.wps"),
        ahead.way_of(sample("D_vmerge.odt"), "表.odt"),
        ahead.way_of(sample("D_vmerge.xlsx"), "表.xlsx"),
    ]
    assert ways == [
        Way(suffix="doc", to="docx", infilter="MS Word 97"),
        Way(suffix="odt", to="docx", infilter="writer8"),
        None,
    ]


@pytest.mark.long
@needs_office
def test_libreoffice_makes_the_same_of_files_together_as_of_each_alone(
    tmp_path: Path, reader: Reader
) -> None:
    contents = {
        "a.doc": sample("D_vmerge.doc"),
        "b.doc": sample("D_vmerge.doc")[:3000],
        "c.doc": sample("D_vmerge.doc") + bytes(512),
    }
    files = [(tmp_path / name, name) for name in contents]
    for path, name in files:
        path.write_bytes(contents[name])
    reader.expect(files)
    assert [reader.read(*file) for file in files] == [
        read_bytes(data, name) for name, data in contents.items()
    ]
