"""What a unit still owes for certain."""

from dataclasses import dataclass

from .campaign import Campaign, Version
from .state import Finding, Status, UnitState, WaitsFor

_MAY_BE_THE_FORM = frozenset(
    {
        "unknown_sender",
        "ambiguous_unit",
        "ambiguous_period",
        "closed_period",
        "not_read",
        "not_a_form",
        "other_columns",
    }
)
_MAY_BE_A_ROW = _MAY_BE_THE_FORM | {"unmatched_row", "reported_by_another"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Gaps:
    """What a unit still owes for certain: versions that have not come and findings that wait for it.

    What may be filled by something that still waits for the office is left out: nobody is asked twice.
    """

    electronic: bool
    stamped: bool
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return self.electronic or self.stamped or bool(self.findings)


def gaps_of(campaign: Campaign, state: UnitState) -> Gaps:
    """Return what the unit has to do, as far as that is certain."""
    if state.status is Status.COMPLETE or all(duty.waived is not None for duty in state.duties):
        return Gaps(electronic=False, stamped=False)
    doubts = {finding.code for finding in state.findings if finding.waits_for is WaitsFor.OFFICE}
    version_open = not doubts & _MAY_BE_THE_FORM
    rows = () if doubts & _MAY_BE_A_ROW else state.findings
    # What was given back did come: the finding says what is to be done with it.
    came = {
        version for finding in state.findings if finding.code == "returned" for version in finding.versions
    }
    asked = [version for version in campaign.versions if version_open and version not in came]
    return Gaps(
        electronic=Version.ELECTRONIC in asked and state.electronic is None,
        stamped=Version.STAMPED in asked and state.stamped is None,
        findings=tuple(finding for finding in rows if finding.waits_for is WaitsFor.UNIT),
    )
