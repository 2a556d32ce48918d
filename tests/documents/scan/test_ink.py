import cv2
import numpy as np

from reminder_service.documents.scan.ink import black_only


def test_of_a_grey_page_a_seal_is_made_white_and_a_pale_comma_kept() -> None:
    page = np.full((600, 600), 245, np.uint8)
    cv2.putText(page, "REPORT", (40, 100), cv2.FONT_HERSHEY_SIMPLEX, 2, 30, 5)
    cv2.circle(page, (420, 420), 110, 130, 8)
    cv2.ellipse(page, (100, 300), (3, 6), 0, 0, 360, 130, -1)
    cleaned = black_only(page)
    assert cleaned[417:424, 305:315].min() > 200  # the ring's left side
    assert cleaned[300, 100] == 130
    assert (cleaned[60:105, 40:280] == page[60:105, 40:280]).all()
