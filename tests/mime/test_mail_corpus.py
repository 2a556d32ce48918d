"""Whole mails as they come, with what must be read from them beside each."""

import json
from pathlib import Path
from typing import Any

import pytest

from reminder_service.domain.messages import facts_to_json
from reminder_service.mime import parse

MAILS = sorted((Path(__file__).parents[1] / "data" / "mail").glob("*.eml"))


@pytest.mark.parametrize("mail", MAILS, ids=[mail.stem for mail in MAILS])
def test_a_mail_is_read_as_written_beside_it(mail: Path) -> None:
    expected: dict[str, Any] = json.loads(mail.with_suffix(".json").read_text("utf-8"))
    parsed = parse(mail.read_bytes())
    facts = facts_to_json(parsed.facts)
    assert {key: facts[key] for key in expected["facts"]} == expected["facts"]
    parts = [
        {
            "filename": part.filename,
            "content_type": part.content_type,
            "inline": part.inline,
            "size": len(part.data),
        }
        for part in parsed.parts
    ]
    assert parts == expected["parts"]
