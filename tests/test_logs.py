"""What stands in the logs, and what never does."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service import logs

logger = logging.getLogger("reminder_service.jobs.outgoing.remind")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger("reminder_service")
    before = (list(root.handlers), root.level, own.level)
    yield
    root.handlers[:], root.level, own.level = before
    logging.captureWarnings(False)


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(stream=stream)
    return stream


def test_a_record_is_one_readable_line_with_offset_sentence_and_keys(written: io.StringIO) -> None:
    key = "gaoqing/2024Q2/县教育和体育局/reminder/D-3W/1"
    logger.info("Reminder %s sent", key, extra={"action": "reminder_sent"})
    line = written.getvalue()
    assert line.endswith("\n") and line.count("\n") == 1
    stamp, rest = line.split(" ", 1)
    assert stamp[-6] in "+-" and stamp[10] == "T"
    assert key in rest and "action=reminder_sent" in rest and "info" in rest
    assert "\x1b" not in line


def test_json_is_one_object_a_line_with_chinese_as_it_is() -> None:
    stream = io.StringIO()
    logs.configure(json=True, stream=stream)
    logger.warning("%s 逾期", "县妇联", extra={"action": "overdue", "mails": 3})
    record = json.loads(stream.getvalue())
    assert record["event"] == "县妇联 逾期" and "逾期" in stream.getvalue()
    assert (record["level"], record["action"], record["mails"]) == ("warning", "overdue", 3)
    assert record["logger"] == "reminder_service.jobs.outgoing.remind"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to zhang.san@edu.example.cn.", "to z***@edu.example.cn."),
        ("联系人：王芳<wangfang@example.cn>，", "联系人：王芳<w***@example.cn>，"),
        ("张三@example.cn", "张***@example.cn"),
        ('"zhang san"@example.cn', "z***@example.cn"),
        ("office@localhost", "o***@localhost"),
        ("ｗａｎｇ＠example.cn", "ｗ***@example.cn"),
        ("postgresql://office:geheim@127.0.0.1/db", "postgresql://***@127.0.0.1/db"),
        ("电话13812345678转", "电话***78转"),
        ("138-1234-5678", "***78"),
        ("电话/13812345678", "电话/***78"),
        ("+86 138 1234 5678", "***78"),
        ("１３８１２３４５６７８", "***78"),
        ("0533-6967116", "***16"),
        ("(0533) 6967116", "***16"),
        ("请致电6967116。", "请致电***16。"),
        ("password=geheim, host=x", "password=[hidden], host=x"),
        ("{'smtp_password': 'ge heim'}", "{'smtp_password': [hidden]}"),
    ],
)
def test_addresses_telephones_and_secrets_are_masked(text: str, masked: str) -> None:
    assert logs.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "gaoqing/2024Q2/县教育和体育局/reminder/D-3W/1",
        "20240628盖章版.pdf has 5 pages",
        "2024-06-28T09:00:00+08:00",
        "UID 48123 of UIDVALIDITY 1719536400",
        "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d13812345678a9b8c0d1e2f",
        "34567890 bytes read in 0.93 s",
        "imap.example.cn:993 at 192.168.1.20",
        "@dataclass",
    ],
)
def test_what_names_nobody_stays_as_it_is(text: str) -> None:
    assert logs.mask(text) == text


LOCAL_PARTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+_-%王芳", min_size=6, max_size=80)


@given(local=LOCAL_PARTS, before=st.text(max_size=30), after=st.text(max_size=30))
def test_no_address_survives_whatever_stands_around_it(local: str, before: str, after: str) -> None:
    assert f"{local}@example.cn" not in logs.mask(f"{before}{local}@example.cn{after}")


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = logs.mask(text)
    assert logs.mask(once) == once


def test_keys_of_secrets_and_bodies_show_nothing_and_values_are_masked_at_any_depth(
    written: io.StringIO,
) -> None:
    extra = {
        "password": "geheim1",
        "body": "机密正文",
        "to": ["li@example.cn"],
        "contact": {"phone": "13812345678", "token": "geheim2"},
        "raw": b"geheim3",
    }
    logger.info("Kept", extra=extra)
    line = written.getvalue()
    for gone in ("geheim", "机密正文", "li@", "1234"):
        assert gone not in line
    assert "l***@example.cn" in line and "***78" in line


def test_a_traceback_is_masked_too_and_shows_no_local_variables(written: io.StringIO) -> None:
    body = "机密正文"
    try:
        raise ValueError(f"mailbox li.si@example.cn refused {len(body)} characters")
    except ValueError:
        logger.exception("Reading failed")
    text = written.getvalue()
    assert "Traceback" in text and "l***@example.cn refused" in text
    assert "li.si" not in text and body not in text


def test_outside_text_cannot_forge_lines_or_drive_the_terminal(written: io.StringIO) -> None:
    logger.info("File %s kept", "a.docx\n2024-06-28 [error] forged\x1b[2J\u202e", extra={"name2": "x\ry"})
    text = written.getvalue()
    assert text.count("\n") == 1
    assert not any(sign in text for sign in ("\x1b", "\u202e", "\r"))


def test_a_long_text_is_cut(written: io.StringIO) -> None:
    logger.info("Subject %s", "很" * 50_000)
    assert len(written.getvalue()) < 2_000


def test_libraries_stay_quiet_below_warning_even_at_debug() -> None:
    stream = io.StringIO()
    logs.configure("debug", stream=stream)
    logging.getLogger("imaplib2").info("LOGIN office geheim")
    logger.debug("Looked")
    logging.getLogger("apscheduler").warning("late")
    assert "geheim" not in stream.getvalue()
    assert "Looked" in stream.getvalue() and "late" in stream.getvalue()


def test_configuring_twice_writes_each_record_once(written: io.StringIO) -> None:
    again = io.StringIO()
    logs.configure(stream=again)
    logger.info("Once")
    assert written.getvalue() == ""
    assert again.getvalue().count("Once") == 1


def test_a_record_with_wrong_arguments_is_reported_without_them_and_stops_nothing(
    written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    # Alone, since pytest's own handler raises.
    ours = next(each for each in logging.getLogger().handlers if type(each).__module__ == logs.__name__)
    ours.handle(logger.makeRecord(logger.name, logging.INFO, __file__, 1, "%d sent", ("zhang@x.cn",), None))
    assert written.getvalue() == ""
    errors = capfd.readouterr().err
    assert "was lost" in errors and "zhang" not in errors


def test_a_stream_that_knows_no_chinese_still_gets_the_line() -> None:
    raw = io.BytesIO()
    logs.configure(stream=io.TextIOWrapper(raw, encoding="ascii"))
    logger.info("县妇联 sent")
    assert b"\\u53bf" in raw.getvalue()


def test_an_unknown_level_is_named() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        logs.configure("LOUD")


def test_no_call_uses_a_name_that_a_log_record_keeps_for_itself() -> None:
    """Such a call raises, but only where its level is switched on: in the service, never in a quiet command."""
    reserved = {*vars(logging.makeLogRecord({})), "message", "asctime"}
    for path in sorted((Path(__file__).parents[1] / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
                used = {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
                assert not used & reserved, f"{path}:{node.value.lineno}"
