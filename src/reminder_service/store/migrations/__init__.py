"""The history of the schema; Alembic runs it, see ``store/migrate.py``."""
