"""Run by Alembic: migrates within the transaction that ``store/migrate.py`` hands in."""

from alembic import context

from reminder_service.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
