import io
from dataclasses import replace

import pytest
from document_makers import sample
from pyhanko.pdf_utils.generic import NameObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from signing import SIGNER, signed

from reminder_service.demo.scans import seal_picture
from reminder_service.documents.pdf import read_pdf
from reminder_service.documents.pdf_signatures import signatures_of
from reminder_service.domain.documents import Signature, reading_from_json, reading_to_json


@pytest.fixture(scope="module")
def once() -> bytes:
    return signed(sample("D_vmerge.pdf"))


def test_an_intact_signature_of_an_unknown_issuer_says_so(once: bytes) -> None:
    (signature,) = read_pdf(once, "x.pdf").signatures
    assert (signature.signer, signature.verdict) == (SIGNER, "intact")
    assert (signature.whole, signature.trusted) == (True, False)
    assert signature.signed_at is not None


def test_one_changed_byte_is_an_alteration(once: bytes) -> None:
    at = once.index(b"/MediaBox")
    assert [one.verdict for one in signatures_of(once[:at] + b"/MedIaBox" + once[at + 9 :])] == ["altered"]


def test_a_page_turned_after_signing_is_an_alteration(once: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(once))
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Rotate")] = NameObject("/90")
    writer.update_container(page)
    later = io.BytesIO()
    writer.write(later)
    assert [one.verdict for one in signatures_of(later.getvalue())] == ["altered"]


def test_a_second_signature_does_not_spoil_the_first(once: bytes) -> None:
    both = signatures_of(signed(once, name="Signature2"))
    assert [(one.verdict, one.whole) for one in both] == [("intact", False), ("intact", True)]


def test_a_file_without_a_signature_has_none() -> None:
    assert signatures_of(sample("D_vmerge.pdf")) == ()


def test_a_signature_that_cannot_be_understood_is_unchecked_and_not_wrong(once: bytes) -> None:
    at = once.index(b"/ByteRange")
    torn = once[:at] + b"/ByteRangX" + once[at + 10 :]
    reading = read_pdf(torn, "x.pdf")
    assert reading.problem is None
    assert reading.signed
    assert all(one.verdict != "intact" for one in reading.signatures)


def test_the_seal_that_a_signature_shows_is_seen() -> None:
    picture = seal_picture(SIGNER).resize((600, 600))
    reading = read_pdf(signed(sample("D_vmerge.pdf"), seal=picture), "x.pdf")
    seals = [(page.number, seal.verdict) for page in reading.pages for seal in page.seals]
    assert seals == [(1, "seen")]


def test_readings_of_before_have_no_signatures(once: bytes) -> None:
    reading = read_pdf(once, "x.pdf")
    kept = reading_to_json(reading)
    assert reading_from_json(kept) == reading
    del kept["signatures"]
    assert reading_from_json(kept) == replace(reading, signatures=())
    assert isinstance(reading.signatures[0], Signature)
