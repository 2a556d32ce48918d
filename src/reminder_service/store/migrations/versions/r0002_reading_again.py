"""When a mail that could not be read is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD = "account, folder, uidvalidity, uid, state, fingerprint, message, error, tries"


def upgrade() -> None:
    """Make the table anew with the time; what waits already is tried at once."""
    op.drop_index("ix_mailbox_seen_fingerprint", "mailbox_seen")
    op.drop_index("ix_mailbox_seen_message", "mailbox_seen")
    op.rename_table("mailbox_seen", "mailbox_seen_0001")
    _mailbox_seen()
    op.execute(f"INSERT INTO mailbox_seen ({OLD}) SELECT {OLD} FROM mailbox_seen_0001")
    op.drop_table("mailbox_seen_0001")


def _mailbox_seen() -> None:
    op.create_table(
        "mailbox_seen",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("message", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('done', 'duplicate', 'retry', 'dead', 'gone', 'too_big')",
            name=op.f("ck_mailbox_seen_state"),
        ),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_mailbox_seen_message_messages"),
        sa.PrimaryKeyConstraint("account", "folder", "uidvalidity", "uid", name="pk_mailbox_seen"),
    )
    op.create_index("ix_mailbox_seen_fingerprint", "mailbox_seen", ["fingerprint"])
    op.create_index("ix_mailbox_seen_message", "mailbox_seen", ["message"])
