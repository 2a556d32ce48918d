"""Why a document is held for a unit, in words."""

from reminder_service.domain.evidence_words import evidence_lines
from reminder_service.domain.incoming import Evidence


def test_what_decides_stands_before_what_only_hints_and_each_once() -> None:
    lines = evidence_lines(
        [
            Evidence(kind="display_name", says="县妇联"),
            Evidence(kind="form_code", says="县妇联"),
            Evidence(kind="form_code", says="2024Q2"),
            Evidence(kind="reply", says="县妇联", trusted=True),
            Evidence(kind="display_name", says="县妇联"),
            Evidence(kind="authentication", says="spf=fail"),
        ]
    )
    assert [line.strength for line in lines] == [3, 2, 2, 1, 0]
    assert lines[0].weight == "可直接认定"
    assert "2024年第二季度" in {line.says for line in lines}, "a period is named as people name it"
