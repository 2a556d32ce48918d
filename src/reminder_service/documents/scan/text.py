"""Text recognition: pictures of single lines to text, by the PP-OCR model that comes in rapidocr's wheel.

The model is run directly: rapidocr's own pipeline looks for the lines itself, which takes as long as reading
them, and says of a line only how sure it was on average.
"""

import functools
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .picture import Picture

_MODEL = "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48
"""Pixels to which the model wants each line brought."""

_STEP = 64
"""Widths are filled up to multiples of it: the runtime keeps memory for every shape it has seen."""

_WIDEST = 3200
_PIXELS_AT_ONCE = 48 * 3200
"""Lines are read together until their common picture has so many pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """The text of a line; ``confidence`` is the mean over its characters, ``weakest`` that of the least sure one."""

    text: str
    confidence: float
    weakest: float


NOTHING = Read(text="", confidence=0.0, weakest=0.0)


def read_lines(lines: Sequence[Picture]) -> list[Read]:
    """Return the text of each picture of a line (grey, dark on light), in the order given."""
    if not lines:
        return []
    session, alphabet = _model()
    name = session.get_inputs()[0].name
    found = [NOTHING] * len(lines)
    for batch in _batches(lines):
        width = max(_width(lines[index]) for index in batch)
        inputs = np.stack([_prepared(lines[index], width) for index in batch])
        for index, scores in zip(batch, session.run(None, {name: inputs})[0], strict=True):
            found[index] = _decoded(scores, alphabet)
    return found


def _batches(lines: Sequence[Picture]) -> Iterator[list[int]]:
    """Yield indices of lines of about the same width, so that little of a batch is padding."""
    batch: list[int] = []
    widths = [_width(line) for line in lines]
    for index in sorted(range(len(lines)), key=lambda index: widths[index]):
        if batch and widths[index] * _HEIGHT * (len(batch) + 1) > _PIXELS_AT_ONCE:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _width(line: Picture) -> int:
    height, width = line.shape[:2]
    scaled = int(np.ceil(_HEIGHT * width / max(1, height)))
    return min(_WIDEST, max(_STEP, -(-scaled // _STEP) * _STEP))


def _prepared(line: Picture, width: int) -> NDArray[np.float32]:
    height, across = line.shape[:2]
    scaled = max(1, min(width, int(np.ceil(_HEIGHT * across / max(1, height)))))
    small = cv2.resize(line, (scaled, _HEIGHT))
    # Filled up with the model's zero, as it was trained; white margins bring it to invent full stops.
    padded = np.zeros((_HEIGHT, width), np.float32)
    padded[:, :scaled] = small.astype(np.float32) / 127.5 - 1
    return np.broadcast_to(padded, (3, _HEIGHT, width))


def _decoded(scores: NDArray[np.float32], alphabet: Sequence[str]) -> Read:
    """Read the best character of each step; a repeated one counts once, the first letter is the gap."""
    best = scores.argmax(axis=1)
    told = np.ones(len(best), bool)
    told[1:] = best[1:] != best[:-1]
    told &= best != 0
    if not told.any():
        return NOTHING
    sure = scores.max(axis=1)[told]
    text = "".join(alphabet[index] for index in best[told])
    return Read(text=text, confidence=float(sure.mean()), weakest=float(sure.min()))


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
