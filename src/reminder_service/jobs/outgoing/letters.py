"""Letters: from what was decided to mails ready for the outbox; no store, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from reminder_service.domain.campaign import Campaign, ColumnKey, StepKind, Version
from reminder_service.domain.escalation import Escalation
from reminder_service.domain.incoming import Attribution
from reminder_service.domain.outgoing import MailKey
from reminder_service.domain.periods import Period
from reminder_service.domain.receipts import PlannedReceipt
from reminder_service.domain.reminders import Gaps, Held, PlannedMail, gaps_of
from reminder_service.domain.state import PeriodState, Status, UnitState
from reminder_service.domain.workdays import WorkCalendar
from reminder_service.mail.compose import Attachment, Composer, Envelope

from . import letter_words as words
from .digest_words import digest_context
from .enclosures import DOCX, XLSX, Enclosures, form_filename
from .office import Office


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail ready to be sent; ``name`` is the template it was made from."""

    name: str
    subject: str
    raw: bytes
    message_id: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letters:
    """Writes the mails of one campaign.

    :param secret: key of the HMAC in the Message-IDs.
    :param templates: the office's own folders of templates, for the form that goes with a mail.
    """

    campaign: Campaign
    office: Office
    composer: Composer
    calendar: WorkCalendar
    zone: tzinfo
    secret: bytes
    templates: tuple[Path, ...] = ()

    def reference(self, period: Period, unit: str) -> str:
        """Return what the subject carries so that an answer says whose it is: ``[妇儿实事 2024Q2-07]``."""
        return f"[{self.campaign.short_name} {period}-{self.campaign.unit(unit).code}]"

    @property
    def enclosures(self) -> Enclosures:
        """The files that go with mails to units."""
        return Enclosures(
            campaign=self.campaign, office=self.office, calendar=self.calendar, templates=self.templates
        )

    def unit_subject(self, mail: PlannedMail, state: UnitState, *, at: datetime) -> str:
        """Return the subject that :meth:`to_unit` gives a mail, without making the mail."""
        today = self._day(at)
        return self.composer.subject(_template(mail, today), self._unit_context(mail, state, today, ""))

    def to_unit(
        self,
        mail: PlannedMail,
        state: UnitState,
        *,
        at: datetime,
        contact_name: str,
        thread: str | None,
        last: UnitState | None = None,
    ) -> Letter:
        """Write a mail of the ladder, with the unit's own form where the campaign attaches it.

        :param at: the moment of sending; a mail that comes late says what is true on its day.
        :param thread: Message-ID of the first mail of this period to the unit, None for the first. A mail about
            what was given back answers the mail that brought it.
        :param last: the unit's state in the period before, for the form to show what was reported then.
        :raises ConfigurationError: when a template is wrong.
        :raises DeliveryError: when the address is none.
        """
        today = self._day(at)
        context = self._unit_context(mail, state, today, contact_name)
        envelope = self._envelope(
            mail.key,
            mail.to,
            at,
            name=words.plain(contact_name),
            answers=_answered(mail) or thread,
            references=tuple(known for known in (thread, _answered(mail)) if known),
        )
        files = self.enclosures.files(mail, state, last)
        return self._letter(_template(mail, today), context, envelope, files)

    def receipt(
        self,
        receipt: PlannedReceipt,
        attributions: Sequence[Attribution],
        state: UnitState | None,
        *,
        at: datetime,
        thread: str | None,
    ) -> Letter:
        """Answer a submission: what came, what is accepted, what is lacking and how to mend it.

        :param attributions: those of this message for this unit.
        :param state: the unit's state with this submission in it; None where the sender is not listed: then
            the letter says that something came and nothing about any unit.
        :param thread: Message-ID of our first mail of this period to the unit, if any.
        :raises ConfigurationError: when a template is wrong.
        :raises DeliveryError: when the sender's address is none.
        """
        answered = receipt.message.message_id
        envelope = self._envelope(
            receipt.key,
            receipt.to,
            at,
            answers=answered,
            references=tuple(known for known in (thread, answered) if known),
        )
        if state is None or receipt.unit is None:
            context = self._common(self._day(at)) | {"reference": f"[{self.campaign.short_name}]"}
            return self._letter("receipt_unlisted", context, envelope)
        context = self._receipt_context(receipt, attributions, state, self._day(at))
        return self._letter("receipt", context, envelope)

    def digest(
        self,
        state: PeriodState,
        *,
        key: MailKey,
        to: str,
        at: datetime,
        came: Sequence[str],
        held: Sequence[Held],
        workbook: bytes,
        warnings: Sequence[str],
        accounts: Sequence[str] = (),
    ) -> Letter:
        """Write the office's daily overview of a period, with the workbook.

        :param came: what came since yesterday, a line each.
        :param held: units that could not be written to.
        :param warnings: what else the office should know, a sentence each.
        :param accounts: when each way in and out last worked, a line each.
        :raises ConfigurationError: when a template is wrong.
        :raises DeliveryError: when the address is none.
        """
        attachment = Attachment(filename=f"汇总表_{state.period}.xlsx", content=workbook, content_type=XLSX)
        context = self._common(self._day(at)) | digest_context(
            self.campaign,
            state,
            self.calendar,
            self.zone,
            came=came,
            held=held,
            warnings=warnings,
            accounts=accounts,
        )
        context["workbook"] = attachment.filename
        return self._letter("digest", context, self._envelope(key, to, at), (attachment,))

    def weekly(
        self,
        state: PeriodState,
        *,
        key: MailKey,
        to: str,
        at: datetime,
        week: str,
        came: Sequence[str],
        went: Sequence[str],
        ahead: Sequence[str],
    ) -> Letter:
        """Write the office's summary of a week of a period.

        :param week: its days (``6月24日至6月28日``).
        :param came: what came in it, a line each; ``went`` what went to units, ``ahead`` what is planned.
        :raises ConfigurationError: when a template is wrong.
        :raises DeliveryError: when the address is none.
        """
        context = self._common(self._day(at)) | digest_context(
            self.campaign, state, self.calendar, self.zone, came=came, held=(), warnings=()
        )
        context |= {"week": week, "went": list(went), "ahead": list(ahead)}
        return self._letter("weekly", context, self._envelope(key, to, at))

    def escalation(self, letter: Escalation, *, at: datetime) -> Letter:
        """Write the letter to a leader about silent units, and the same as a Word file to be signed.

        :raises ConfigurationError: when a template is wrong.
        :raises DeliveryError: when the address is none.
        """
        from reminder_service.reports.escalation_letter import write_escalation  # here: python-docx is slow

        context = self._common(self._day(at)) | words.escalation_words(letter)
        content = write_escalation(
            letter,
            notice=self.campaign.title.strip("《》"),
            office=self.office.name,
            today=self._day(at),
        )
        attachment = Attachment(
            filename=f"{letter.period.title}报送情况催办函.docx", content=content, content_type=DOCX
        )
        return self._letter("escalation", context, self._envelope(letter.key, letter.to, at), (attachment,))

    # --- contexts of the templates ------------------------------------------------------------------------------

    def _common(self, today: date) -> dict[str, object]:
        return {
            "office": self.office.name,
            "phone": self.campaign.contact_phone or self.office.phone,
            "today": f"{today.year}年{words.day_words(today)}",
            "notice": self.campaign.title.strip("《》"),
            "document_number": self.campaign.document_number,
        }

    def _unit_context(
        self, mail: PlannedMail, state: UnitState, today: date, contact_name: str
    ) -> dict[str, object]:
        attached = self.enclosures.has_form(mail)
        told = mail.returned.back.reason if mail.returned else ""
        form = self.campaign.form
        return (
            self._common(today)
            | self._about(mail.period, state, mail.gaps, mail.due, today, form_attached=attached, told=told)
            | {
                "contact_name": words.plain(contact_name),
                "returned": words.returned_words(self.campaign, mail.returned, self.zone),
                "items": words.item_lines(self.campaign, state),
                "versions": words.version_lines(self.campaign),
                "stamped": Version.STAMPED in self.campaign.versions,
                "form_title": form.title,
                "measures_heading": form.heading(ColumnKey.MEASURES) or f"{mail.period.this}进展情况",
                "deadline_heading": form.heading(ColumnKey.DEADLINE),
                "contact_sheet": mail.contact_sheet is not None,
                "form_file": form_filename(mail.period, mail.unit) if attached else None,
            }
        )

    def _about(
        self,
        period: Period,
        state: UnitState,
        gaps: Gaps,
        due: date,
        today: date,
        *,
        form_attached: bool,
        told: str = "",
    ) -> dict[str, object]:
        return {
            "reference": self.reference(period, state.unit),
            "unit": state.unit,
            "contact_name": "",
            "period": period.title,
            "this": period.this,
            "due": words.weekday_words(due),
            "due_short": words.day_words(due),
            "due_year": f"{due.year}年",
            "weekday": words.weekday(due),
            "due_today": today == due,
            "overdue": today > due,
            "extended": state.extended is not None,
            "days_left": self.calendar.between(today, due),
            "gaps": words.gap_lines(self.campaign, gaps, told=told),
            "cures": words.cures(self.campaign, gaps, period, form_attached=form_attached),
            "received": words.received_words(state, self.zone),
            "checking": words.is_checking(state),
            "nothing_came": state.status in (Status.MISSING, Status.UNKNOWN),
        }

    def _receipt_context(
        self, receipt: PlannedReceipt, attributions: Sequence[Attribution], state: UnitState, today: date
    ) -> dict[str, object]:
        due = state.extended.until if state.extended else state.due
        gaps = gaps_of(self.campaign, state)
        about = self._about(receipt.period, state, gaps, due, today, form_attached=False)
        return (
            self._common(today)
            | about
            | {
                "files": words.file_lines(attributions, state),
                "received": [],  # the files of this mail are listed with what they were taken for
                "came_at": words.moment_words(receipt.message.received_at, self.zone),
                "accepted": words.accepted_lines(self.campaign, attributions, state),
                "complete": state.status is Status.COMPLETE,
            }
        )

    # --- the mail -----------------------------------------------------------------------------------------------

    def _envelope(
        self,
        key: MailKey,
        to: str,
        at: datetime,
        *,
        name: str = "",
        answers: str | None = None,
        references: tuple[str, ...] = (),
    ) -> Envelope:
        domain = self.office.address.rpartition("@")[2]
        return Envelope(
            message_id=key.message_id(self.secret, domain),
            sender_name=self.office.name,
            sender=self.office.address,
            to=to,
            to_name=name,
            date=at.astimezone(self.zone),
            in_reply_to=answers,
            references=references,
        )

    def _letter(
        self,
        name: str,
        context: Mapping[str, object],
        envelope: Envelope,
        attachments: tuple[Attachment, ...] = (),
    ) -> Letter:
        return Letter(
            name=name,
            subject=self.composer.subject(name, context),
            raw=self.composer.compose(name, context, envelope, attachments),
            message_id=envelope.message_id,
            attachments=attachments,
        )

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def _template(mail: PlannedMail, today: date) -> str:
    """Choose the text that is true on the day: a mail that was put off may go on the due day or after it."""
    if mail.draft and mail.kind is not StepKind.CORRECTION:
        return "request"
    as_it_is = mail.kind in (StepKind.FIRST_NOTICE, StepKind.CORRECTION, StepKind.THANKS)
    if as_it_is or today < mail.due:
        return str(mail.kind)
    return str(StepKind.DUE_TODAY if today == mail.due else StepKind.OVERDUE)


def _answered(mail: PlannedMail) -> str | None:
    return mail.returned.message_id if mail.returned else None
