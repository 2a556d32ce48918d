"""Pages that are compressed once for everybody, with what belongs to one reader around the large part."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.console.squeezed import accepts_gzip, gzipped, squeezed


@given(head=st.binary(max_size=300), large=st.binary(max_size=3000), tail=st.binary(max_size=300))
def test_a_page_comes_out_as_it_went_in(head: bytes, large: bytes, tail: bytes) -> None:
    assert gzip.decompress(gzipped(head, squeezed(large), tail)) == head + large + tail


def test_a_head_longer_than_a_block_comes_out_too() -> None:
    head = bytes(range(256)) * 700
    assert gzip.decompress(gzipped(head, squeezed(b"x" * 100_000), b"")) == head + b"x" * 100_000


def test_what_a_reader_alone_gets_is_not_compressed() -> None:
    """A guess of the token that stands in the page beside it must not make the page shorter."""
    token = b"the token of this session"
    lengths = {
        len(gzipped(token + guess, squeezed(b"units" * 1000), b"")) for guess in (token, b"0" * len(token))
    }
    assert len(lengths) == 1
    assert token in gzipped(token, squeezed(b"units" * 1000), b"")


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip, deflate, br", True),
        ("br, GZIP;q=0.5", True),
        ("", False),
        ("gzip;q=0, br", False),
        ("identity", False),
    ],
)
def test_a_browser_says_whether_it_takes_gzip(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted
