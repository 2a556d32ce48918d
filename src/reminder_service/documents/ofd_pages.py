"""The pages of an OFD file: their layers, size, seals and pictures, wherever in the package they lie."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from reminder_service.domain.documents import Seal

from .limits import MAX_PAGES
from .ofd_page import boundary
from .ofd_signatures import stamps_in
from .office import Damaged, Package

_A4 = (210.0, 297.0)

PictureOnPage = tuple[tuple[float, float, float, float], bytes]
"""Left, top, width and height in millimetres, and the picture's file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfdPage:
    """One page: its template's layers below its own, its size in millimetres, the seals on it.

    ``media`` are the parts of the package that hold pictures, by the number that the layers call them by.
    """

    layers: Sequence[etree._Element]
    size: tuple[float, float]
    seals: Sequence[Seal]
    media: dict[str, str]


def ofd_pages(package: Package) -> Iterator[OfdPage]:
    """Yield the pages in their order, at most one more than are read.

    :raises Damaged: when a part is missing or torn.
    """
    for place in _roots(package):
        document = _xml(package, place)
        common = document.find("{*}CommonData")
        templates = {
            one.get("ID"): _beside(place, one.get("BaseLoc")) for one in document.iter("{*}TemplatePage")
        }
        size = _size(document.find("{*}CommonData/{*}PageArea"), _A4)
        stamps = stamps_in(package, place)
        media = _media(package, place, common, ("PublicRes", "DocumentRes"))
        for page in list(document.iterfind("{*}Pages/{*}Page"))[: MAX_PAGES + 1]:
            at = _beside(place, page.get("BaseLoc"))
            content = _xml(package, at)
            below = [templates.get(one.get("TemplateID")) for one in content.iterfind("{*}Template")]
            yield OfdPage(
                layers=(*(_xml(package, name) for name in below if name), content),
                size=_size(content.find("{*}Area"), size),
                seals=stamps.get(page.get("ID") or "", []),
                media=media | _media(package, at, content, ("PageRes",)),
            )


def pictures_on(page: OfdPage, package: Package) -> Iterator[PictureOnPage]:
    """Yield the pictures that a page shows and where; what the package does not hold is left out."""
    for element in (one for layer in page.layers for one in layer.iter("{*}ImageObject")):
        box = boundary(element.get("Boundary"))
        name = page.media.get(element.get("ResourceID") or "")
        content = package.part(name) if name else None
        if box and content and element.get("Visible", "true").lower() != "false":
            yield box, content


def _media(
    package: Package, place: str, owner: etree._Element | None, kinds: Sequence[str]
) -> dict[str, str]:
    named = [
        one.text for kind in kinds for one in (owner.iterfind(f"{{*}}{kind}") if owner is not None else ())
    ]
    found: dict[str, str] = {}
    for name in (_beside(place, one) for one in named):
        resources = package.xml(name)
        if resources is None:
            continue
        base = _beside(name, posixpath.join(resources.get("BaseLoc") or "", "x"))
        for one in resources.iter("{*}MultiMedia"):
            found[one.get("ID") or ""] = _beside(base, one.findtext("{*}MediaFile"))
    return found


def _roots(package: Package) -> list[str]:
    roots = _xml(package, "OFD.xml").iterfind("{*}DocBody/{*}DocRoot")
    return [_beside("", root.text) for root in roots]


def _xml(package: Package, name: str) -> etree._Element:
    root = package.xml(name)
    if root is None:
        raise Damaged(f"{name} is missing")
    return root


def _beside(place: str, target: str | None) -> str:
    """Return the part that a path in another part names: from the root with a slash, else beside that part."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(place), (target or "").strip())).lstrip(
        "/"
    )


def _size(area: etree._Element | None, otherwise: tuple[float, float]) -> tuple[float, float]:
    box = boundary(area.findtext("{*}PhysicalBox")) if area is not None else None
    return (box[2], box[3]) if box and box[2] > 0 and box[3] > 0 else otherwise
