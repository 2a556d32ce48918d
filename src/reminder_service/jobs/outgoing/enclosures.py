"""The files that go with a mail to a unit: its form, the calendar of the due date, the sheet for its people."""

from dataclasses import dataclass
from pathlib import Path

from ...domain.campaign import Campaign, StepKind
from ...domain.due_dates import due_date_of
from ...domain.periods import Period
from ...domain.reminders import PlannedMail
from ...domain.state import UnitState
from ...domain.workdays import WorkCalendar
from ...mail.compose import Attachment
from ...resources import template
from .office import Office

CALENDAR_FILENAME = "报送截止日.ics"
"""The name of the calendar file that goes with a first notice."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ICS = "text/calendar"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosures:
    """Makes the files that go with a campaign's mails to units.

    :param templates: the office's own folders of templates.
    """

    campaign: Campaign
    office: Office
    calendar: WorkCalendar
    templates: tuple[Path, ...] = ()

    def names(self, mail: PlannedMail) -> tuple[str, ...]:
        """Return the names of the files that go with a mail, without making them."""
        form = (form_filename(mail.period, mail.unit),) if self.has_form(mail) else ()
        calendar = (CALENDAR_FILENAME,) if self._has_calendar(mail) else ()
        sheet = () if mail.contact_sheet is None else (contact_sheet_filename(mail.unit),)
        return (*form, *calendar, *sheet)

    def files(self, mail: PlannedMail, state: UnitState, last: UnitState | None) -> tuple[Attachment, ...]:
        """Make the files that go with a mail.

        :param last: the unit's state in the period before, for the form to show what was reported then.
        :raises ConfigurationError: when the form's template is wrong.
        """
        return (*self._form(mail, state, last), *self._calendar_file(mail), *self._contact_sheet(mail))

    def _form(self, mail: PlannedMail, state: UnitState, last: UnitState | None) -> tuple[Attachment, ...]:
        if not self.has_form(mail):
            return ()
        from ...reports.unit_form import write_unit_form  # here: python-docx is slow to import

        own = template(self.templates, "forms/unit.docx")
        content = write_unit_form(self.campaign, state, mail.period, last, template=own)
        name = form_filename(mail.period, mail.unit)
        return (Attachment(filename=name, content=content, content_type=DOCX),)

    def has_form(self, mail: PlannedMail) -> bool:
        """Whether the unit's form goes with a mail."""
        return self.campaign.attach_form and mail.kind is not StepKind.THANKS

    def _has_calendar(self, mail: PlannedMail) -> bool:
        return self.campaign.attach_calendar and mail.kind is StepKind.FIRST_NOTICE

    def _calendar_file(self, mail: PlannedMail) -> tuple[Attachment, ...]:
        if not self._has_calendar(mail):
            return ()
        from ...reports.calendar_file import unit_calendar  # here: icalendar is slow to import

        due = due_date_of(self.campaign, mail.period, mail.due, self.calendar)
        phone = self.campaign.contact_phone or self.office.phone
        content = unit_calendar(due, mail.unit, office=self.office.name, phone=phone)
        return (Attachment(filename=CALENDAR_FILENAME, content=content, content_type=_ICS),)

    def _contact_sheet(self, mail: PlannedMail) -> tuple[Attachment, ...]:
        if mail.contact_sheet is None:
            return ()
        from ...reports.contact_sheet import write_contact_sheet  # here: openpyxl is slow to import

        content = write_contact_sheet(self.campaign, mail.unit, mail.contact_sheet)
        name = contact_sheet_filename(mail.unit)
        return (Attachment(filename=name, content=content, content_type=XLSX),)


def form_filename(period: Period, unit: str) -> str:
    """Return the name of the form that goes with a mail to a unit."""
    return f"{period.title}进展情况报表-{unit}.docx"


def contact_sheet_filename(unit: str) -> str:
    """Return the name of the sheet on which a unit names its people."""
    return f"联系人表-{unit}.xlsx"
