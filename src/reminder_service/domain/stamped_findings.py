"""What is to be looked at on a stamped copy: its seal, its signatures, whether all its pages are there."""

from collections.abc import Collection, Iterable
from datetime import date

from .campaign import Campaign, Version
from .findings import finding
from .incoming import IncomingDocument
from .missing_pages import MissingPages, missing_pages
from .names import UnitNames
from .seals import SealVerdict, needs_a_look, seal_of, wrong_seal
from .signatures import altered, altered_words
from .state import Finding, WaitsFor
from .submissions import Submission, copy_of, is_later_page, newest_first, sealed_beside


def seal_findings(
    one: Submission, document: IncomingDocument, submitted: list[Submission], names: UnitNames, day: date
) -> Iterable[Finding]:
    """Yield what a person must look at on one stamped file; of several pages of one form only the first asks.

    :param names: the names as they were on ``day``, when the file came.
    """
    if needs_a_look(document) and not is_later_page(document) and not sealed_beside(one, submitted):
        judged = seal_of(document).verdict is SealVerdict.NOT_SEEN
        detail = "文件中未见公章，请人工核对" if judged else "灰度或黑白页面，无法判断有无公章，请人工核对"
        yield finding("stamp_not_found", WaitsFor.OFFICE, detail, document)
    if other := wrong_seal(document, one.attribution.unit or "", names, day):
        yield finding("stamp_mismatch", WaitsFor.OFFICE, other, document)
    if wrong := altered(document.reading):
        yield finding("signature_invalid", WaitsFor.OFFICE, altered_words(wrong), document)


def missing_from(
    stamped: Submission | None,
    submitted: list[Submission],
    *,
    unit: str,
    campaign: Campaign,
    accepted: Collection[str],
) -> MissingPages | None:
    """Return what shows that pages of the unit's stamped copy are missing, unless a person accepted it as it is."""
    if stamped is None or stamped.version is not Version.STAMPED:
        return None
    copy = copy_of(stamped, submitted)
    if any(one.document and one.document.document in accepted for one in copy):
        return None
    return missing_pages(copy, newest_first(submitted, Version.ELECTRONIC), unit, campaign)


def page_findings(missing: MissingPages | None, stamped: Submission | None) -> Iterable[Finding]:
    """Yield the finding about missing pages."""
    if missing and stamped:
        yield finding("page_missing", WaitsFor.OFFICE, missing.detail, stamped.document)
