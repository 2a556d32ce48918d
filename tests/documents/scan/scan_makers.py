"""Pages as scanners and phones make them, from the sample forms; every unit on a seal is a real office, no person."""

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from reminder_service.demo.scans import FONT, seal_picture
from reminder_service.documents.scan.picture import Picture, from_pillow
from reminder_service.domain.campaign import Column, ColumnKey

FORMS = Path(__file__).parents[2] / "data" / "forms"
DPI = 150
SEAL = "高青县妇女联合会"
COLUMNS = (
    Column(key=ColumnKey.NUMBER, heading="序号"),
    Column(key=ColumnKey.NAME, heading="实事名称"),
    Column(key=ColumnKey.UNITS, heading="责任单位"),
    Column(key=ColumnKey.MEASURES, heading="本季度具体措施及任务进度情况"),
    Column(key=ColumnKey.DEADLINE, heading="完成时限"),
)
RED = (25, 25, 210)  # blue, green, red


def printed(name: str, page: int = 1, dpi: int = DPI) -> Picture:
    """A page of a sample form as printed on slightly grey paper."""
    document = pypdfium2.PdfDocument(FORMS / name)
    drawn = from_pillow(document[page - 1].render(scale=dpi / 72).to_pil())
    document.close()
    return (drawn.astype(np.float32) * 0.94 + 8).astype(np.uint8)


def sealed(
    page: Picture, at: tuple[int, int], *, name: str = SEAL, strength: float = 1.0, turn: float = 0
) -> Picture:
    """The page with a round seal at a centre; ``strength`` of its ink from 0 to 1."""
    mark = np.asarray(seal_picture(name).resize((250, 250)).rotate(turn), np.float32)
    ink = mark[:, :, 3:] / 255 * strength  # ink lies on the paper like a filter: black below it stays black
    colour = mark[:, :, 2::-1] / 255
    left, top = at[0] - 125, at[1] - 125
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(page.shape[1], left + 250), min(page.shape[0], top + 250)
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    stamped = page.copy()
    under = page[y0:y1, x0:x1].astype(np.float32)
    stamped[y0:y1, x0:x1] = under * (1 - ink[part]) + under * colour[part] * ink[part]
    return stamped


def scanned(page: Picture, degrees: float = 0.7, seed: int = 1, noise: float = 4) -> Picture:
    """The page a little askew and with the noise of a colour scanner, as JPEG."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(250, 250, 248))
    return jpeg(noisy(turned, noise, seed))


def photographed(page: Picture, seed: int = 3) -> Picture:
    """The page on a desk, seen from the side, with a shadow over it."""
    height, width = page.shape[:2]
    desk = noisy(np.full((int(height * 1.15), int(width * 1.15), 3), (60, 80, 105), np.uint8), 6, seed)
    corners = [(0.09, 0.07), (0.95, 0.05), (0.92, 0.94), (0.05, 0.92)]
    target = np.float32([(x * desk.shape[1], y * desk.shape[0]) for x, y in corners])
    source = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    matrix = cv2.getPerspectiveTransform(source, target)
    size = (desk.shape[1], desk.shape[0])
    shown = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC)
    where = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size) > 127
    together = np.where(where[..., None], shown, desk).astype(np.float32)
    light = np.linspace(0.62, 1.0, desk.shape[1])[None, :, None]
    return jpeg(noisy((together * light).clip(0, 255).astype(np.uint8), 4, seed))


def noisy(page: Picture, by: float, seed: int) -> Picture:
    grain = np.random.default_rng(seed).normal(0, by, page.shape)
    return (page.astype(np.float32) + grain).clip(0, 255).astype(np.uint8)


def jpeg(page: Picture, quality: int = 75) -> Picture:
    return cv2.imdecode(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def grey(page: Picture) -> Picture:
    return cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)


def _written(page: Picture, text: str, at: tuple[int, int], size: int) -> Picture:
    image = Image.fromarray(np.ascontiguousarray(page[:, :, ::-1]))
    font = ImageFont.truetype(str(FONT), size)
    ImageDraw.Draw(image).text(at, text, font=font, fill=RED[::-1])
    return from_pillow(image)


def red_heading(page: Picture) -> Picture:
    page = _written(page, "妇女联合会工作报表", (260, 50), 72)
    return cv2.line(page, (120, 150), (1120, 150), RED, 4)


def red_text(page: Picture) -> Picture:
    for line in range(8):
        page = _written(page, "本季度具体措施及任务进度情况完成时限", (120, 1050 + line * 60), 30)
    return page


def filled_logo(page: Picture) -> Picture:
    for radius, colour in ((70, RED), (46, (60, 220, 250)), (22, RED)):
        page = cv2.circle(page, (620, 110), radius, colour, -1)
    return page


def double_ring(page: Picture) -> Picture:
    for radius in (95, 55):
        page = cv2.circle(page, (220, 130), radius, RED, 7)
    return page


def square_chop(page: Picture) -> Picture:
    page = cv2.rectangle(page, (760, 1150), (880, 1270), RED, 6)
    return _written(_written(page, "工作", (768, 1156), 50), "报表", (768, 1210), 50)


def pen_ellipse(page: Picture) -> Picture:
    return cv2.ellipse(page, (680, 900), (140, 72), 8, 0, 350, RED, 3)


def pen_circle(page: Picture) -> Picture:
    turns = np.linspace(0, 6.1, 80)
    points = [
        (
            680 + (98 + 9 * math.sin(3 * t) + 7 * math.cos(5 * t)) * math.cos(t),
            900 + (98 + 9 * math.sin(2 * t) + 6 * math.cos(7 * t)) * math.sin(t),
        )
        for t in turns
    ]
    return cv2.polylines(page, [np.asarray(points, np.int32)], False, RED, 3)


LOOK_ALIKES: dict[str, Callable[[Picture], Picture]] = {
    "red heading": red_heading,
    "red text": red_text,
    "filled logo": filled_logo,
    "double ring": double_ring,
    "square chop": square_chop,
    "pen ellipse": pen_ellipse,
    "pen circle": pen_circle,
}
