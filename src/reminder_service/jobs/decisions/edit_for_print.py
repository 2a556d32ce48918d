"""What a person prints in place of a unit's reported text, held against what the unit reports now."""

from ...domain.decisions import DecisionKind
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...domain.print_edits import LONGEST_TEXT, PrintEdit
from ..state.settled import Settled
from ..state.situation import Situation


def edited(here: Situation, unit: str | None, period: Period, settled: Settled) -> PrintEdit:
    """Return the edit with the words it stands in place of.

    :raises WrongUsage: when nothing is reported there, or the text is empty, far too long or what is printed already.
    """
    if unit is None or settled.item is None:
        raise WrongUsage(f"{DecisionKind.EDIT}: name the unit and the item")
    duty = next(one for one in here.state(period).unit(unit).duties if one.item == settled.item)
    if duty.measures is None:
        raise WrongUsage(
            f"{unit} has reported nothing on item {settled.item} for {period}, so there is nothing to edit; "
            "`intake` registers what came by another way"
        )
    text = "\n".join(settled.text.strip().splitlines())
    original = duty.measures.strip("\n")
    if not text:
        raise WrongUsage("edit: the text is empty; what a unit reported is never left out")
    if len(text) > LONGEST_TEXT:
        raise WrongUsage(f"edit: the text has {len(text)} characters; at most {LONGEST_TEXT} are printed")
    if text == (duty.printed if duty.printed is not None else original):
        raise WrongUsage("edit: that is what is printed already; nothing was changed")
    return PrintEdit(text=text, original=original)
