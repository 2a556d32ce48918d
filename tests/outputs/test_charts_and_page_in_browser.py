"""What is drawn: charts of pages and 谁没报 as a picture; nothing is cut off, words stand clear of each other."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import office_year as office
import output_table as outputs
import pytest
from paper import PICTURES, keep
from PIL import Image, ImageOps

import reminder_service.console
from reminder_service.domain.charts import completion_by_day, on_time_rates, reached
from reminder_service.reports.charts_svg import completion_svg, on_time_svg, reached_svg

WIDTHS = (1000, 360)
STATIC = Path(reminder_service.console.__file__).parent / "static"
STYLES = "".join((STATIC / name).read_text() for name in ("vendor/pico-2.1.1.min.css", "console.css"))


def _completion() -> str:
    state = office.quarter(office.Q4)
    days = completion_by_day(state, office.ZONE)
    return completion_svg("报齐单位数", days, len(state.units), state.due.isoformat())


CHARTS: Mapping[str, Callable[[], str]] = {
    "completion": _completion,
    "on-time": lambda: on_time_svg("各单位按时报送率", on_time_rates(office.year(), office.ZONE)),
    "reached": lambda: reached_svg("指标完成率", reached(office.targets())),
}
# Words and the edges of the picture as the browser sets them, in pixels of the screen.
_BOXES = """() => {
  const box = one => { const r = one.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  const whole = document.querySelector("svg");
  return {whole: box(whole), words: [...whole.querySelectorAll("text")].map(one => [one.textContent, box(one)])};
}"""


@pytest.mark.parametrize("name", CHARTS)
def test_the_words_of_a_chart_stand_within_it_and_clear_of_each_other(chromium, name: str) -> None:
    page = chromium.new_page()
    page.set_content(f'<style>{STYLES}</style><body style="padding:16px">{CHARTS[name]()}')
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        found = page.evaluate(_BOXES)
        left, top, right, bottom = found["whole"]
        assert right <= width
        words = found["words"]
        out = [said for said, (x0, y0, x1, y1) in words if x0 < left or y0 < top or x1 > right or y1 > bottom]
        assert out == []
        assert [(one, two) for one, a in words for two, b in words if one != two and _overlap(a, b)] == []
    if PICTURES:
        page.set_viewport_size({"width": 720, "height": 400})
        keep(Image.open(io.BytesIO(page.screenshot(full_page=True))), f"chart-{name}-svg")
    page.close()


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    # The box of a line of text holds room above and below the letters.
    return across > 1 and down > 0.3 * (one[3] - one[1])


def test_the_picture_of_who_has_not_reported_has_a_margin_on_every_side() -> None:
    picture = Image.open(io.BytesIO(outputs.who_picture()))
    inked = ImageOps.invert(picture.convert("L")).getbbox()
    assert inked is not None
    left, top, right, bottom = inked
    width, height = picture.size
    margins = (left, top, width - right, height - bottom)
    assert min(margins) > 20 and max(margins) < width // 4, "cut off, or far too large"
    if PICTURES:
        keep(picture, "who-png")
