from document_makers import W, docx, paragraph, row, table

from reminder_service.documents.docx import read_docx


def _numbering(*levels: tuple[str, str], start: str = "") -> str:
    inside = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for place, (style, text) in enumerate(levels)
    )
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{inside}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{start}</w:num></w:numbering>'
    )


def _listed(text: str = "", level: int = 0, number: int = 1, more: str = "") -> str:
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}{more}</w:pPr>{run}</w:p>"


def _read(body: str, numbering: str, styles: str = "") -> list[str]:
    parts = {"word__numbering.xml": numbering} | ({"word__styles.xml": styles} if styles else {})
    return read_docx(docx(body, **parts), "x.docx").text.splitlines()


def test_an_automatic_number_in_a_cell_reads_as_it_is_shown() -> None:
    cells = [f"<w:tc><w:tcPr/>{_listed()}</w:tc>" for _ in range(2)]
    body = table(row("序号", "名称"), row(cells[0], "甲"), row(cells[1], "乙"))
    reading = read_docx(docx(body, **{"word__numbering.xml": _numbering(("decimal", "%1"))}), "x.docx")
    assert [[one.text for one in found.cells] for found in reading.tables[0].rows] == [
        ["序号", "名称"],
        ["1", "甲"],
        ["2", "乙"],
    ]


def test_a_number_never_runs_into_a_figure_behind_it() -> None:
    assert _read(_listed("2024年"), _numbering(("decimal", "%1."))) == ["1. 2024年"]


def test_levels_count_by_themselves_and_begin_anew_under_the_next_heading() -> None:
    body = _listed("甲") + _listed("子", 1) + _listed("丑", 1) + _listed("乙") + _listed("寅", 1)
    found = _read(body, _numbering(("chineseCountingThousand", "%1、"), ("decimal", "（%2）")))
    assert found == ["一、甲", "（1）子", "（2）丑", "二、乙", "（1）寅"]


def test_two_lists_of_one_kind_count_on_unless_one_begins_anew() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = _listed("甲") + _listed("乙", number=2) + _listed("丙", number=2)
    assert _read(body, _numbering(("decimal", "%1、"))) == ["1、甲", "2、乙", "3、丙"]
    assert _read(body, _numbering(("decimal", "%1、"), start=anew)) == ["1、甲", "1、乙", "2、丙"]


def test_a_style_brings_its_number() -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = '<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>' + paragraph("乙")
    assert _read(body, _numbering(("upperLetter", "%1、")), styles) == ["A、甲", "乙"]


def test_bullets_deleted_paragraphs_and_switched_off_numbers_stay_out() -> None:
    assert _read(_listed("甲"), _numbering(("bullet", "•"))) == ["甲"]
    gone = _listed(more="<w:rPr><w:del/></w:rPr>")
    assert _read(gone + _listed("甲") + _listed("乙", number=0), _numbering(("decimal", "%1、"))) == [
        "1、甲",
        "乙",
    ]


def test_chinese_numerals_are_those_of_the_language() -> None:
    body = "".join(_listed("x") for _ in range(110))
    found = _read(body, _numbering(("chineseCounting", "%1、")))
    assert [found[place - 1] for place in (9, 10, 11, 20, 21, 100, 101, 110)] == [
        "九、x", "十、x", "十一、x", "二十、x", "二十一、x", "一百、x", "一百零一、x", "一百一十、x",
    ]  # fmt: skip


def test_hostile_numbering_costs_numbers_and_not_the_form() -> None:
    for broken in (
        "<broken",
        f'<w:numbering {W}><w:num w:numId="1"><w:abstractNumId w:val="9"/></w:num></w:numbering>',
    ):
        assert _read(_listed("甲", level=99), broken) == ["甲"]
