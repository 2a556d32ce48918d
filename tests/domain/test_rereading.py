from builders import Q2, Q3, at
from reminder_service.domain.rereading import in_order


def test_the_newest_open_period_is_read_again_first() -> None:
    received = {
        1: at("2024-06-20 09:00"),
        2: at("2024-06-21 09:00"),
        3: at("2024-09-20 09:00"),
        4: at("2024-10-20 09:00"),
        5: at("2024-05-01 09:00"),
    }
    periods = {1: Q2, 2: Q2, 3: Q3, 5: Q2}
    assert in_order(received, periods, {Q2, Q3}) == [3, 2, 1, 5, 4]
    assert in_order(received, periods, {Q3}) == [3, 4, 2, 1, 5]
