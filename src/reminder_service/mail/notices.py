"""Short notices by chat services (Apprise) and the sign of life to a monitor; both bounded in time.

The addresses hold keys of their own, so nothing here ever repeats one, in a log or in an error.
"""

import logging
import urllib.error
import urllib.request
from contextlib import closing
from typing import Any

from reminder_service.domain.errors import OutsideError

PING_SECONDS = 10
_ASKED = 4.0  # seconds that Apprise waits for a connection, and again for an answer
_QUIET = logging.CRITICAL + 1


def notify(url: str, title: str, text: str) -> None:
    """Send a short text by an Apprise URL.

    :raises OutsideError: if Apprise is not installed, does not know the URL, or could not deliver.
    """
    if not _service(url).notify(title=title, body=text):
        raise OutsideError(f"A notice by {scheme(url)} did not get through.")


def is_known(url: str) -> bool:
    """Whether Apprise can use a URL; nothing is sent.

    :raises OutsideError: if Apprise is not installed.
    """
    return bool(len(_service(url)))


def ping(url: str) -> None:
    """Tell a monitor that the service is alive.

    :raises OutsideError: if it did not answer well within ten seconds.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "reminder-service"})
    try:
        with closing(urllib.request.urlopen(request, timeout=PING_SECONDS)) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        error.close()
        raise OutsideError(f"The monitor of alarm.ping answered {error.code}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise OutsideError(f"The monitor of alarm.ping did not answer ({type(reason).__name__}).") from None


def scheme(url: str) -> str:
    """Return the part of a URL that tells the service and no secret."""
    return url.partition("://")[0][:20]


def _service(url: str) -> Any:
    try:
        from apprise import Apprise, AppriseAsset  # an extra, and slow to import
    except ImportError:
        raise OutsideError(
            "Apprise is not installed, so alarm.urls cannot be used: install reminder-service[notify]."
        ) from None
    logging.getLogger("apprise").setLevel(_QUIET)  # it would write URLs
    service = Apprise(asset=AppriseAsset(app_id="reminder-service"))
    separator = "&" if "?" in url else "?"
    service.add(f"{url}{separator}cto={_ASKED}&rto={_ASKED}")
    return service
