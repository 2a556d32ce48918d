"""Bars in cells that are as long as their number: one colour from edge to edge, 0 empty and 1 full.

The rule of 2007 alone fades out and leaves a tenth free at either end; what mends that stands in an extension that
openpyxl does not write.
"""

from typing import Any

from lxml import etree
from openpyxl.xml.constants import SHEET_MAIN_NS

_MAIN = SHEET_MAIN_NS
_NEW = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_CELLS = "http://schemas.microsoft.com/office/excel/2006/main"
_RULE = "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"  # both are Excel's names of the extensions
_RULES = "{78C0D931-6437-407D-A8EE-F0AAD7539E65}"
_LINK = "{00000000-000E-0000-0000-000001000000}"
"""Ties the rule to what mends it: a sheet has one."""


def add_bars(sheet: Any, area: str, colour: str) -> None:
    """Give a column of a sheet whose rows are written its bars; numbers above 1 are full.

    :param area: its cells (``E2:E9``); :param colour: ARGB.
    """
    writer = sheet._writer
    writer.formats.append(etree.fromstring(_rule(area, colour)))
    writer.extensions.append(etree.fromstring(_mended(area, colour)))


def _rule(area: str, colour: str) -> str:
    return (
        f'<conditionalFormatting xmlns="{_MAIN}" sqref="{area}"><cfRule type="dataBar" priority="1">'
        '<dataBar minLength="0" maxLength="100"><cfvo type="num" val="0"/><cfvo type="num" val="1"/>'
        f'<color rgb="{colour}"/></dataBar>'
        f'<extLst><ext xmlns:x14="{_NEW}" uri="{_RULE}"><x14:id>{_LINK}</x14:id></ext></extLst>'
        "</cfRule></conditionalFormatting>"
    )


def _mended(area: str, colour: str) -> str:
    return (
        f'<ext xmlns="{_MAIN}" xmlns:x14="{_NEW}" uri="{_RULES}"><x14:conditionalFormattings>'
        f'<x14:conditionalFormatting xmlns:xm="{_CELLS}"><x14:cfRule type="dataBar" id="{_LINK}">'
        '<x14:dataBar minLength="0" maxLength="100" gradient="0">'
        '<x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="num"><xm:f>1</xm:f></x14:cfvo>'
        f'<x14:negativeFillColor rgb="{colour}"/><x14:axisColor rgb="{colour}"/></x14:dataBar></x14:cfRule>'
        f"<xm:sqref>{area}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"
    )
