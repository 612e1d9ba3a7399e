"""What is done about keys by itself: finding what entered the index under a key that was just replaced."""

from procrastinate import Blueprint, JobContext

from backend.kit.jobs import tools
from backend.tips.linking.rotation import layer_index

blueprint = Blueprint()


@blueprint.periodic(cron="17 * * * *")
@blueprint.task(name="layer_index", pass_context=True, queueing_lock="keys:layer_index")
async def layer_new_entries(context: JobContext, timestamp: int) -> None:
    """Bring entries to the newest index key that a transaction made while the key was being changed."""
    await layer_index(tools(context).sessionmaker, tools(context).keys)
