"""Which version of the store's tables this program knows; light, for it is looked at before the first page."""

# The newest migration in migrations/versions, by its revision. Revisions are four digits, in order.
NEWEST = "0007"
# Alembic's own name would be another program's too, in a database that is shared.
VERSION_TABLE = "genlab_version"
# Stores of 0.3.0 and 0.4.0 have no such table. Other programs have a table of runs too, but not with these columns.
OUR_COLUMNS = {"owner", "family", "config", "saved_step", "applied"}


def newer(version: str) -> str:
    """What to say of a store of a later version than NEWEST."""
    return (
        f"it was made or changed by a newer genlab (its tables are of version {version}, this genlab knows up to "
        f"{NEWEST}); install that genlab again"
    )
