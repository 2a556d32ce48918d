"""What the doctor can tell from settings, contacts and calendar, without touching the outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from importlib.util import find_spec

from ...config import Configuration
from ...documents.refusals import NO_OFFICE_FOR_EXCEL, NO_OFFICE_FOR_WORD, NO_UNAR
from ...domain.campaign import Campaign
from ...domain.periods import Period
from ...domain.state import Contact
from ...domain.workdays import WorkCalendar, due_date

_NAMED = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What was found about one part.

    ``ok`` is True when it works, False when it does not, and None when the service works all the same but somebody
    should look, or when it could not be tried. ``cure`` says what to do where ``ok`` is not True.
    """

    name: str
    ok: bool | None
    detail: str
    cure: str = ""


def check_configuration(configuration: Configuration) -> Iterator[Check]:
    """Say which campaigns were loaded; mistakes would have stopped the command before."""
    count, ids = len(configuration.campaigns), ", ".join(configuration.campaigns)
    yield Check(
        name="configuration",
        ok=True,
        detail=f"{configuration.directory} holds no mistake; {_counted(count, 'campaign')}: {ids}",
    )


def check_questions(configuration: Configuration) -> Iterator[Check]:
    """List the questions about each notice that nobody has answered."""
    for campaign in configuration.campaigns.values():
        keys = [question.key for question in campaign.open_questions]
        if keys:
            path = configuration.directory / "campaigns" / f"{campaign.id}.yaml"
            yield Check(
                name=f"questions of {campaign.id}",
                ok=None,
                detail=f"nobody is reminded while {_counted(len(keys), 'question')} wait for an answer: "
                f"{', '.join(keys)}",
                cure=f"Write each answer behind answer: in {path}; the proposal above it will often do.",
            )
        else:
            yield Check(name=f"questions of {campaign.id}", ok=True, detail="every question has its answer")


def check_contacts(campaigns: Iterable[Campaign], contacts: Sequence[Contact]) -> Iterator[Check]:
    """Name the units of each campaign that no mail can reach."""
    listed = {contact.unit for contact in contacts if contact.address}
    reached = {contact.unit for contact in contacts if contact.address and not contact.bounced}
    for campaign in campaigns:
        units = [unit.name for unit in campaign.units]
        silent = [unit for unit in units if unit not in listed]
        bounced = [unit for unit in units if unit in listed - reached]
        parts = [f"{len(silent)} of {len(units)} units have no address: {_named(silent)}"] if silent else []
        parts += [f"mail to {_named(bounced)} comes back from every address"] if bounced else []
        yield Check(
            name=f"contacts of {campaign.id}",
            ok=None if parts else True,
            detail="; ".join(parts) or f"each of {len(units)} units has an address",
            cure="Fill in `reminder-service contacts export FILE` and import it with `contacts import FILE`; "
            "until then only these units' own mails wait."
            if parts
            else "",
        )


def check_calendar(
    campaigns: Iterable[Campaign], calendar: WorkCalendar, configured: str, *, today: date
) -> Iterator[Check]:
    """Say whether holidays and 调休 are known for this year, the period that runs now and the next one.

    :param configured: where the office's own days stand.
    """
    needed = {today.year}
    for campaign in campaigns:
        for period in _periods_ahead(campaign, today):
            needed |= {period.end.year, due_date(period, campaign.due_rule, calendar).year}
    years = sorted(needed)
    unknown = [str(year) for year in years if not calendar.knows(year)]
    if unknown:
        yield Check(
            name="calendar",
            ok=None,
            detail=f"the holidays of {', '.join(unknown)} are not known: there, weekends alone count as free",
            cure=f"Once 国务院办公厅 has announced them, update the library chinesecalendar or write them into "
            f"{configured}.",
        )
    else:
        known = ", ".join(map(str, years))
        yield Check(name="calendar", ok=True, detail=f"holidays and 调休 of {known} are known")


def check_clock(campaigns: Iterable[Campaign], zone: tzinfo, *, now: datetime) -> Iterator[Check]:
    """Show the office's time, which decides everything, and doubt a clock that is before every notice."""
    office = now.astimezone(zone)
    detail = f"it is {office:%Y-%m-%d %H:%M} office time ({zone}, UTC{office:%z})"
    first = min((campaign.date for campaign in campaigns), default=None)
    if first and office.date() < first:
        yield Check(
            name="clock",
            ok=None,
            detail=f"{detail}, which is before the date of every notice ({first})",
            cure="Set this machine's clock, best by NTP (timedatectl set-ntp true).",
        )
        return
    machine = now.astimezone()
    if machine.utcoffset() != office.utcoffset():
        detail += f"; this machine's own zone is UTC{machine:%z}, which only log lines follow"
    yield Check(name="clock", ok=True, detail=detail)


def check_recognition() -> Iterator[Check]:
    """Say whether the parts that read scans and photos are installed; nothing is loaded."""
    missing = [name for name in ("cv2", "onnxruntime", "rapidocr", "zxingcpp") if find_spec(name) is None]
    yield Check(
        name="recognition",
        ok=not missing,
        detail=f"missing: {', '.join(missing)}"
        if missing
        else "scans and photos are read on this machine, offline",
        cure="Run ./run setup again: it installs what reads scans." if missing else "",
    )


def check_programs(find: Callable[[str], str | None], waiting: Mapping[str, int]) -> Iterator[Check]:
    """Say which programs beside us open what we cannot, and how many files wait for one that is missing.

    :param find: returns the path of a program, or None.
    :param waiting: how many files ended in each of the problems that a program mends.
    """
    office = find("soffice") or find("libreoffice")
    yield _program(
        "converter",
        office,
        reads=".doc, .wps, .rtf and .odt files",
        install="libreoffice-writer-nogui",
        waiting=sum(waiting.get(one.detail, 0) for one in (NO_OFFICE_FOR_WORD, NO_OFFICE_FOR_EXCEL)),
    )
    unar = find("unar") if find("lsar") else None
    yield _program(
        "rar archives", unar, reads=".rar archives", install="unar", waiting=waiting.get(NO_UNAR.detail, 0)
    )


def _program(name: str, path: str | None, *, reads: str, install: str, waiting: int) -> Check:
    files = _counted(waiting, "file")
    if path is None:
        held = f", {files} so far" if waiting else ""
        return Check(
            name=name,
            ok=None,
            detail=f"not installed: {reads} wait for a person{held}",
            cure=f"Install it (apt-get install {install}); what waits is then read by itself, or at once by "
            "`reminder-service reprocess`.",
        )
    again = f"; {files} that waited are read at the next `collect` or `reprocess`" if waiting else ""
    return Check(name=name, ok=True, detail=f"{path} opens {reads}{again}")


def _periods_ahead(campaign: Campaign, today: date) -> list[Period]:
    current = max(Period.containing(today, campaign.cadence), campaign.first_period)
    following = current.next()
    ahead = [current, following] if following else [campaign.first_period]
    last = campaign.last_period
    return [period for period in ahead if last is None or period <= last]


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more
