"""What somebody does at a moment: sends a mail, or hands a file in at the office."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from . import mails, people
from .desk import Desk, Sheet
from .papers import Paper

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something that happens at ``at``; ``says`` tells a spectator what.

    ``mail`` makes a mail that arrives at the office, ``hands_in`` a file that the clerk registers as coming from
    ``unit`` by ``channel``.
    """

    at: datetime
    unit: str
    says: str
    mail: Callable[[Desk], bytes] | None = None
    hands_in: Sheet | None = None
    channel: str = ""


def moment(text: str) -> datetime:
    """Read ``06-14 09:00`` as office time of 2024."""
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=ZONE)


def reply(
    unit: str,
    when: str,
    *sheets: Sheet,
    says: str,
    text: str = "现报送我单位第二季度进展情况，请查收。",
    subject: str = "",
    person: int = 0,
    automatic: bool = False,
) -> Act:
    """Answer the newest mail of the office from the unit's own address.

    :param person: which of the unit's contacts writes.
    """
    at = moment(when)

    def made(desk: Desk) -> bytes:
        answered = desk.newest()
        sender = [one for one in people.PEOPLE if one.unit == unit][person]
        kind = "自动回复" if automatic else "回复"
        mail = mails.composed(
            sender=sender.address,
            name=f"{unit} {sender.name}",
            to=people.OFFICE,
            subject=subject or f"{kind}：{answered['Subject']}",
            text=text,
            at=at,
            papers=[sheet(desk) for sheet in sheets],
            answers=answered,
            headers=(("Auto-Submitted", "auto-replied"),) if automatic else (),
        )
        return mail.as_bytes()

    return Act(at=at, unit=unit, says=says, mail=made)


def fresh(
    unit: str,
    when: str,
    *sheets: Sheet,
    says: str,
    sender: str,
    name: str,
    subject: str,
    text: str = "见附件。",
) -> Act:
    """Send a mail of one's own, that answers none."""
    at = moment(when)

    def made(desk: Desk) -> bytes:
        files = [sheet(desk) for sheet in sheets]
        return mails.composed(
            sender=sender, name=name, to=people.OFFICE, subject=subject, text=text, at=at, papers=files
        ).as_bytes()

    return Act(at=at, unit=unit, says=says, mail=made)


def pass_on(unit: str, when: str, *sheets: Sheet, says: str, colleague: str, name: str) -> Act:
    """Forward a colleague's mail with its files as an attachment."""
    at = moment(when)

    def made(desk: Desk) -> bytes:
        inner = mails.composed(
            sender=colleague,
            name=name,
            to=people.addresses(unit)[0],
            subject="二季度报表",
            text="报表做好了，请转报。",
            at=at.replace(hour=at.hour - 1),
            papers=[sheet(desk) for sheet in sheets],
        )
        outer = mails.composed(
            sender=people.addresses(unit)[0],
            name=unit,
            to=people.OFFICE,
            subject="转发：二季度报表",
            text="转报。",
            at=at,
        )
        return mails.forwarded(outer, inner).as_bytes()

    return Act(at=at, unit=unit, says=says, mail=made)


def bounce(unit: str, when: str, *, says: str) -> Act:
    """The unit's mail server says that the office's first mail found nobody."""
    at = moment(when)

    def made(desk: Desk) -> bytes:
        address = people.addresses(unit)[0]
        return mails.delivery_report(lost=desk.post.got(address)[0], address=address, at=at)

    return Act(at=at, unit=unit, says=says, mail=made)


def raw(when: str, content: bytes, *, says: str) -> Act:
    """Something arrives that nobody meant to send."""
    return Act(at=moment(when), unit="", says=says, mail=lambda desk: content)


def hand_in(unit: str, when: str, sheet: Sheet, *, channel: str, says: str) -> Act:
    """The clerk registers a file that came by another way."""
    return Act(at=moment(when), unit=unit, says=says, hands_in=sheet, channel=channel)


def file_of(act: Act, desk: Desk) -> Paper:
    """Return the file that an act hands in."""
    assert act.hands_in is not None
    return act.hands_in(desk)
