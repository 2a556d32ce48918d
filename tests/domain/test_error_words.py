"""Whatever the program may raise is said in Chinese where a clerk meets it: every sentence of the source has words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import reminder_service
from reminder_service.domain.error_words import OTHER, error_words

SOURCE = Path(reminder_service.__file__).parent
ROOMS = ("domain", "jobs", "mail", "reports", "store")
ERRORS = re.compile(r"(Error|Usage|Gone|Body|Lost|Delivery|NothingChanged|Original)$")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
OF_THE_PROGRAM = ("ValueError", "RuntimeError", "TypeError", "KeyError", "FileNotFoundError")
IN_A_CELL = "a cell of more than"
"""Caught where it is raised."""


def sentences() -> Iterator[tuple[str, str]]:
    """Every error sentence that stands in the source, with ``x1`` for what is put in, and where it stands."""
    for file in (file for room in ROOMS for file in (SOURCE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            text = _text(node.args[0])
            if ERRORS.search(name) and name not in OF_THE_PROGRAM and text and ENGLISH.search(text):
                yield f"{file.relative_to(SOURCE)}:{node.lineno}", text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.List):
        return _text(node.elts[0]) if node.elts else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(one) if isinstance(one, ast.Constant) else "7" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_error_that_the_program_may_raise_has_words() -> None:
    found = list(sentences())
    assert len(found) > 100
    missing = [
        f"{place}: {text}"
        for place, text in found
        if error_words(text) == OTHER and not text.startswith(IN_A_CELL) and "answered" not in text
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("县民政局 does not owe item 3, but 1, 2", "县民政局不承担第3项"),
        ("There is no decision 12 in force; `reminder-service decisions` lists them", "第12号认定此前已撤销"),
        ("smtp.x:465 answered 550 5.1.1 no such user here", "收件地址"),
        ("smtp.x:465 answered 554 spam", "代码554"),
        ("smtp.x:465 answered 451 try later", "自动重试"),
        ("/tmp/x/people.csv is damaged at line 7 (…). Save it again.", "第7行"),
        ("/tmp/x.xlsx cannot be read: it is damaged, too large or under a password. Open it.", "密码"),
        ("the unit owes nothing any more", "单位已报齐"),
        ("此模板已被他人修改，请重新打开后再改。", "此模板已被他人修改"),
    ],
)
def test_words_say_what_it_is_about(sentence: str, words: str) -> None:
    said = error_words(sentence)
    assert words in said and not ENGLISH.search(said)


def test_each_line_is_said_once() -> None:
    title, date = (
        "n.txt: The notice has no title of the form …",
        "n.txt: The notice has no date of issue (…).",
    )
    assert error_words(f"{title}\n{date}\n{title}").count("；") == 1


def test_what_nobody_foresaw_is_handed_on() -> None:
    assert error_words("Something that nobody thought of.") == error_words("") == OTHER
