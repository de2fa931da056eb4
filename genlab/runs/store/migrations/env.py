"""How Alembic runs the migrations: on the connection it is given, within that one's transaction."""

from alembic import context

from genlab.runs.store.versions import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
