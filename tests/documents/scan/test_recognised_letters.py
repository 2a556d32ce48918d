import numpy as np
import pytest

from reminder_service.documents.scan.text import read_of

ALPHABET = ("", "人", "其", ".", "，", "温", "溫", "5", "喆")


def scores(*steps: dict[str, float]) -> np.ndarray:
    found = np.zeros((len(steps), len(ALPHABET)), np.float32)
    for row, step in zip(found, steps, strict=True):
        for letter, score in step.items():
            row[ALPHABET.index(letter)] = score
    return found


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([{"人": 1.0}, {"人": 1.0}, {"": 1.0}, {"人": 1.0}], "人人"),
        ([{"人": 1.0}, {".": 0.6, "，": 0.3}, {"其": 1.0}], "人，其"),
        ([{"5": 1.0}, {".": 0.6, "，": 0.3}, {"5": 1.0}], "5.5"),
        ([{"人": 1.0}, {".": 0.6, "其": 0.3}], "人."),
        ([{"溫": 0.6, "温": 0.3}], "温"),
        ([{"溫": 0.99, "温": 0.01}], "溫"),
        ([{"喆": 0.9, "人": 0.05}], "喆"),
    ],
    ids=[
        "a letter held is one",
        "a mark amid Chinese is wide",
        "a decimal point stays",
        "no mark is invented",
        "simplified where in doubt",
        "traditional where sure",
        "a rare name stays",
    ],
)
def test_a_doubtful_letter_gives_way_only_to_one_that_the_picture_may_show(
    steps: list[dict[str, float]], text: str
) -> None:
    assert read_of(scores(*steps), ALPHABET).text == text


def test_the_letter_taken_in_place_of_a_likelier_one_is_only_as_sure_as_it_was_itself() -> None:
    read = read_of(scores({"人": 1.0}, {".": 0.6, "，": 0.3}, {"其": 0.8}), ALPHABET)
    assert (read.text, read.weakest) == ("人，其", pytest.approx(0.3))
    assert read.confidence == pytest.approx(0.7)


def test_how_sure_the_figures_are_is_said_apart_from_the_other_letters() -> None:
    assert read_of(
        scores({"人": 0.4}, {"5": 0.9}, {".": 0.8}, {"": 1.0}, {"5": 1.0}), ALPHABET
    ).weakest_figure == (pytest.approx(0.8))
    assert read_of(scores({"人": 0.4}), ALPHABET).weakest_figure == 1


def test_letters_that_are_hardly_sure_are_kept_between_their_neighbours() -> None:
    steps = [{"人": 1.0}, {"": 1.0}, {"人": 1.0}, {"其": 1.0}, {"5": 0.62}, {"人": 1.0}, {"其": 0.97}]
    (doubt,) = read_of(scores(*steps), ALPHABET).doubts
    assert (doubt.text, doubt.confidence) == ("人其【5】人其", 0.62)
    assert read_of(scores({"5": 0.3}), ALPHABET).doubts[0].text == "【5】"
