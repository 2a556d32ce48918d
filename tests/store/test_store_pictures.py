"""Pictures of pages on the disk."""

import os
from pathlib import Path

import pytest

from reminder_service.store.pictures import Pictures

ONE, OTHER = "a" * 64, "b" * 64


def test_a_picture_is_found_again_with_its_turn_by_its_owner_alone(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "pictures")
    assert pictures.find(ONE, 1, 1) is None
    path = pictures.put(ONE, 1, 90, 1, b"jpeg")
    assert pictures.find(ONE, 1, 1) == (path, 90)
    assert path.read_bytes() == b"jpeg"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert pictures.find(ONE, 2, 1) is None and pictures.find(ONE, 1, 2) is None


def test_what_is_forgotten_is_gone_and_nothing_else(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "pictures")
    pictures.put(ONE, 1, 0, 1, b"1")
    kept = pictures.put(OTHER, 1, 0, 1, b"2")
    pictures.forget(ONE)
    pictures.forget("*")
    assert list(pictures.root.iterdir()) == [kept]


def test_what_was_not_looked_at_for_longest_makes_room(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "pictures", most_bytes=25)
    first, second = (pictures.put(ONE, page, 0, 1, b"x" * 10) for page in (1, 2))
    os.utime(first, (1, 1))
    os.utime(second, (2, 2))
    pictures.find(ONE, 1, 1)
    third = pictures.put(ONE, 3, 0, 1, b"x" * 10)
    assert first.exists() and third.exists() and not second.exists()


def test_the_pages_of_an_office_file_go_with_its_pictures(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "pictures", most_bytes=25)
    assert pictures.find_pages(ONE, "pdf", 1) is None
    path = pictures.put_pages(ONE, "pdf", 1, b"x" * 10)
    assert pictures.find_pages(ONE, "pdf", 1) == path and pictures.find_pages(ONE, "json", 1) is None
    other = pictures.put_pages(OTHER, "json", 1, b"x" * 10)
    os.utime(path, (1, 1))
    pictures.put(OTHER, 1, 0, 1, b"x" * 10)
    assert not path.exists(), "it makes room like any picture"
    pictures.forget(OTHER)
    assert not other.exists() and not list(pictures.root.iterdir())


@pytest.mark.parametrize("ending", ["exe", "../x", "pdf/.."])
def test_only_pdf_and_json_are_kept_of_a_layout(tmp_path: Path, ending: str) -> None:
    with pytest.raises(ValueError, match="no name of a picture"):
        Pictures(tmp_path).put_pages(ONE, ending, 1, b"")


@pytest.mark.parametrize("document", ["../../etc/passwd", "", "A" * 64, "a" * 63 + "/"])
def test_only_a_hash_names_a_document(tmp_path: Path, document: str) -> None:
    pictures = Pictures(tmp_path / "pictures")
    with pytest.raises(ValueError, match="no name of a picture"):
        pictures.put(document, 1, 0, 1, b"")
    assert not pictures.root.exists()
