"""Before anybody is let in: is this an older copy of the database, put there by hand?

``antam restore`` sees to it itself. A copy that PostgreSQL's own tools brought back is held against the list
beside the backups here, at every start and migration.
"""

from datetime import UTC, datetime

from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import destructions, retention
from backend.tips.clock import local_day


async def destroy_again(config: Settings, url: str, keys: SiteKeys) -> int:
    """Destroy the tips that the list names and the database holds nevertheless. Returns how many."""
    beside = destructions.beside_backups(config.backups / destructions.FILE_NAME, keys)
    if not beside:
        return 0
    engine = create_engine(url, pool_size=1)
    try:
        async with create_sessionmaker(engine).begin() as session:
            return await retention.destroy_again(session, keys, beside, local_day(datetime.now(UTC)))
    finally:
        await engine.dispose()


def unread(config: Settings) -> str | None:
    """What to tell the operator of lists that could not be read; ``None`` if there are none."""
    names = ", ".join(path.name for path in destructions.set_aside(config.backups))
    if not names:
        return None
    return (
        f"A list of destroyed tips could not be read and was set aside in {config.backups}: {names}. If an "
        "older copy of the database was put back, destroyed tips may be in it. Put back the site keys that "
        f"the list was made with, name it {destructions.FILE_NAME} and start anew; if they are lost for "
        "good, tell the desks and delete it."
    )


def told(tips: int) -> str:
    """What to tell the operator."""
    return (
        f"This is an older copy of the database: {tips} tips that were destroyed since were destroyed again."
    )
