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


def told(tips: int) -> str:
    """What to tell the operator."""
    return (
        f"This is an older copy of the database: {tips} tips that were destroyed since were destroyed again."
    )
