"""The Word template of the official form: filled in, edited by an office, wrong."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from word_files import CAMPAIGN, TEXT, duty, period_state, read_back, unit_state

from reminder_service.domain.errors import ConfigurationError
from reminder_service.reports.official_form import write_official_form
from reminder_service.reports.official_template import made_template
from reminder_service.resources import template

SHIPPED = template((), "forms/official.docx")


def edited(folder: Path, old: str, new: str) -> Path:
    """The shipped template as an office may have changed it."""
    document = docx.Document(io.BytesIO(SHIPPED.read_bytes()))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            paragraph.runs[0].text = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
    file = folder / "official.docx"
    document.save(file)
    return file


def parts(data: bytes) -> dict[str, bytes]:
    """What is in a Word file, however it is packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_shipped_template_is_the_one_the_program_makes() -> None:
    assert parts(SHIPPED.read_bytes()) == parts(made_template())


def test_nothing_in_braces_is_left_and_the_form_stands_between_its_lines_and_the_note() -> None:
    data = write_official_form(CAMPAIGN, period_state())
    document = docx.Document(io.BytesIO(data))
    kinds = [element.tag.rpartition("}")[2] for element in document.element.body]
    assert kinds == ["p", "p", "tbl", "p", "p", "sectPr"]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert not any("{" in text for text in texts)
    assert "汇总单位（盖章）：" in texts[-1]
    assert document.sections[0].footer.paragraphs[0].text.startswith("妇儿实事　2024年第二季度\t第")


def test_what_an_office_changed_in_word_stands_in_its_form(tmp_path: Path) -> None:
    mine = edited(tmp_path, "{{ title }}", "某县{{ period }}落实情况（{{ issuer }}）")
    school = unit_state("县教育和体育局", duty("县教育和体育局", 1))
    data = write_official_form(CAMPAIGN, period_state(school), mine)
    document = docx.Document(io.BytesIO(data))
    assert document.paragraphs[0].text == "某县2024年第二季度落实情况（高青县人民政府办公室）"
    assert TEXT in document.tables[0].rows[1].cells[3].text
    assert data == write_official_form(CAMPAIGN, period_state(school), mine)
    assert read_back(data)[0].own


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("{{ note }}", "{{ nonsense }}", "nonsense", id="unknown-name"),
        pytest.param("{{ note }}", "{{ note", "official.docx", id="broken-braces"),
        pytest.param("{{ table }}", "", "no paragraph is {{ table }} alone", id="no-place-for-the-form"),
        pytest.param("{{ note }}", "{{ note.__class__.__mro__ }}", "unsafe", id="out-of-the-sandbox"),
    ],
)
def test_a_wrong_template_is_named_with_the_cure(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        write_official_form(CAMPAIGN, period_state(), edited(tmp_path, old, new))
    assert said in str(caught.value)
    assert "delete it to use the program's own" in str(caught.value)
