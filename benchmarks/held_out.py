"""Scans that nobody tuned the reader on: other words, fonts, seals, lamps and scanners, drawn anew from a seed.

``python benchmarks/held_out.py FOLDER [--seed N]`` writes pages with their truth, in the layout that
``documents.py`` reads. Printed pages are drawn, not typeset by Word; fonts are those of the machine. Kinds:
``new-scan`` (200 dots an inch, colour), ``new-fax`` (150, coarse JPEG), ``new-photo`` (perspective, shadow, desk),
``new-grey`` (the scanner's own grey with its gamma); a seal lies over the text of every page.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from reminder_service.demo.scans import seal_picture
from reminder_service.documents.scan.picture import Picture, from_pillow

WIDTH, HEIGHT = 2339, 1654
"""A4 across at 200 dots an inch."""

HEAD = ("序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限")
COLUMNS = (0, 110, 480, 760, 1850, 2079)
LEFT, TOP, BOTTOM = 130, 300, 1560
ROOM = 64
"""Pixels of a cell that no letter takes: what hangs over the edge of the text must not touch the rule."""

FONTS = (
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    ("/usr/share/fonts/truetype/arphic/ukai.ttc", 0),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
)
"""Files and which font of theirs; those that are not on the machine are left out."""

UNITS = (
    "云溪县民政局",
    "云溪县水务局",
    "云溪县残疾人联合会",
    "云溪县文化和旅游局",
    "云溪县体育中心",
    "云溪县城市管理局",
)
NAMES = (
    "困境儿童关爱提升行动",
    "农村妇女饮水安全工程",
    "残疾妇女康复服务计划",
    "亲子阅读空间建设",
    "女性健身指导行动",
    "母婴室改造工程",
)
SENTENCES = (
    "走访困境儿童{}户，发放慰问品折合{}.{}万元，建立“一人一档”{}份。",
    "更换老旧管网{}.{}公里，惠及{}个村{}名群众，水质抽检合格率{}.{}%。",
    "为{}名残疾妇女适配辅助器具{}件，组织康复训练{}次；其中上门服务占{}%。",
    "建成亲子阅读空间{}处，配置绘本{}册，开放时间延长至每周{}小时。",
    "举办健身操、太极拳公益课{}节，培训社会体育指导员{}人（女性{}人）。",
    "改造公共场所母婴室{}间，面积共{}.{}平方米，完成投资{}万元，占计划的{}.{}%。",
    "一是召开调度会{}次，印发通知{}份；二是开展联合检查{}轮，整改问题{}项。",
)
DEADLINES = ("2025年{}月底", "2025年{}月{}日", "长期坚持", "已完成")


def main() -> int:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=20261124)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.seed)
    return 0


def write(folder: Path, seed: int, forms: int = 4) -> None:
    """Write pages and truth; the same seed gives the same pages."""
    folder.mkdir(parents=True, exist_ok=True)
    chance, meta = random.Random(seed), dict[str, Any]()
    fonts = [(path, index) for path, index in FONTS if Path(path).exists()]
    for number in range(forms):
        path, index = fonts[number % len(fonts)]
        name, rows = f"new{number}", _rows(chance)
        page = _printed(rows, ImageFont.truetype(path, 30, index=index), chance)
        sealed = _sealed(page, chance)
        for kind, make in WAYS.items():
            file = f"{kind}__{name}__1.jpg"
            quality = 45 if kind == "new-fax" else chance.choice((60, 75, 85))
            cv2.imwrite(str(folder / file), make(sealed, chance), [cv2.IMWRITE_JPEG_QUALITY, quality])
            meta[file] = {"var": kind, "name": name, "page": 1, "seal": True}
        (folder / f"{name}.json").write_text(
            json.dumps({"head": list(HEAD), "rows": rows}, ensure_ascii=False), encoding="utf-8"
        )
    (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")


def _rows(chance: random.Random) -> list[list[str]]:
    names = chance.sample(NAMES, 4)
    return [
        [
            str(number),
            f"实施{name}",
            chance.choice(UNITS).replace("云溪县", "县"),
            "\n".join(_filled(text, chance) for text in chance.sample(SENTENCES, 4)),
            _filled(chance.choice(DEADLINES), chance, 12),
        ]
        for number, name in enumerate(names, 1)
    ]


def _filled(text: str, chance: random.Random, most: int | None = None) -> str:
    most = most or chance.choice((9, 99, 999, 9999))
    return text.format(*(chance.randint(1, most) for _ in range(text.count("{}"))))


def _printed(rows: Sequence[Sequence[str]], font: ImageFont.FreeTypeFont, chance: random.Random) -> Picture:
    image = Image.new("RGB", (WIDTH, HEIGHT), (247, 246, 243))
    draw = ImageDraw.Draw(image)
    draw.text((700, 150), "2025年二季度妇女儿童实事进展情况报表", font=font, fill=(25, 25, 28))
    heads = [_wrapped(text, font, COLUMNS[at + 1] - COLUMNS[at] - ROOM) for at, text in enumerate(HEAD)]
    cells = [
        heads,
        *(
            [_wrapped(text, font, COLUMNS[at + 1] - COLUMNS[at] - ROOM) for at, text in enumerate(row)]
            for row in rows
        ),
    ]
    top, step = TOP, chance.choice((38, 42))
    for row in cells:
        bottom = top + step * max(map(len, row)) + 20
        for at, lines in enumerate(row):
            box = (LEFT + COLUMNS[at], top, LEFT + COLUMNS[at + 1], bottom)
            draw.rectangle(box, outline=(30, 30, 30), width=2)
            for line, text in enumerate(lines):
                draw.text((box[0] + 12, top + 10 + line * step), text, font=font, fill=(28, 28, 30))
        top = bottom
    assert top < BOTTOM, top
    return from_pillow(image)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for char in paragraph:
            # Full stops and commas hang over the edge, as word processors set them.
            if font.getlength(line + char) > width and char not in "，。；、：”）%":
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


def _sealed(page: Picture, chance: random.Random) -> Picture:
    size = chance.randint(300, 360)
    mark = seal_picture(chance.choice(UNITS)).resize((size, size)).rotate(chance.uniform(-40, 40))
    ink = np.asarray(mark, np.float32)
    strength = chance.uniform(0.55, 1.0)
    left, top = chance.randint(300, 1750), chance.randint(330, 900)
    cover, colour = ink[:, :, 3:] / 255 * strength, ink[:, :, 2::-1] / 255
    stamped = page.copy()
    under = page[top : top + size, left : left + size].astype(np.float32)
    stamped[top : top + size, left : left + size] = under * (1 - cover) + under * colour * cover
    return stamped


def _noisy(page: Picture, by: float, chance: random.Random) -> Picture:
    grain = np.random.default_rng(chance.randrange(2**32)).normal(0, by, page.shape)
    return np.asarray((page.astype(np.float32) + grain).clip(0, 255), np.uint8)


def _scan(page: Picture, chance: random.Random) -> Picture:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), chance.uniform(-2, 2), 1)
    turned = cv2.warpAffine(page, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderValue=(250, 250, 250))
    return _noisy(np.asarray(turned, np.uint8), 3, chance)


def _fax(page: Picture, chance: random.Random) -> Picture:
    small = cv2.resize(_scan(page, chance), None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.7), np.uint8)


def _photo(page: Picture, chance: random.Random) -> Picture:
    width, height = 2800, 2050
    corners = [
        (x * width + chance.uniform(-70, 70), y * height + chance.uniform(-70, 70))
        for x, y in ((0.07, 0.08), (0.93, 0.08), (0.93, 0.93), (0.07, 0.93))
    ]
    source = np.asarray([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.asarray(corners, np.float32))
    shown = cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_CUBIC)
    where = cv2.warpPerspective(np.full(page.shape[:2], 255, np.uint8), matrix, (width, height)) > 127
    desk = np.full((height, width, 3), [chance.randint(40, 120) for _ in range(3)], np.uint8)
    slope = np.linspace(chance.uniform(0.55, 0.8), 1.0, width)[None, :, None]
    lit = np.where(where[..., None], shown, desk).astype(np.float32) * slope * np.array([0.92, 0.97, 1.0])
    return _noisy(np.asarray(cv2.GaussianBlur(lit.clip(0, 255), (0, 0), 0.8), np.uint8), 4, chance)


def _grey(page: Picture, chance: random.Random) -> Picture:
    linear = (_scan(page, chance).astype(np.float32) / 255) ** 2.2
    weights = chance.choice(((0.11, 0.59, 0.30), (0.07, 0.72, 0.21), (0.33, 0.34, 0.33)))  # blue, green, red
    light = (linear @ np.asarray(weights, np.float32)) ** (1 / chance.uniform(1.8, 2.4)) * 255
    return np.asarray(cv2.cvtColor(light.clip(0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)


WAYS: dict[str, Callable[[Picture, random.Random], Picture]] = {
    "new-scan": _scan,
    "new-fax": _fax,
    "new-photo": _photo,
    "new-grey": _grey,
}

if __name__ == "__main__":
    sys.exit(main())
