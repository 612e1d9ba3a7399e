"""The studio's pages: the list of topics and the editor. Versions are in ``versions``.

Every page works without JavaScript; with it the preview follows the typing and the work is kept meanwhile.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import Field

from backend.accounts.access import Keys, Trainer, require
from backend.accounts.roles import Role
from backend.kit.request_session import Session
from backend.knowledge import drafts
from backend.knowledge import service as knowledge
from backend.studio import service, views
from backend.studio.forms import TopicForm
from backend.studio.pages import studio_page
from backend.studio.service import Workpiece, Workshop
from backend.web import i18n
from backend.web.moments import VIET_NAM
from backend.web.pages import go, is_htmx

staff = APIRouter(prefix="/studio/topics", dependencies=[require(Role.TRAINER, Role.ADMINISTRATOR)])

LONGEST_NOTE = 300


class EditorForm(TopicForm):
    """The editor's page: the topic's fields, what the work began from, and a note for the history."""

    based_on: int = Field(default=knowledge.NEW, ge=0)
    note: str = Field(default="", max_length=LONGEST_NOTE)

    @property
    def fields(self) -> TopicForm:
        """The topic's fields alone."""
        return TopicForm.model_validate(self.model_dump(exclude={"based_on", "note"}))


async def workshop(request: Request, session: Session, person: Trainer) -> Workshop:
    """The member's workshop in this request; the day is Viet Nam's."""
    today = datetime.now(VIET_NAM).date()
    around = await knowledge.surroundings(session, request.app.state.settings, today)
    return Workshop(session, around, person.member_id)


Shop = Annotated[Workshop, Depends(workshop)]
Sent = Annotated[EditorForm, Form()]


@staff.get("")
async def topics(request: Request, shop: Shop, q: str = "") -> Response:
    """All topics with what needs attention first; ``q`` narrows them down."""
    found = await service.lines(shop, q[:200])
    names = await service.author_names(shop.session, [line.head for line in found if line.head])
    return studio_page(request, "topics.html", lines=found, wanted=q[:200], names=names)


@staff.get("/new")
async def new_topic_page(request: Request) -> Response:
    return studio_page(request, "new.html", fault=False)


@staff.post("/new")
async def new_topic(
    request: Request, shop: Shop, title: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Begin a topic; it exists for workers once it is published."""
    if not title.strip():
        return studio_page(request, "new.html", status=422, fault=True)
    return go(f"/studio/topics/{await service.begin(shop, title.strip())}")


@staff.get("/{topic_id}")
async def editor(request: Request, shop: Shop, topic_id: str) -> Response:
    """The editor with the member's working copy, or the published text."""
    return await _editor(request, shop, await service.open_topic(shop, topic_id))


@staff.post("/{topic_id}/draft")
async def keep_draft(request: Request, shop: Shop, topic_id: str, sent: Sent) -> Response:
    """Keep what was typed. For htmx the answer is the preview with its remarks, else the editor again."""
    piece = await service.keep(shop, topic_id, sent.fields, sent.based_on)
    if not is_htmx(request):
        return go(f"/studio/topics/{topic_id}#preview")
    others = await knowledge.published_among(shop.session, piece.topic.related)
    view = views.editor_view(piece, shop.around.hotlines, others, i18n.current.get())
    return studio_page(request, "update.html", piece=piece, view=view)


@staff.post("/{topic_id}/publish")
async def publish(request: Request, shop: Shop, keys: Keys, topic_id: str, sent: Sent) -> Response:
    """Publish what was typed, or say what stands in the way; nothing typed is lost either way."""
    piece = await service.keep(shop, topic_id, sent.fields, sent.based_on)
    if piece.unchanged:
        return go(f"/studio/topics/{topic_id}?done=unchanged")
    try:
        await service.publish(shop, keys, piece, sent.note.strip())
    except knowledge.Unpublishable:
        return await _editor(request, shop, piece, refused=True, note=sent.note)
    except knowledge.Outdated:
        return await _outdated(request, shop, piece, status=409)
    return go(f"/studio/topics/{topic_id}?done=published")


@staff.get("/{topic_id}/outdated")
async def outdated(request: Request, shop: Shop, topic_id: str) -> Response:
    """Both texts, when somebody published while the member was at work."""
    piece = await service.open_topic(shop, topic_id)
    if not piece.outdated:
        return go(f"/studio/topics/{topic_id}")
    return await _outdated(request, shop, piece)


@staff.post("/{topic_id}/go-on")
async def go_on(shop: Shop, topic_id: str) -> Response:
    """Go on with one's own text, now on top of what was published meanwhile."""
    await service.take_as_base(shop, topic_id)
    return go(f"/studio/topics/{topic_id}?done=goes_on")


@staff.post("/{topic_id}/discard")
async def discard(shop: Shop, topic_id: str) -> Response:
    """Throw the working copy away."""
    await drafts.drop(shop.session, topic_id, shop.member_id)
    published = await knowledge.find_published(shop.session, topic_id)
    return go(f"/studio/topics/{topic_id}?done=discarded" if published else "/studio/topics?done=discarded")


async def _editor(
    request: Request, shop: Workshop, piece: Workpiece, *, refused: bool = False, note: str = ""
) -> Response:
    published = {topic.id: topic.topic for topic in await knowledge.published_topics(shop.session)}
    hotlines, lang = shop.around.hotlines, i18n.current.get()
    heads = await knowledge.published_heads(shop.session)
    return studio_page(
        request,
        "editor.html",
        status=422 if refused else 200,
        piece=piece,
        head=heads.get(piece.topic_id),
        view=views.editor_view(piece, hotlines, published, lang),
        related=views.related_choices(piece, published),
        hotlines=views.hotline_choices(piece, hotlines, lang),
        sources=views.source_rows(piece),
        refused=refused,
        note=note,
    )


async def _outdated(request: Request, shop: Workshop, piece: Workpiece, status: int = 200) -> Response:
    clash = await service.clash(shop, piece)
    return studio_page(request, "outdated.html", status=status, piece=piece, clash=clash)
