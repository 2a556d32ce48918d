"""What the program remembers: tables, queries, migrations and the folder of originals."""

from .contacts import Contacts
from .decisions import Decision, Decisions
from .documents import Documents, FoundFile, StoredDocument
from .health import FolderHealth, Health, SendingHealth
from .journal import Journal, JournalEntry
from .mailbox import FolderState, Mailbox, Seen
from .messages import Messages, NewMail, StoredMessage
from .originals import Originals
from .outbox import Outbox, OutboxMail, TakenMail
from .pause import Pause, Paused
from .periods import OpenedPeriod, Periods
from .sessions import Sessions, StoredSession
from .store import Store, open_store
from .users import Link, Users

__all__ = [
    "Contacts",
    "Decision",
    "Decisions",
    "Documents",
    "FolderHealth",
    "FolderState",
    "FoundFile",
    "Health",
    "Journal",
    "JournalEntry",
    "Link",
    "Mailbox",
    "Messages",
    "NewMail",
    "OpenedPeriod",
    "Originals",
    "Outbox",
    "OutboxMail",
    "Pause",
    "Paused",
    "Periods",
    "Seen",
    "SendingHealth",
    "Sessions",
    "Store",
    "StoredDocument",
    "StoredMessage",
    "StoredSession",
    "TakenMail",
    "Users",
    "open_store",
]
