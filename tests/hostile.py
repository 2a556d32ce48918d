"""Text as it comes from outside when somebody means harm, or a program was broken."""

HOSTILE = {
    "formula": '=HYPERLINK("http://example.cn","领奖")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "controls": "甲\x00\x01\x0b\x1b[31m乙\x7f",
    "surrogates": "甲\ud800乙\udfff",
    "forbidden": "甲\ufffe\uffff乙",
    "turned": "甲\u202etxt.exe",
    "markup": '<w:p/>&amp;]]> {{ title }} {% for x in y %} #panic() "',
    "escaped": "_x0041_",
    "long": "已完成维修改造。" * 5_000,
    "breaks": "行\n" * 3_000,
}
