"""The studio's pages of a topic's versions: the history, what changed, bringing one back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.access import Keys, require
from backend.accounts.roles import Role
from backend.kit.errors import NotFound
from backend.knowledge import service as knowledge
from backend.knowledge.content.findings import Finding
from backend.studio import service, views
from backend.studio.differences import changes
from backend.studio.endpoints import Shop
from backend.studio.pages import studio_page
from backend.studio.service import Workshop
from backend.web import i18n
from backend.web.pages import go

staff = APIRouter(prefix="/studio/topics", dependencies=[require(Role.TRAINER, Role.ADMINISTRATOR)])
BasedOn = Annotated[int, Form(ge=1)]


@staff.get("/{topic_id}/versions")
async def history(request: Request, shop: Shop, topic_id: str) -> Response:
    """Every version of a topic, newest first."""
    published = await knowledge.published_topic(shop.session, topic_id)
    heads = await knowledge.history(shop.session, topic_id)
    names = await service.author_names(shop.session, heads)
    return studio_page(request, "history.html", topic=published, heads=heads, names=names)


@staff.get("/{topic_id}/versions/{number}")
async def version(
    request: Request, shop: Shop, topic_id: str, number: int, against: int | None = None
) -> Response:
    """One version, word by word against the one before it, or against any other."""
    return await _version(request, shop, topic_id, number, against=against)


@staff.post("/{topic_id}/versions/{number}/restore")
async def restore(
    request: Request, shop: Shop, topic_id: str, number: int, *, keys: Keys, based_on: BasedOn
) -> Response:
    """Publish an old version again; if it no longer keeps today's rules, say which."""
    try:
        await service.restore(shop, keys, topic_id, number, based_on)
    except knowledge.Unpublishable as error:
        return await _version(request, shop, topic_id, number, refused=error.findings)
    return go(f"/studio/topics/{topic_id}/versions?done=restored")


async def _version(
    request: Request,
    shop: Workshop,
    topic_id: str,
    number: int,
    *,
    against: int | None = None,
    refused: list[Finding] | None = None,
) -> Response:
    shown = await knowledge.topic_version(shop.session, topic_id, number)
    heads = {head.number: head for head in await knowledge.history(shop.session, topic_id)}
    other = number - 1 if against is None else against
    if other not in heads and other != knowledge.NEW:
        raise NotFound
    others = await knowledge.published_among(shop.session, shown.topic.related)
    before = await knowledge.topic_version(shop.session, topic_id, other) if other in heads else None
    return studio_page(
        request,
        "version.html",
        status=422 if refused else 200,
        topic=shown,
        head=heads[number],
        other=other,
        current=max(heads),
        changes=changes(before.topic, shown.topic, await service.names(shop)) if before else [],
        worker=views.worker_view(topic_id, shown.topic, shop.around.hotlines, others),
        names=await service.author_names(shop.session, list(heads.values())),
        refused=[remark for remark in views.remarks(refused or [], i18n.current.get()) if remark.broken],
    )
