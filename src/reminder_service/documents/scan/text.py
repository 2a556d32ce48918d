"""Text recognition: pictures of single lines to text, by the PP-OCR model that comes in rapidocr's wheel.

The model is run directly: rapidocr's own pipeline looks for the lines itself, which takes as long as reading
them, and says of a line only how sure it was on average.
"""

import functools
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reminder_service.domain.documents import Doubt

from .picture import Picture

_MODEL = "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48
"""Pixels to which the model wants each line brought."""

_STEP = 16
_NARROWEST, _WIDEST = 48, 3200
"""Widths are filled up to multiples of a step; every column costs the same time, whether it holds ink or not."""

_PIXELS_AT_ONCE = 48 * 1280
"""Lines of one width are read together until they have so many pixels: more no longer fit the processor's cache."""


_CERTAIN = 0.95
_OTHERS = 6
"""A letter less certain than that gives way to one of so many next likely ones that fits the text around it."""

_FIGURES = frozenset("0123456789.%％‰")

_DOUBTFUL = 0.9
"""How sure a letter is that a person need not look at; the office's own threshold is lower as a rule."""

_BESIDE = 2
"""Letters shown on either side of a doubtful one."""

_NEAR = 0.1
"""How likely another letter is, at least, against the likeliest one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """The text of a line; ``confidence`` is the mean over its characters, ``weakest`` that of the least sure one.

    ``weakest_figure`` is that of the least sure digit, decimal point or per cent sign; 1 where there is none.
    ``doubts`` are the letters that are hardly sure.
    """

    text: str
    confidence: float
    weakest: float
    weakest_figure: float = 1.0
    doubts: tuple[Doubt, ...] = ()


NOTHING = Read(text="", confidence=0.0, weakest=0.0)


def read_lines(lines: Sequence[Picture], narrowed: float = 1.0) -> list[Read]:
    """Return the text of each picture of a line (grey, dark on light), in the order given.

    :param narrowed: by what the lines are made narrower first: reading takes less time by as much, and commas
        and full stops get lost a little earlier.
    """
    if not lines:
        return []
    session, alphabet = _model()
    name = session.get_inputs()[0].name
    found = [NOTHING] * len(lines)
    scaled = [_scaled(line, narrowed) for line in lines]
    for width, batch in _batches(scaled):
        inputs = np.stack([_prepared(lines[index], scaled[index], width) for index in batch])
        for index, scores in zip(batch, session.run(None, {name: inputs})[0], strict=True):
            found[index] = read_of(scores, alphabet)
    return found


def _batches(widths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield a common width, and indices of the lines that are filled up to it."""
    alike: dict[int, list[int]] = {}
    for index, width in enumerate(widths):
        alike.setdefault(max(_NARROWEST, -(-width // _STEP) * _STEP), []).append(index)
    for width, group in sorted(alike.items()):
        size = max(1, _PIXELS_AT_ONCE // (_HEIGHT * width))
        for begin in range(0, len(group), size):
            yield width, group[begin : begin + size]


def _scaled(line: Picture, narrowed: float) -> int:
    """Return how many columns a line has at the model's height."""
    height, width = line.shape[:2]
    return min(_WIDEST, max(1, int(np.ceil(narrowed * _HEIGHT * width / max(1, height)))))


def _prepared(line: Picture, scaled: int, width: int) -> NDArray[np.float32]:
    small = cv2.resize(line, (scaled, _HEIGHT))
    # Filled up with the model's zero, as it was trained; white margins bring it to invent full stops.
    padded = np.zeros((_HEIGHT, width), np.float32)
    padded[:, :scaled] = small.astype(np.float32) / 127.5 - 1
    return np.broadcast_to(padded, (3, _HEIGHT, width))


def read_of(scores: NDArray[np.float32], alphabet: Sequence[str]) -> Read:
    """Return the best letter of each step; a repeated one counts once.

    :param scores: steps × letters, 0..1.
    :param alphabet: the letters; the first is the gap between two.
    """
    best = scores.argmax(axis=1)
    told = np.ones(len(best), bool)
    told[1:] = best[1:] != best[:-1]
    told &= best != 0
    if not told.any():
        return NOTHING
    sure = scores[told, best[told]]
    letters = [alphabet[index] for index in best[told]]
    # The model knows the letters of many languages; a form is typed in those of one, and its marks are wide.
    for at in np.flatnonzero(sure < _CERTAIN).tolist():
        step = scores[np.flatnonzero(told)[at]]
        letters[at], sure[at] = _likelier(letters, at, step, float(sure[at]), alphabet)
    of_figures = [value for letter, value in zip(letters, sure.tolist(), strict=True) if letter in _FIGURES]
    return Read(
        text="".join(letters),
        confidence=float(sure.mean()),
        weakest=float(sure.min()),
        weakest_figure=min(of_figures, default=1.0),
        doubts=_doubts(letters, sure.tolist()),
    )


def _doubts(letters: Sequence[str], sure: Sequence[float]) -> tuple[Doubt, ...]:
    """Return the letters that are hardly sure, between their neighbours."""
    return tuple(
        Doubt(
            text="".join(
                [
                    *letters[max(0, at - _BESIDE) : at],
                    f"【{letters[at]}】",
                    *letters[at + 1 : at + 1 + _BESIDE],
                ]
            ),
            confidence=round(value, 3),
        )
        for at, value in enumerate(sure)
        if value < _DOUBTFUL and letters[at].strip()
    )


def _likelier(
    letters: Sequence[str], at: int, scores: NDArray[np.float32], sure: float, alphabet: Sequence[str]
) -> tuple[str, float]:
    """Return a letter, or the likeliest one that fits where it does not: 溫 for 温, a full stop amid Chinese text.

    With it comes how sure the model was of the letter that is returned.
    """
    letter, before = letters[at], letters[at - 1] if at else ""
    fitting: Callable[[str], bool]
    if letter == "." and _is_chinese(before):
        fitting = _ends
    elif _is_chinese(letter) and not _is_common(letter):
        fitting = _is_common
    else:
        return letter, sure
    least = _NEAR * float(scores.max())
    for index in map(int, np.argsort(scores)[: -_OTHERS - 1 : -1]):
        if scores[index] >= least and index and fitting(alphabet[index]):
            return alphabet[index], float(scores[index])
    return letter, sure


def _ends(letter: str) -> bool:
    return letter in ("，", "。")


def _is_chinese(text: str) -> bool:
    return "一" <= text <= "鿿" or text in tuple("”’）》%％")


def _is_common(letter: str) -> bool:
    """Whether the letter is one of the 6,763 of GB2312, all of them simplified."""
    try:
        return len(letter.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


@functools.cache
def _model() -> tuple[Any, tuple[str, ...]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena never gives back, and pages differ
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        str(_model_path()), sess_options=options, providers=["CPUExecutionProvider"]
    )
    letters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return session, ("", *letters, " ")


def _model_path() -> Path:
    # Found, not imported: rapidocr's own imports take a second and a hundred megabytes.
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package rapidocr with its text recognition model is not installed")
    return Path(spec.submodule_search_locations[0]) / "models" / _MODEL
