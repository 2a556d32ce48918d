"""Mails as people read them: wide and on a phone, light and dark; the text says what the HTML says."""

import io
import random
import re

import pytest
from any_mails import letters_at_random, unlike
from mail_table import MAILS
from paper import PICTURES, keep
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
    assert unlike(MAILS[name]()) == ([], [])


@pytest.mark.parametrize("seed", range(12))
def test_the_text_says_what_the_html_says_whatever_the_situation(seed: int) -> None:
    for name, letter in letters_at_random(random.Random(seed)):
        assert unlike(letter) == ([], []), name


def test_mails_fit_a_wide_and_a_narrow_screen_and_can_be_read(chromium) -> None:
    # One page for all: to open a page and to hand it axe takes longer than to look.
    page = chromium.new_page()
    for name, write in MAILS.items():
        page.set_content(sides(write())[1])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} pixels wide on a screen of {width}"
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                # What can be read does not hang on the width.
                assert width < max(WIDTHS) or faults(page) == [], f"{name}, {scheme}"
                if PICTURES and (width, scheme) in PHOTOGRAPHED:
                    shot = page.screenshot(full_page=True)
                    keep(Image.open(io.BytesIO(shot)), f"mail-{name}-{width}-{scheme}")
    page.close()
