"""The sandbox: a whole quarter with real mail servers on this machine, sample senders and a moved clock.

``servers`` are the mailbox and the way out, ``post`` is everybody's mail in between, ``papers`` and ``scans`` make
the files that units send, ``mails`` the mails around them, ``stories`` says who does what and where it must end,
``quarter`` lets the days pass.
"""

from pathlib import Path

__all__ = ["play", "serve_played"]


def play(output: Path, *, fast: bool) -> None:
    """Play 2024Q2 from the first notice to the ninth of July and leave the results in a folder.

    :param output: made if it is not there; an earlier demo's results in it are replaced.
    :param fast: whether to go without pauses between the days.
    :raises WrongUsage: when the folder holds anything that no demo made, or the demo's servers are not installed.
    :raises OutsideError: when a unit does not end in the state its story calls for.
    """
    from .quarter import play_quarter

    play_quarter(output, fast=fast)


def serve_played(output: Path) -> None:
    """Serve the web pages of a quarter that was played, at the time it ended, until the program is told to stop.

    :raises OutsideError: when the port is in use.
    """
    from .quarter import serve_quarter

    serve_quarter(output)
