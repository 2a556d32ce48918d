from builders import CALENDAR, ZONE, address, at, campaign, contacts, document, form, message, scan
from reminder_service.domain.decisions import Decisions
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.incoming import IncomingMessage
from reminder_service.domain.names import UnitNames
from reminder_service.domain.outgoing import MailKey, OutgoingMail
from reminder_service.domain.periods import Period
from reminder_service.domain.receipts import PlannedReceipt, ReceiptRules

EDU = "县教育和体育局"


def due(
    *messages: IncomingMessage,
    now: str = "2024-06-26 10:05",
    history: list[OutgoingMail] | None = None,
    answerable: frozenset[int] | None = None,
) -> list[PlannedReceipt]:
    one = campaign()
    identifier = Identifier(
        campaign=one,
        names=UnitNames(one),
        contacts=contacts(),
        periods=PeriodBook(opened=(), fallback=Period.parse("2024Q2")),
        decisions=Decisions(),
    )
    rules = ReceiptRules(
        campaign=one,
        calendar=CALENDAR,
        zone=ZONE,
        contacts=contacts(),
        history=history or [],
        answerable=frozenset(message.id for message in messages) if answerable is None else answerable,
        office="office@example.cn",
    )
    return rules.due(identifier.identify(messages), now=at(now))


def report(id: int = 1, sender: str | None = None, **more: object) -> IncomingMessage:
    return message(
        sender or address(EDU), document(f"{id}.docx", filled=form({1: "5所"})), scan(), id=id, **more
    )  # type: ignore[arg-type]


def sent(receipt: PlannedReceipt, when: str = "2024-06-26 10:05") -> OutgoingMail:
    return OutgoingMail(key=receipt.key, message_id="<r@x>", to=receipt.to, state="sent", at=at(when))


def test_a_submission_gets_one_receipt_however_many_files_it_has() -> None:
    receipts = due(report())
    assert [(one.unit, one.to) for one in receipts] == [(EDU, address(EDU))]
    assert due(report(), history=[sent(receipts[0])]) == []


def test_a_contact_gets_at_most_five_a_day() -> None:
    assert len(due(*[report(id) for id in range(1, 8)])) == 5


def test_anyone_else_gets_one_a_day_and_no_word_about_a_unit() -> None:
    receipts = due(report(1, "who@example.com"), report(2, "who@example.com"))
    assert [one.unit for one in receipts] == [None]
    earlier = [sent(receipts[0], "2024-06-25 10:00")]
    assert len(due(report(3, "who@example.com"), history=earlier)) == 1


def test_automatic_mail_lists_and_null_senders_are_never_answered() -> None:
    assert due(report(), answerable=frozenset()) == []


def test_mail_older_than_ten_workdays_or_than_the_notice_is_not_answered() -> None:
    assert due(report(when="2024-06-26 10:00"), now="2024-07-10 10:00")
    assert due(report(when="2024-06-26 10:00"), now="2024-07-11 10:00") == []
    assert due(report(when="2024-05-22 10:00"), now="2024-05-23 10:00") == []


def test_the_office_never_answers_itself() -> None:
    assert due(report(sender="office@example.cn")) == []


def test_a_person_of_two_units_gets_a_receipt_for_each() -> None:
    both = message(
        address("团县委"),
        document("a.docx", filled=form({3: "联谊", 4: "结对"})),
        document("b.docx", filled=form({4: "助学"}, unit="县民政局")),
    )
    receipts = due(both)
    assert len(receipts) == 2
    assert receipts[0].unit == "团县委"


def test_a_key_says_what_a_mail_is_and_its_message_id_cannot_be_guessed() -> None:
    key = MailKey(campaign="g", period="2024Q2", unit=EDU, kind="reminder", about="D-3W")
    assert str(key) == f"g/2024Q2/{EDU}/reminder/D-3W/1"
    assert MailKey.parse(str(key)) == key
    one, other = key.message_id(b"secret", "example.cn"), key.message_id(b"other", "example.cn")
    assert one == key.message_id(b"secret", "example.cn") != other
    assert one.isascii()
