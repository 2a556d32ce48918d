"""The queue as the pages walk through it: where one thing stands in it, its address, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import HTTPException

from ..domain.campaign import Campaign
from ..domain.decisions import DecisionKind
from ..domain.tray import Case
from ..jobs.views.tray import queue_of
from ..store.decisions import Decision
from .desk import Desk

DONE_WORDS: Mapping[str, str] = {
    DecisionKind.ACCEPT: "已认可",
    DecisionKind.ASSIGN: "已归入",
    DecisionKind.DISMISS: "已标记为非报送材料",
    DecisionKind.RETURN: "已退回，说明将随下一次发信发给单位",
    DecisionKind.CORRECT: "已更正文字",
    DecisionKind.CONFIRM: "已确认该行无误",
}
"""What was done, by kind of decision; these can be taken back from the next page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """The queue, and one of it with its place from 0."""

    queue: list[Case]
    case: Case
    place: int

    @property
    def before(self) -> Case | None:
        """What stands before it."""
        return self.queue[self.place - 1] if self.place else None

    @property
    def next(self) -> Case | None:
        """What comes after it."""
        return self.queue[self.place + 1] if self.place + 1 < len(self.queue) else None


def queue_here(desk: Desk) -> list[Case]:
    """Return what waits in every campaign at work, the most urgent first."""
    return queue_of(desk.here(campaign) for campaign in desk.office.campaigns.values())


def waiting_for(desk: Desk, key: tuple[str, str, str]) -> Waiting | None:
    """Return one thing with the queue that it stands in, None where it does not wait any more."""
    queue = queue_here(desk)
    place = next((place for place, case in enumerate(queue) if case.key == key), None)
    return None if place is None else Waiting(queue=queue, case=queue[place], place=place)


def at_work(desk: Desk, number: str) -> Campaign:
    """Return a campaign.

    :raises HTTPException: 404 where there is none of that id.
    """
    campaign = desk.office.campaigns.get(number)
    if campaign is None:
        raise HTTPException(404, "没有这项任务，可能已被移走。")
    return campaign


def done_before(desk: Desk, number: int | None) -> Decision | None:
    """Return a decision about a file that still holds."""
    found = desk.store.decisions.get(number) if number is not None else None
    return found if found and found.kind in DONE_WORDS and found.document else None


def path_of(case: Case) -> str:
    """Return the address of one thing that waits."""
    return "/tray/" + "/".join(case.key)
