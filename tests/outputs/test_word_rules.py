"""Word's own rules, which LibreOffice forgives: properties stand in the order of the schema, a cell ends with a line."""

import io
import zipfile

import output_table
import pytest
from defusedxml.ElementTree import fromstring

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# ECMA-376, part 1: CT_TblPr, CT_TcPr, CT_PPr, CT_SectPr (17.4.60, 17.4.70, 17.3.1.26, 17.6.17).
ORDERS = {
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
        "tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
    ),
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tcBorders": "top start left bottom end right insideH insideV tl2br tr2bl",
    "tblCellMar": "top start left bottom end right",
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
        "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
        "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
        "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "sectPr": (
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType "
        "cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings"
    ),
    "sdt": "sdtPr sdtEndPr sdtContent",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
}
WORD_FILES = [name for name in output_table.PAPERS if name.endswith(".docx")]


@pytest.mark.parametrize("name", WORD_FILES)
def test_the_parts_of_a_word_file_stand_in_the_order_of_the_standard(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(output_table.PAPERS[name]())) as archive:
        parts = [one for one in archive.namelist() if one.startswith("word/") and one.endswith(".xml")]
        roots = [fromstring(archive.read(one)) for one in parts]
    for element in (one for root in roots for one in root.iter()):
        kind = element.tag.removeprefix(W)
        if kind in ORDERS:
            order = ORDERS[kind].split()
            names = [part.tag.removeprefix(W) for part in element]
            # Header and footer references may stand in any order among themselves.
            places = [max(1, order.index(one)) if kind == "sectPr" else order.index(one) for one in names]
            assert places == sorted(places), f"{kind}: {names}"
        if kind == "tc":
            assert element[-1].tag == f"{W}p", "Word calls a file damaged whose cell does not end with a line"
        if kind == "body":
            assert [one.tag for one in element].index(f"{W}sectPr") == len(element) - 1


@pytest.mark.parametrize("name", WORD_FILES)
def test_every_style_that_a_word_file_names_is_in_it_and_every_grid_fits_its_rows(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(output_table.PAPERS[name]())) as archive:
        body, styles = (
            fromstring(archive.read("word/document.xml")),
            fromstring(archive.read("word/styles.xml")),
        )
    known = {one.get(f"{W}styleId") for one in styles.iter(f"{W}style")}
    named = {
        one.get(f"{W}val") for kind in ("pStyle", "rStyle", "tblStyle") for one in body.iter(f"{W}{kind}")
    }
    assert named <= known
    for table in body.iter(f"{W}tbl"):
        columns = len(list(table.find(f"{W}tblGrid")))
        for row in table.iterfind(f"{W}tr"):
            spans = [one.find(f"{W}tcPr/{W}gridSpan") for one in row.iterfind(f"{W}tc")]
            assert sum(1 if one is None else int(one.get(f"{W}val")) for one in spans) == columns
