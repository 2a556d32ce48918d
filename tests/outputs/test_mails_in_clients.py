"""Mails as people read them: wide and on a phone, light and dark; the text says what the HTML says."""

import io
import re
from html import unescape

import pytest
from mail_table import MAILS
from paper import PICTURES, bare, keep
from PIL import Image

from fixtures_browser import faults
from letterbox import sides

WIDTHS = (600, 360)
PHOTOGRAPHED = ((600, "light"), (360, "dark"))
DROPPED = {
    "a style that needs a modern browser": r"display:\s*(flex|grid)|position:\s*(absolute|fixed)|float:",
    "a picture in the background": r"background(-image)?:[^;\"]*url\(|background=",
    "something from elsewhere": r"https?://|<img|<link|<script|@import|src=",
    "a form or a frame": r"<(form|iframe|input|object|video)",
}
# The frame's words and what a mail client shows around the text; signs that either side sets its own way.
_MARKS = re.compile(r"[■·\-.，。；：:（）()【】《》“”、！\d]|注意|提示")


@pytest.mark.parametrize("name", MAILS)
def test_nothing_is_asked_of_a_client_that_outlook_foxmail_or_qq_drop(name: str) -> None:
    _, html = sides(MAILS[name]())
    body = html[html.index("<body") :]
    found = {what: match.group() for what, pattern in DROPPED.items() if (match := re.search(pattern, body))}
    assert found == {}
    assert 'charset="utf-8"' in html
    cells = re.findall(r"<t[dh][^>]*>", body)
    assert [cell for cell in cells if "style=" not in cell and "mso" not in body] == []
    assert "<style data-css-inline" not in body and 'width="600"' in body, "Outlook knows no max-width"


@pytest.mark.parametrize("name", MAILS)
def test_the_text_says_what_the_html_says(name: str) -> None:
    text, html = sides(MAILS[name]())
    # The headline says what the subject says.
    body = re.sub(r'(?s)<td class="head".*?</td>', "", html[html.index("<body") :])
    shown = re.sub(r"(?s)<!--.*?-->|<[^>]*>", "\n", body)
    parts = [_MARKS.sub(" ", unescape(line)).split() for line in shown.splitlines()]
    known = bare(_MARKS.sub("", text))
    missing = [word for words in parts for word in words if word not in known]
    assert missing == []
    # And the other way round: figures and names of the text stand in the HTML.
    told = bare(unescape(re.sub(r"<[^>]*>", "", html)))
    figures = re.findall(r"\d+月\d+日|第\d+项|《[^》]+》|[\w.]+@[\w.]+", text)
    assert [one for one in figures if bare(one) not in told] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_fit_a_wide_and_a_narrow_screen_and_can_be_read(chromium, scheme: str) -> None:
    for width in WIDTHS:
        context = chromium.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
        page = context.new_page()
        for name, write in MAILS.items():
            page.set_content(sides(write())[1])
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} pixels wide on a screen of {width}"
            # What can be read does not hang on the width; to look takes long.
            assert width < max(WIDTHS) or faults(page) == [], f"{name}, {scheme}"
            if PICTURES and (width, scheme) in PHOTOGRAPHED:
                shot = page.screenshot(full_page=True)
                keep(Image.open(io.BytesIO(shot)), f"mail-{name}-{width}-{scheme}")
        context.close()
