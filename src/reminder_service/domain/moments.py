"""Times as people and programs write them."""

from datetime import datetime, tzinfo

from .errors import WrongUsage


def moment(text: str, zone: tzinfo, option: str, *, end_of_day: bool = False) -> datetime:
    """Read a time or date as people write it; without offset it is office time.

    :raises WrongUsage: naming the option and how to write it.
    """
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongUsage(
            f"{option} {text!r} is no time; write 2024-06-28, 2024-06-28T09:00 or 2024-06-28T09:00:00+08:00"
        ) from error
    if end_of_day and len(text.strip()) <= len("2024-06-28"):
        read = read.replace(hour=23, minute=59, second=59)
    return read if read.tzinfo else read.replace(tzinfo=zone)
