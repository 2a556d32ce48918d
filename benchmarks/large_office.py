"""A large office for benchmarks: a campaign of many units, and years of its mails and reports in a store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any

import sqlalchemy as sa

from offices import HEADINGS, campaign
from reminder_service.domain.campaign import Campaign, Item, StepKind, Unit
from reminder_service.domain.messages import MailFacts, facts_to_json
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.periods import Period
from reminder_service.domain.receipts import RECEIPT
from reminder_service.domain.state import Contact
from reminder_service.store import Store, tables

UNITS_OF_AN_ITEM = 10
ITEMS_OF_A_UNIT = 3
IN_BY_NOW = 3
"""Of this many units all but one have reported on the last period."""


def large_campaign(units: int) -> Campaign:
    """The shipped campaign with so many units of three duties each."""
    names = [f"第{number}号镇街道办事处" for number in range(1, units + 1)]
    count = max(1, units * ITEMS_OF_A_UNIT // UNITS_OF_AN_ITEM)
    owners = [
        tuple(names[(10 * item + step) % units] for step in range(UNITS_OF_AN_ITEM)) for item in range(count)
    ]
    return replace(
        campaign(),
        units=tuple(
            Unit(name=name, code=f"{number:04}", full_name=f"高青县{name}")
            for number, name in enumerate(names, 1)
        ),
        items=tuple(
            Item(number=number, name=f"实施第{number}项工程", text=f"完成第{number}项工程。", units=who)
            for number, who in enumerate(owners, 1)
        ),
    )


def periods_of(one: Campaign, count: int) -> list[Period]:
    """The first so many periods of a campaign."""
    periods = [one.first_period]
    while len(periods) < count:
        following = one.following(periods[-1])
        assert following is not None
        periods.append(following)
    return periods


def fill(store: Store, one: Campaign, periods: list[Period]) -> None:
    """Put contacts, notices and reports of every period into a store; of the last, some reports are still missing."""
    store.contacts.replace_all(
        [Contact(unit=unit.name, name="王小明", address=address(unit)) for unit in one.units]
    )
    with store.transaction() as connection:
        assert isinstance(connection, sa.Connection)
        for number, period in enumerate(periods):
            begun = datetime.combine(period.end, datetime.min.time(), UTC) - timedelta(days=20)
            store.periods.open(one.id, str(period), begun)
            if number + 2 < len(periods):
                store.periods.close(one.id, str(period), begun + timedelta(days=60))
            insert = partial(_insert, connection)
            insert(tables.outbox, (_notice(one, unit, period, begun) for unit in one.units))
            told = [
                unit for place, unit in enumerate(one.units) if number + 1 < len(periods) or place % IN_BY_NOW
            ]
            first = 1 + number * len(one.units)
            came = begun + timedelta(days=5)
            insert(
                tables.messages,
                (_message(first + place, unit, period, came) for place, unit in enumerate(told)),
            )
            insert(
                tables.outbox,
                (_receipt(first + place, one, unit, period, came) for place, unit in enumerate(told)),
            )
            insert(
                tables.documents,
                (_document(first + place, one, unit, period, came) for place, unit in enumerate(told)),
            )


def address(unit: Unit) -> str:
    """The invented address of a unit's contact."""
    return f"u{unit.code}@example.cn"


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, 1000)):
        connection.execute(sa.insert(table), batch)


def _notice(one: Campaign, unit: Unit, period: Period, at: datetime) -> dict[str, Any]:
    return _sent(one, unit, period, at, kind=str(StepKind.FIRST_NOTICE), about="D-15W")


def _receipt(number: int, one: Campaign, unit: Unit, period: Period, at: datetime) -> dict[str, Any]:
    return _sent(one, unit, period, at, kind=RECEIPT, about=str(number))


def _sent(
    one: Campaign, unit: Unit, period: Period, at: datetime, *, kind: str, about: str
) -> dict[str, Any]:
    key = MailKey(campaign=one.id, period=str(period), unit=unit.name, kind=kind, about=about, attempt=1)
    return {
        "key": str(key),
        "message_id": _sent_id(kind, unit, period),
        "campaign": one.id,
        "period": str(period),
        "unit": unit.name,
        "kind": kind,
        "to": address(unit),
        "subject": f"[{one.short_name} {period}-{unit.code}] 请报送",
        "raw_sha256": _digest(f"sent {key}"),
        "attachments": [],
        "not_before": at,
        "created_at": at,
        "next_try_at": at,
        "state": "sent",
        "tries": 1,
        "sent_at": at,
    }


def _message(number: int, unit: Unit, period: Period, at: datetime) -> dict[str, Any]:
    facts = MailFacts(
        message_id=f"<{period}-{unit.code}@example.cn>",
        from_address=address(unit),
        from_name="王小明",
        subject=f"回复：{period}-{unit.code}",
        sent_at=at,
        relayed_at=at,
        text="请查收。",
        in_reply_to=(_sent_id(str(StepKind.FIRST_NOTICE), unit, period),),
        reply_to=None,
        to=("office@example.cn",),
        references=(),
        automatic=False,
        bulk=False,
        null_sender=False,
        bounced=None,
        links=(),
    )
    return {
        "id": number,
        "dedup_key": f"benchmark {number}",
        "sha256": _digest(f"mail {number}"),
        "channel": "imap",
        "account": "office",
        "folder": "INBOX",
        "collected_at": at,
        "note": "",
        "state": "done",
        "tries": 1,
        "handled_at": at,
        "message_id": facts.message_id,
        "from_address": facts.from_address,
        "from_name": facts.from_name,
        "subject": facts.subject,
        "received_at": at,
        "kind": "submission",
        "facts": facts_to_json(facts),
    }


def _document(message: int, one: Campaign, unit: Unit, period: Period, at: datetime) -> dict[str, Any]:
    digest = _digest(f"form {message}")
    rows = [HEADINGS] + [
        (
            str(item.number),
            item.name,
            "\n".join(item.units),
            f"{period.title}已完成{message % 90}%。",
            "12月底",
        )
        for item in one.items_of(unit.name)
    ]
    table = {
        "page": 1,
        "rows": [
            {"page": 1, "number": number, "cells": [[text, None, None] for text in row], "merged": []}
            for number, row in enumerate(rows, 1)
        ],
        "above": f"{period.title}进展情况报表\n填报单位（盖章）：{unit.name}",
        "below": "",
    }
    page = {"number": 1, "width": 612.0, "height": 792.0, "rotation": 0, "has_text": True, "pictures": 0}
    reading = {
        "document": digest,
        "filename": "报表.docx",
        "kind": "docx",
        "pages": [page | {"recognised": False, "seals": [], "codes": []}],
        "tables": [table],
        "text": table["above"],
        "code": None,
        "own": False,
        "red_picture": False,
        "signed": False,
        "signatures": [],
        "problem": None,
    }
    return {
        "message": message,
        "position": 0,
        "sha256": digest,
        "filename": "报表.docx",
        "archive_path": "",
        "inline": False,
        "size": 20_000,
        "state": "read",
        "reader_version": 1_000_000,
        "reading": reading,
        "read_at": at,
    }


def _sent_id(kind: str, unit: Unit, period: Period) -> str:
    return f"<{kind}-{period}-{unit.code}@office.example.cn>"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
