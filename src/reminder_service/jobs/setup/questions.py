"""What a notice leaves open, and a person's answers: written into the campaign file, noted in the journal."""

from datetime import datetime
from pathlib import Path
from typing import Any

from ...config import set_answer
from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...store import Store


def questions_json(campaign: Campaign) -> list[dict[str, Any]]:
    """Return every question of a campaign; ``answer`` is null while it is open."""
    return [
        {
            "key": one.key,
            "question": one.question,
            "proposal": one.proposal,
            "quote": one.quote,
            "answer": one.answer,
        }
        for one in campaign.questions
    ]


def answer_question(
    store: Store,
    directory: Path,
    campaign: Campaign,
    key: str,
    text: str | None,
    *,
    author: str,
    now: datetime,
) -> str:
    """Write an answer into the campaign's file, whose comments and layout stay, and return it.

    :param directory: the configuration directory; it has to be read again for the answer to count.
    :param text: None takes the proposal.
    :raises WrongUsage: when there is no such question, or neither an answer nor a proposal.
    :raises ConfigurationError: when the file has mistakes.
    :raises OutsideError: when the file cannot be written; it is then as it was.
    """
    question = next((one for one in campaign.questions if one.key == key), None)
    if question is None:
        known = ", ".join(one.key for one in campaign.questions) or "it has none"
        raise WrongUsage(f"{campaign.id} has no question with the key {key}; its questions: {known}")
    if text is None and not question.proposal.strip():
        raise WrongUsage(f"{key} has no proposal to take; write the answer: `answer {key} TEXT`")
    answer = question.proposal if text is None else text.strip()
    set_answer(directory / "campaigns" / f"{campaign.id}.yaml", key, answer)
    detail = {"question": key, "before": question.answer, "answer": answer}
    store.journal.write(now, author, "answer", campaign.id, detail)
    return answer
