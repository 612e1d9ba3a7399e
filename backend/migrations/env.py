"""Alembic's environment: migrates as the database owner, one transaction for the whole upgrade."""

from alembic import context
from sqlalchemy import create_engine

from backend import tables  # noqa: F401  # registers every table on Base.metadata
from backend.kit.database import Base, database_url
from backend.kit.settings import settings

url = context.config.attributes.get("url") or database_url(settings(), role="owner")
engine = create_engine(url, hide_parameters=True)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
