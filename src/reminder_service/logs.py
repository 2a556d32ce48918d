"""Logs: one readable line a record, JSON on request, and nothing in them that tells who people are.

The program logs with the standard library everywhere; :func:`configure` says how the records look::

    logger.info("Reminder %s sent", key, extra={"action": "reminder_sent"})
    2024-06-28T09:00:00+08:00 [info     ] Reminder … sent [reminder_service.jobs.outgoing.remind] action=reminder_sent

E-mail addresses and telephone numbers are masked in every message, value and traceback, values under the
names of secrets and bodies are hidden, control characters are escaped and long texts are cut: what is logged
may come from outside.
"""

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date, datetime
from typing import Any, Final, TextIO

HIDDEN: Final = "[hidden]"
LONGEST: Final = 1_000
_LONGEST_READ: Final = 65_536  # bounds what masking costs, whatever comes from outside

_HIDDEN_KEYS: Final = re.compile(
    r"passw|passphrase|secret|token|credential|authorization|api_?key|body|payload|html|measures|^text$|^content$|^raw$",
    re.IGNORECASE,
)
_SECRET_IN_TEXT: Final = re.compile(
    r"(?P<name>(?:passw(?:or)?d|passphrase|secret|token|api_?key)\w{0,32}[\"']?\s{0,8}[=:]\s{0,8})"
    r"(?:\"[^\"]*\"|'[^']*'|[^\s,;]+)",
    re.IGNORECASE,
)
_USER_IN_URL: Final = re.compile(r"(?<=://)[^\s/@]{1,256}@")

# What cannot stand in an address without quotes, and what Chinese text puts around one.
_TOKEN: Final = re.compile(r"[^\s<>\"'(),:;\[\]{}=|/\\（）《》<>【】“”‘’，。；：、！？]+")
_QUOTED_LOCAL_PART: Final = re.compile(r"\"([^\"\n])[^\"\n]{0,63}\"(?=@)")

_DAY: Final = r"20[0-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:"
    r"(?:\+|00)[1-9][0-9]{0,2}[ -]?(?:[0-9][ -]?){6,11}[0-9]"  # with a country's code
    r"|1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"  # mobile
    r"|\(?0[1-9][0-9]{1,2}\)?[ -]?[2-9][0-9]{2,3}[ -]?[0-9]{4}"  # with an area code
    r"|400[ -]?[0-9]{3}[ -]?[0-9]{4}"
    rf"|(?<![._/-])(?!{_DAY}(?![0-9]))[2-8][0-9]{{6,7}}(?![A-Za-z_%]| bytes)"  # local; no day, no size
    r")(?![0-9]|\.[0-9])"
)
_FULL_WIDTH: Final = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {
    ord("＠"): "@",
    ord("．"): ".",
}
# C0 and C1 controls, and the marks that turn the direction of a line.
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

_OWN_LOGGER: Final = "reminder_service"


def mask(text: str) -> str:
    """Give the text as it may stand in a log: ``z***@x.cn`` for an address, ``***78`` for a telephone."""
    masked = text[:_LONGEST_READ].translate(_FULL_WIDTH)
    masked = _SECRET_IN_TEXT.sub(rf"\g<name>{HIDDEN}", masked)
    if "@" in masked:
        masked = _USER_IN_URL.sub("***@", masked)
        masked = _QUOTED_LOCAL_PART.sub(r"\1***", masked)
        masked = _TOKEN.sub(_masked_address, masked)
    return _PHONE.sub(lambda match: f"***{match[0][-2:]}", masked)


def _masked_address(match: re.Match[str]) -> str:
    *locals_, domain = match[0].split("@")
    return "".join(f"{_initial(local)}@" for local in locals_) + domain


def _initial(local: str) -> str:
    return local if local in ("", "***") else f"{local[0]}***"


def configure(level: str = "INFO", json: bool = False, stream: TextIO | None = None) -> None:
    """Send every log record to ``stream``, masked; calling it again replaces what an earlier call set.

    Only the program's own loggers follow ``level``. The libraries stay at WARNING, since several write bodies
    and parameters at lower levels.

    :param level: DEBUG, INFO, WARNING, ERROR or CRITICAL, in any case.
    :param json: one JSON object a line instead of readable text.
    :param stream: where to; None is standard error as it is at the time of each record. Colours appear only
        on a terminal.
    :raises ValueError: if there is no such level.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"log level {level!r} is none of DEBUG, INFO, WARNING, ERROR, CRITICAL")
    handler = _LineHandler(stream)
    handler.setFormatter(_formatter(json=json, colors=_wants_colors(stream or sys.stderr)))
    root = logging.getLogger()
    for earlier in [known for known in root.handlers if isinstance(known, _LineHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OWN_LOGGER).setLevel(number)
    logging.captureWarnings(True)


class _LineHandler(logging.Handler):
    """Writes each record to the stream at once; a record that cannot be written never breaks the program."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            stream = self._stream or sys.stderr
            line = self.format(record) + "\n"
            encoding = getattr(stream, "encoding", None) or "utf-8"
            stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        # logging's own version prints the arguments as they are, unmasked.
        kind = sys.exc_info()[0]
        name = kind.__name__ if kind else "unknown"
        if sys.__stderr__ is not None:
            sys.__stderr__.write(f"A log record of {record.name}, line {record.lineno}, was lost: {name}\n")


def _wants_colors(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ


def _formatter(*, json: bool, colors: bool) -> logging.Formatter:
    import structlog

    renderer: Any
    if json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=colors, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            _add_time,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            _drop_traces_of_other_formatters,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Before the masking, since a traceback quotes what it fell over; plain, without local variables.
            structlog.processors.ExceptionRenderer(_plain_traceback),
            _mask_event,
            renderer,
        ]
    )


Event = MutableMapping[str, Any]


def _add_time(_logger: object, _method: str, event: Event) -> Event:
    moment = datetime.fromtimestamp(event["_record"].created).astimezone()
    event["timestamp"] = moment.isoformat(timespec="seconds")
    return event


def _drop_traces_of_other_formatters(_logger: object, _method: str, event: Event) -> Event:
    # logging's own formatter leaves these on the record; they would look like keys of ours, the text twice.
    for name in ("message", "asctime"):
        event.pop(name, None)
    return event


def _plain_traceback(exc_info: Any) -> str:
    return logging.Formatter().formatException(exc_info)


def _mask_event(_logger: object, _method: str, event: Event) -> Event:
    for key, value in event.items():
        if key == "timestamp":
            continue
        event[key] = _mask_value(key, value, _keep_lines if key == "exception" else _one_line)
    return event


def _mask_value(key: str, value: object, shape: Callable[[str], str]) -> object:
    if _HIDDEN_KEYS.search(key):
        return HIDDEN
    match value:
        case None | bool() | float():
            return value
        case int():
            text = mask(str(value))
            return value if text == str(value) else text
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {mask(str(name)): _mask_value(str(name), inner, shape) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_mask_value("", inner, shape) for inner in value]
        case bytes() | bytearray() | memoryview():
            return f"{len(value)} bytes"
        case _:
            return shape(mask(str(value)))


def _one_line(text: str) -> str:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), cut)


def _keep_lines(text: str) -> str:
    return "\n".join(_one_line(line) for line in text.split("\n"))
