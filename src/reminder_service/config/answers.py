"""Writing into a configuration that people have written: only the answer changes, every other byte stays."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from ..domain.campaign import Campaign
from ..domain.errors import WrongUsage
from .campaign_file import load_campaign
from .problems import suggestion
from .put_in_place import put_in_place
from .yaml_file import compose, read_text
from .yaml_text import scalar


def set_answer(path: Path, key: str, answer: str) -> None:
    """Write the answer to an open question into a campaign file, keeping its comments and layout.

    :param key: the question's key.
    :raises ConfigurationError: when the file has mistakes already.
    :raises WrongUsage: when the file asks no such question, the answer is empty, or the file's layout is such
        that the answer must be written by hand.
    :raises OutsideError: when the file cannot be written; it is then as it was.
    """
    campaign = load_campaign(path)
    if not answer.strip():
        raise WrongUsage(f"The answer to {key} is empty; give the answer or take the proposal.")
    expected = _answered(campaign, key, answer.strip(), path)
    text = read_text(path)
    changed = _with_answer(path, text, key, answer.strip())
    put_in_place(path, changed, fits=lambda draft: load_campaign(draft) == expected, what="the answer")


def _answered(campaign: Campaign, key: str, answer: str, path: Path) -> Campaign:
    known = [question.key for question in campaign.questions]
    if key not in known:
        hint = suggestion(key, known) if known else "it has none"
        raise WrongUsage(f"{path} has no question with the key {key}; {hint}")
    questions = (replace(q, answer=answer) if q.key == key else q for q in campaign.questions)
    return replace(campaign, questions=tuple(questions))


def _with_answer(path: Path, text: str, key: str, answer: str) -> str:
    question = _question(compose(path, text), key)
    for key_node, value in question.value:
        if key_node.value == "answer":
            if value.value == "" and not value.style:  # an empty value has no place of its own
                colon = text.index(":", key_node.end_mark.index) + 1
                return f"{text[:colon]} {scalar(answer)}{text[colon:]}"
            start, end = value.start_mark.index, value.end_mark.index
            end = start + len(text[start:end].rstrip())  # the end of a block text lies on a later line
            return f"{text[:start]}{scalar(answer)}{text[end:]}"
    key_node = question.value[0][0]
    start = key_node.start_mark.index
    gap = ", " if question.flow_style else "\n" + " " * key_node.start_mark.column
    return f"{text[:start]}answer: {scalar(answer)}{gap}{text[start:]}"


def _question(node: Node | None, key: str) -> MappingNode:
    """Return the node of a question; the file has been loaded before, so it is there."""
    questions = next(value for name, value in node.value if name.value == "questions") if node else None
    assert isinstance(questions, SequenceNode)
    found: Iterator[MappingNode] = (
        entry
        for entry in questions.value
        if any(name.value == "key" and value.value.strip() == key for name, value in entry.value)
    )
    return next(found)
