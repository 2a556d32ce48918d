"""What can go wrong, as sentences for a person and facts for the caller."""

from collections.abc import Sequence


class ReminderServiceError(Exception):
    """Base of every error a person may see: its text is a sentence with the cure."""

    exit_status = 1


class OutsideError(ReminderServiceError):
    """A mailbox, server, disk or program outside failed; what was begun stays unfinished."""


class LostOriginal(OutsideError):
    """An original that the store knows of is missing or damaged on the disk; everything else can be worked on."""


class BusyError(ReminderServiceError):
    """Another process is at work on the same store."""


class WrongUsage(ReminderServiceError):
    """The command line or its input cannot be used as given."""

    exit_status = 2


class ConfigurationError(WrongUsage):
    """The configuration has mistakes.

    :param problems: one sentence for each mistake, ``file:line:column: key: what is wrong``.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class DeliveryError(ReminderServiceError):
    """A mail was not taken by the server.

    :param permanent: True when another try with the same address cannot help (5xx).
    """

    def __init__(self, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.permanent = permanent


class UncertainDelivery(ReminderServiceError):
    """The connection broke after the body was sent: nobody knows whether the mail was taken."""
