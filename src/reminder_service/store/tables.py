"""The tables of the store, in SQL that SQLite and PostgreSQL both speak."""

from datetime import UTC, datetime

import sqlalchemy as sa

HEAD = "0004"
"""The newest revision under ``migrations/versions``; it leads to the tables below (a test compares)."""

MESSAGE_STATES = ("new", "done", "failed")
DOCUMENT_STATES = ("new", "read", "failed")
OUTBOX_STATES = ("queued", "sending", "sent", "failed", "unknown", "draft")
ROLES = ("leader", "clerk", "administrator")
SEEN_STATES = ("done", "duplicate", "retry", "dead", "gone", "too_big")


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC.

    :raises ValueError: when a naive datetime is stored: nobody could say later when that was.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn a moment into UTC on its way in."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone; the store keeps aware datetimes only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give a moment back as UTC; SQLite has forgotten the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(text: str) -> str:
    """Return a text that every database takes: lone surrogates and NUL become U+FFFD.

    They come from hostile or broken mails only; elsewhere the text is returned unchanged.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd")


class Words(sa.types.TypeDecorator[str]):
    """A text of any length, made storable on its way in."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Make a text storable."""
        return None if value is None else storable(value)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _text(name: str, *, required: bool = True, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=not required, index=index)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, Words, primary_key=True)


def _moment(name: str, *, required: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=not required)


def _message(*, required: bool) -> sa.Column[int]:
    return sa.Column("message", sa.ForeignKey("messages.id"), nullable=not required, index=not required)


meta = sa.Table("meta", metadata, _key("name"), sa.Column("value", sa.LargeBinary, nullable=False))

messages = sa.Table(
    "messages",
    metadata,
    _id(),
    sa.Column("dedup_key", Words, nullable=False, unique=True),
    _text("sha256", required=False, index=True),
    _text("channel"),
    _text("account"),
    _text("folder"),
    _moment("internal_date"),
    _moment("collected_at", required=True),
    _moment("forced_received_at"),
    _text("forced_unit", required=False),
    _text("forced_period", required=False),
    _text("note"),
    sa.Column("state", Words, nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    _text("error", required=False),
    _moment("handled_at"),
    _text("message_id", required=False, index=True),
    _text("from_address", required=False),
    _text("from_name", required=False),
    _text("subject", required=False),
    _moment("received_at"),
    _text("kind", required=False),
    sa.Column("facts", sa.JSON(none_as_null=True)),
    _one_of("state", MESSAGE_STATES),
)

documents = sa.Table(
    "documents",
    metadata,
    _id(),
    _message(required=True),
    sa.Column("position", sa.Integer, nullable=False),
    _text("sha256", index=True),
    _text("filename"),
    _text("archive_path"),
    sa.Column("inline", sa.Boolean, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("state", Words, nullable=False, index=True),
    sa.Column("reader_version", sa.Integer, nullable=False),
    sa.Column("reading", sa.JSON(none_as_null=True)),
    sa.Column("problem", sa.JSON(none_as_null=True)),
    _moment("read_at"),
    sa.UniqueConstraint("message", "position"),
    _one_of("state", DOCUMENT_STATES),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("key", Words, nullable=False, unique=True),
    _text("message_id", index=True),
    _text("campaign"),
    _text("period"),
    _text("unit", required=False),
    _text("kind"),
    _text("to"),
    _text("subject"),
    _text("raw_sha256"),
    sa.Column("attachments", sa.JSON(none_as_null=True), nullable=False),
    _text("in_reply_to", required=False),
    _moment("not_before", required=True),
    _moment("created_at", required=True),
    sa.Column("state", Words, nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    _moment("next_try_at", required=True),
    _text("error", required=False),
    _moment("claimed_at"),
    _moment("sent_at"),
    _moment("failed_at"),
    _moment("bounced_at"),
    _text("bounce_detail", required=False),
    _one_of("state", OUTBOX_STATES),
)

contacts = sa.Table(
    "contacts",
    metadata,
    _id(),
    _text("unit"),
    _text("name"),
    _text("department"),
    _text("address", required=False, index=True),
    _text("phone"),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("bounced", sa.Boolean, nullable=False),
    _moment("bounced_at"),
    _text("bounce_detail", required=False),
    _moment("remembered_at"),
    sa.UniqueConstraint("unit", "address"),
)

unit_aliases = sa.Table("unit_aliases", metadata, _key("unit"), _key("alias"))

decisions = sa.Table(
    "decisions",
    metadata,
    _id(),
    _text("campaign", index=True),
    _text("period"),
    _text("unit", required=False),
    sa.Column("item", sa.Integer),
    _text("document", required=False),
    _message(required=False),
    _text("kind"),
    sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
    _text("reason"),
    _text("author"),
    _moment("at", required=True),
    _moment("undone_at"),
    _text("undone_by", required=False),
)

folder_health = sa.Table(
    "folder_health",
    metadata,
    _key("account"),
    _key("folder"),
    _moment("attempted_at", required=True),
    _moment("good_at"),
    _text("error", required=False),
)

sending_health = sa.Table(
    "sending_health",
    metadata,
    _key("service"),
    _moment("attempted_at", required=True),
    _moment("good_at"),
    _text("error", required=False),
)

mailbox_folders = sa.Table(
    "mailbox_folders",
    metadata,
    _key("account"),
    _key("folder"),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("high", sa.BigInteger, nullable=False),
)

mailbox_seen = sa.Table(
    "mailbox_seen",
    metadata,
    _key("account"),
    _key("folder"),
    sa.Column("uidvalidity", sa.BigInteger, primary_key=True),
    sa.Column("uid", sa.BigInteger, primary_key=True),
    _text("state"),
    _text("fingerprint", required=False, index=True),
    _message(required=False),
    _text("error", required=False),
    sa.Column("tries", sa.Integer, nullable=False),
    _moment("next_try_at"),
    _one_of("state", SEEN_STATES),
)

periods = sa.Table(
    "periods",
    metadata,
    _key("campaign"),
    _key("period"),
    _moment("opened_at", required=True),
    _moment("closed_at"),
)

journal = sa.Table(
    "journal",
    metadata,
    _id(),
    _moment("at", required=True),
    _text("author"),
    _text("action"),
    _text("subject"),
    sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    sa.Column("login", Words, nullable=False, unique=True),
    sa.Column("name", Words, nullable=False, unique=True),
    _text("role"),
    _text("password", required=False),
    sa.Column("active", sa.Boolean, nullable=False),
    _moment("created_at", required=True),
    _one_of("role", ROLES),
)

user_links = sa.Table(
    "user_links",
    metadata,
    _key("token_hash"),
    sa.Column("user", sa.ForeignKey("users.id"), index=True),
    _moment("expires_at", required=True),
    _moment("used_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _id(),
    sa.Column("token_hash", Words, nullable=False, unique=True),
    sa.Column("user", sa.ForeignKey("users.id"), nullable=False, index=True),
    _moment("created_at", required=True),
    _moment("seen_at", required=True),
    _text("address"),
    _text("agent"),
    _moment("ended_at"),
)

login_attempts = sa.Table(
    "login_attempts",
    metadata,
    _id(),
    _text("login", index=True),
    _text("address", index=True),
    _moment("at", required=True),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    _id(),
    sa.Column("token_hash", Words, nullable=False, unique=True),
    _text("name"),
    _text("role"),
    _text("author"),
    _moment("created_at", required=True),
    _moment("expires_at", required=True),
    _moment("used_at"),
    _moment("ended_at"),
    _one_of("role", ROLES),
)
