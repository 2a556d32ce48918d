"""Case 26: whatever the campaign and whatever came in, no mail to a unit holds a row of another unit."""

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from builders import CALENDAR, Q2, ZONE, address, at, campaign, contacts, document, message, scan
from reminder_service.domain.campaign import Campaign, Item
from reminder_service.domain.decisions import Decisions
from reminder_service.domain.forms import Form, FormRow
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.incoming import IncomingMessage
from reminder_service.domain.names import UnitNames
from reminder_service.domain.outgoing import MailKey, OutgoingMail
from reminder_service.domain.state import MailboxHealth
from reminder_service.jobs.outgoing.letters import Letter, Letters
from reminder_service.jobs.outgoing.remind import letter_for, planned
from reminder_service.jobs.state.situation import Situation
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.mail.compose import Composer
from reminder_service.resources import packaged_templates

UNITS = [unit.name for unit in campaign().units]
NAMES = ("护航助学", "银发安居", "巾帼创业", "暖心驿站", "放心家政")
MARK = re.compile(r"举措(\d\d)(\d)号")


class TheOffice:
    name = "县妇儿工委办公室"
    phone = "6967116"
    address = "office@example.cn"


def token(unit: str, item: int) -> str:
    """The text that one unit writes into one row, known again wherever it turns up."""
    return f"举措{campaign().unit(unit).code}{item}号已办结"


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """A campaign whose items are owed by any units, jointly and alone; every unit owes something."""
    count = draw(st.integers(2, len(NAMES)))
    owed = {
        number: draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=4, unique=True))
        for number in range(1, count + 1)
    }
    for unit in UNITS:
        if not any(unit in units for units in owed.values()):
            owed[draw(st.integers(1, count))].append(unit)
    items = tuple(
        Item(number=number, name=f"实施{NAMES[number - 1]}行动", text="", units=tuple(units))
        for number, units in owed.items()
    )
    return campaign(items=items)


@st.composite
def mails(draw: st.DrawFn, one: Campaign, number: int) -> IncomingMessage:
    """A unit's mail: its own rows, some blank, sometimes the rows of others too, sometimes from a stranger."""
    unit = draw(st.sampled_from(UNITS))
    whole = draw(st.booleans())
    rows = tuple(
        FormRow(
            number=str(item.number),
            name=item.name,
            units="\n".join(item.units) if draw(st.booleans()) else draw(st.sampled_from(item.units)),
            measures=draw(
                st.sampled_from([token(unit, item.number), token(unit, item.number), "", "见附件"])
            ),
            deadline="年底",
            page=1,
            row=place,
        )
        for place, item in enumerate(one.items, 2)
        if whole or unit in item.units
    )
    heading = draw(st.sampled_from([unit, None, draw(st.sampled_from(UNITS))]))
    files = [document(f"报表{number}.docx", filled=Form(title="报表", unit=heading, period=None, rows=rows))]
    if draw(st.booleans()):
        files.append(scan(f"盖章{number}.pdf"))
    sender = draw(st.sampled_from([address(unit), address(unit), "stranger@example.com"]))
    return message(sender, *files, when=f"2024-06-2{number} 10:00", id=number)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any campaign after any mails, at any moment of the ladder's days."""
    one = draw(campaigns())
    came = [draw(mails(one, number)) for number in range(1, draw(st.integers(1, 5)) + 1)]
    now = at(draw(st.sampled_from(["2024-06-14 09:00", "2024-06-25 09:00", "2024-06-28 09:00"])))
    return after(one, came, now)


def after(one: Campaign, came: list[IncomingMessage], now: datetime) -> Situation:
    """The situation of a campaign after these mails."""
    names = UnitNames(one)
    book = PeriodBook(opened=((Q2, at("2024-06-14 09:00")),), fallback=Q2)
    known, nothing = contacts(), Decisions.of([])
    identifier = Identifier(campaign=one, names=names, contacts=known, periods=book, decisions=nothing)
    return Situation(
        campaign=one,
        around=Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address=TheOffice.address,
            folders=(),
            stale_after=timedelta(hours=2),
            campaigns={one.id: one},
        ),
        now=now,
        names=names,
        attributions=identifier.identify(came),
        contacts=known,
        history=[
            OutgoingMail(
                key=MailKey(campaign=one.id, period=str(Q2), unit=unit, kind="first_notice", about="D-10W"),
                message_id=f"<{unit}@example.cn>",
                to=address(unit),
                state="sent",
                at=at("2024-06-14 09:00"),
            )
            for unit in UNITS[: 0 if now < at("2024-06-14 10:00") else None]
        ],
        decisions=nothing,
        periods=book,
        mailbox=MailboxHealth(read_at=now, blind=False),
        purged=frozenset(),
        answerable=frozenset(mail.id for mail in came),
    )


def letters_of(here: Situation) -> Iterator[tuple[str | None, Letter]]:
    """Every letter that goes to a unit or to a sender: the ladder's and the receipts."""
    letters = Letters(
        campaign=here.campaign,
        office=TheOffice(),
        composer=COMPOSER,
        calendar=CALENDAR,
        zone=ZONE,
        secret=b"s" * 32,
    )
    busy = {one.unit for one in here.attributions}
    mails = planned(here, start=here.now, end=here.now + timedelta(days=3)).mails
    # Units that nothing came from all get the same kind of mail: one of them stands for all.
    silent = next((mail.unit for mail in mails if mail.unit not in busy), None)
    for mail in (mail for mail in mails if mail.unit in busy | {silent}):
        yield mail.unit, letter_for(here, mail, letters, here.state(mail.period))
    for receipt in here.receipt_rules.due(here.attributions, now=at("2024-06-27 10:00")):
        state = here.state(receipt.period).unit(receipt.unit) if receipt.unit else None
        about = [
            one
            for one in here.attributions
            if one.message.id == receipt.message.id and receipt.unit in (None, one.unit)
        ]
        yield receipt.unit, letters.receipt(receipt, about, state, at=here.now, thread=None)


COMPOSER = Composer([packaged_templates()])


def words_of(raw: bytes) -> str:
    """Everything that can be read in a mail: headers, bodies, and what its attachments hold."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    found = [str(value) for value in mail.values()]
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append(part.get_filename() or "")
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                found += [
                    re.sub(r"<[^>]+>", "", package.read(name).decode("utf-8", "replace"))
                    for name in package.namelist()
                ]
        else:
            found.append(content.decode("utf-8", "replace"))
    return "\n".join(found)


def holds_nothing_of_others(here: Situation) -> None:
    """Assert the property for every letter: rows are the unit's own, items are owed or were sent by itself."""
    for unit, letter in letters_of(here):
        words = words_of(letter.raw)
        written = {code for code, _ in MARK.findall(words)}
        event(f"{letter.name} with rows: {bool(written)}")
        assert written <= ({here.campaign.unit(unit).code} if unit else set()), (unit, letter.name)
        owed = {item.name for item in here.campaign.items_of(unit)} if unit else set()
        # What the sender itself wrote may be named to it: 第4项不是贵单位的应报事项.
        sent = {
            row.name
            for one in here.attributions
            if one.unit == unit and one.document and one.document.form
            for row in one.document.form.rows
        }
        named = {item.name for item in here.campaign.items if item.name in words}
        assert named <= owed | sent, (unit, letter.name)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(situations())
def test_no_mail_holds_a_row_or_names_an_item_of_another_unit(here: Situation) -> None:
    holds_nothing_of_others(here)


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(situations())
def test_no_mail_holds_a_row_of_another_unit_in_many_more_campaigns(here: Situation) -> None:
    holds_nothing_of_others(here)


def test_the_marks_would_be_seen() -> None:
    """The property is not empty: a unit's own rows do stand in its own form."""
    one = campaign()
    form_rows = (
        FormRow(
            number="1",
            name=one.items[0].name,
            units=UNITS[0],
            measures=token(UNITS[0], 1),
            deadline="",
            page=1,
            row=2,
        ),
    )
    sent = message(
        address(UNITS[0]), document(filled=Form(title="报表", unit=None, period=None, rows=form_rows))
    )
    here = after(one, [sent], at("2024-06-25 09:00"))
    found = [words_of(letter.raw) for unit, letter in letters_of(here) if unit == UNITS[0]]
    assert any(token(UNITS[0], 1) in words for words in found)
