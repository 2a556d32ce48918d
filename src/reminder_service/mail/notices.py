"""Short notices by chat services (Apprise) and the sign of life to a monitor; both bounded in time.

The addresses hold keys of their own, so nothing here ever repeats one, in a log or in an error.
"""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing

from reminder_service.domain.errors import OutsideError

PING_SECONDS = 10
_ASKED = 4.0  # seconds that Apprise waits for a connection, and again for an answer
_CHILD_SECONDS = 30
_NOT_INSTALLED = 3
_CHILD = """
import json, sys
try:
    from apprise import Apprise
except ImportError:
    sys.exit(3)
given = json.load(sys.stdin)
service = Apprise()
known = service.add(given["url"])
sys.exit(not (known and (not given["text"] or service.notify(title=given["title"], body=given["text"]))))
"""


def notify(url: str, title: str, text: str) -> None:
    """Send a short text by an Apprise URL.

    :raises OutsideError: if Apprise is not installed, does not know the URL, or could not deliver in time.
    """
    separator = "&" if "?" in url else "?"
    if _apprise(f"{url}{separator}cto={_ASKED}&rto={_ASKED}", title, text) != 0:
        raise OutsideError(f"A notice by {scheme(url)} did not get through.")


def is_known(url: str) -> bool:
    """Whether Apprise can use a URL; nothing is sent.

    :raises OutsideError: if Apprise is not installed.
    """
    return _apprise(url, "", "") == 0


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


def _apprise(url: str, title: str, text: str) -> int:
    """Run Apprise in a child process and return 0 if it went well; without a text it only looks at the URL.

    A child, because importing Apprise changes how the whole process reads mail headers, and a service that hangs
    can be ended. The URL goes by standard input: a command line is for everybody to see.
    """
    given = json.dumps({"url": url, "title": title, "text": text})
    try:
        ended = subprocess.run(
            [sys.executable, "-c", _CHILD], input=given.encode(), capture_output=True, timeout=_CHILD_SECONDS
        )
    except subprocess.TimeoutExpired:
        return 1
    if ended.returncode == _NOT_INSTALLED:
        raise OutsideError(
            "Apprise is not installed, so alarm.urls cannot be used: install reminder-service[notify]."
        )
    return ended.returncode
