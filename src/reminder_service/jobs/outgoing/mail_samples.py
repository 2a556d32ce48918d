"""Each kind of mail as it would be written today about a real unit, for previews, checks and trials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ...domain.campaign import StepKind
from ...domain.escalation import Escalation
from ...domain.incoming import IncomingMessage
from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.receipts import PlannedReceipt
from ...domain.reminders import PlannedMail, gaps_of
from ...domain.state import PeriodState, Return, Returned, UnitState
from ...domain.summary import UnitLine
from ...mail.compose import Attachment, Composer, Envelope
from ..state.situation import Situation
from .alarm_letter import ALARM, OutageWords, alarm_letter
from .letters import Letter, Letters

TRIAL = "trial"
NO_UNIT = "-"
MAIL_NAMES = {
    "first_notice": "首次通知",
    "reminder": "催报",
    "due_today": "当日提醒",
    "overdue": "逾期催报",
    "correction": "退回更正",
    "thanks": "致谢",
    "request": "商请函（对法院、检察院等）",
    "receipt": "回执",
    "receipt_unlisted": "回执（未列入名录的来信）",
    "digest": "日报",
    "weekly": "周报",
    "escalation": "催办函（致领导）",
    "alarm": "邮箱故障告警",
}
"""The mails whose templates are edited in the console."""

_KINDS = {
    "first_notice": StepKind.FIRST_NOTICE,
    "correction": StepKind.CORRECTION,
    "thanks": StepKind.THANKS,
}
_ABOUT = {"due_today": 0, "overdue": 1}


class Recorder(Composer):
    """A composer that remembers what the last mail could say."""

    seen: Mapping[str, object] = {}

    def compose(
        self,
        name: str,
        context: Mapping[str, object],
        envelope: Envelope,
        attachments: Sequence[Attachment] = (),
    ) -> bytes:
        """Compose a mail and keep its variables."""
        self.seen = dict(context)
        return super().compose(name, context, envelope, attachments)


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """Writes samples of one campaign's mails to the office itself.

    :param about: what makes the key of the sample.
    """

    here: Situation
    letters: Letters
    about: str = "preview"
    workbook: bytes = b""

    def units(self) -> Iterator[str]:
        """One unit of every standing, so that what a template says of each is tried."""
        found: dict[object, str] = {}
        for unit in self._state.units:
            found.setdefault((unit.status, bool(unit.extended), unit.maybe_reported), unit.unit)
        return iter(found.values())

    def tries(self, name: str, units: Iterable[str]) -> list[Letter]:
        """Return the mails that show all a template may have to say, the one about the first unit first.

        :raises ConfigurationError: when the template is wrong.
        """
        if name == ALARM:
            return [self._alarm(over=over) for over in (False, True)]
        return [self.letter(name, unit) for unit in units]

    def letter(self, name: str, unit: str) -> Letter:
        """Return the mail of that name about a unit.

        :raises ConfigurationError: when its template is wrong.
        """
        state = self._state.unit(unit)
        match name:
            case "digest":
                return self._digest()
            case "weekly":
                return self._weekly()
            case "alarm":
                return self._alarm(over=False)
            case "escalation":
                return self.letters.escalation(self._escalation(state), at=self.here.now)
            case "receipt" | "receipt_unlisted":
                return self._receipt(state if name == "receipt" else None)
            case _:
                return self._to_unit(name, state)

    def key(self, name: str) -> MailKey:
        """The key of a sample: no unit's, so that it counts as no mail to anybody."""
        return MailKey(
            campaign=self.here.campaign.id,
            period=str(self._period),
            unit=NO_UNIT,
            kind=TRIAL,
            about=f"{name}-{self.about}",
        )

    @property
    def _period(self) -> Period:
        return self.here.current_period

    @property
    def _state(self) -> PeriodState:
        return self.here.state(self._period)

    @property
    def _office(self) -> str:
        return self.letters.office.address

    def _to_unit(self, name: str, state: UnitState) -> Letter:
        due = state.extended.until if state.extended else state.due
        day = due + timedelta(days=_ABOUT.get(name, -1))
        moment = datetime.combine(day, time(9), self.here.around.zone)
        back = Return(document="0" * 64, items=(state.duties[0].item,), reason="数据有误，请核对", at=moment)
        returned = Returned(back=back, filename="报表.docx", received_at=moment, message_id=None)
        mail = PlannedMail(
            time=moment,
            kind=_KINDS.get(name, StepKind.REMINDER),
            unit=state.unit,
            period=self._period,
            to=self._office,
            key=self.key(name),
            gaps=gaps_of(self.here.campaign, state),
            due=due,
            returned=returned if name == "correction" else None,
            draft=name == "request",
        )
        return self.letters.to_unit(mail, state, at=moment, contact_name="张三", thread=None)

    def _receipt(self, state: UnitState | None) -> Letter:
        message = IncomingMessage(
            id=0,
            message_id=None,
            sender=self._office,
            sender_name="",
            subject="报送",
            text="",
            received_at=self.here.now,
            channel="邮件",
        )
        receipt = PlannedReceipt(
            message=message,
            unit=state.unit if state else None,
            period=self._period,
            to=self._office,
            key=self.key("receipt"),
        )
        return self.letters.receipt(receipt, [], state, at=self.here.now, thread=None)

    def _digest(self) -> Letter:
        return self.letters.digest(
            self._state,
            key=self.key("digest"),
            to=self._office,
            at=self.here.now,
            came=["县某局：《报表.docx》"],
            held=[],
            workbook=self.workbook,
            warnings=["这是一条提示的示例"],
            accounts=["office：收信正常"],
        )

    def _weekly(self) -> Letter:
        return self.letters.weekly(
            self._state,
            key=self.key("weekly"),
            to=self._office,
            at=self.here.now,
            week="6月24日至6月28日",
            came=["县某局：《报表.docx》"],
            went=["催报3封"],
            ahead=["6月28日截止"],
        )

    def _alarm(self, *, over: bool) -> Letter:
        since = self.here.now - timedelta(hours=3)
        accounts = ["office：INBOX无法读取，登录被拒绝"]
        return alarm_letter(
            OutageWords(over=over, since=since, lasted="3小时", accounts=accounts),
            key=self.key(ALARM),
            to=self._office,
            at=self.here.now,
            office=self.letters.office,
            composer=self.letters.composer,
            zone=self.letters.zone,
            secret=self.letters.secret,
        )

    def _escalation(self, state: UnitState) -> Escalation:
        line = UnitLine(unit=state.unit, words="缺盖章版")
        return Escalation(
            key=self.key("escalation"),
            period=self._period,
            due=state.due,
            to=self._office,
            addressee="分管领导",
            missing=(UnitLine(unit=state.unit, words=""),),
            partial=(line,),
        )
