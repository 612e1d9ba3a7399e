"""A trainer's work on topics: working copies, publishing, restoring. Nothing here commits.

Whether a text may be published is the linter's decision, made in ``backend.knowledge.service``.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service as accounts
from backend.kit.errors import NotFound
from backend.kit.site_keys import SiteKeys
from backend.knowledge import drafts
from backend.knowledge import service as knowledge
from backend.knowledge.content.document import Topic
from backend.knowledge.content.findings import Finding
from backend.knowledge.content.linter import Surroundings, lint
from backend.knowledge.schemas import VersionHead
from backend.studio import forms
from backend.studio.differences import FieldChange, Names, changes
from backend.studio.forms import TopicForm
from backend.studio.listing import TopicLine, in_order, matches, review_state
from backend.text.normalize import fold

LONGEST_ID: Final = 40
_NOT_IN_ID: Final = re.compile(r"[^a-z0-9]+")
_UNREADABLE: Final = frozenset({"bad_day", "bad_source"})


@dataclass(frozen=True)
class Workshop:
    """Who works in this request, in which transaction, and what texts are checked against."""

    session: AsyncSession
    around: Surroundings
    member_id: uuid.UUID


@dataclass(frozen=True)
class Workpiece:
    """A topic on a trainer's table: the form, the topic it makes, and what is remarked about it."""

    topic_id: str
    form: TopicForm
    topic: Topic
    findings: list[Finding]
    based_on: int
    published: int
    """The version workers read now; 0 if there is none yet."""
    saved_at: datetime | None
    """When the working copy was kept; ``None`` if there is none."""
    unchanged: bool
    """The form makes just what is published."""

    @property
    def outdated(self) -> bool:
        """Somebody published since this work began."""
        return self.based_on != self.published


def examine(topic_id: str, form: TopicForm, around: Surroundings) -> tuple[Topic, list[Finding]]:
    """The form's topic and everything to remark about it; what cannot be read is not also called missing."""
    topic, faults = forms.read(form, around.hotlines, around.today)
    unreadable = {fault.where for fault in faults}
    remarks = [
        finding
        for finding in lint(topic_id, topic, around)
        if finding.where not in unreadable or finding.code not in ("missing", "no_sources", "no_hotlines")
    ]
    return topic, [*faults, *remarks]


async def open_topic(shop: Workshop, topic_id: str) -> Workpiece:
    """The member's working copy of a topic, or the published text.

    Raises:
        NotFound: there is neither.
    """
    draft = await drafts.find(shop.session, topic_id, shop.member_id)
    if draft is not None:
        return await in_work(shop, topic_id, TopicForm.model_validate(draft.form), draft.based_on)
    published = await knowledge.published_topic(shop.session, topic_id)
    return await in_work(shop, topic_id, forms.fill(published.topic, shop.around.hotlines), published.number)


async def in_work(shop: Workshop, topic_id: str, form: TopicForm, based_on: int) -> Workpiece:
    """A form as a piece of work, whether it was kept or was just sent."""
    topic, findings = examine(topic_id, form, shop.around)
    published = await knowledge.find_published(shop.session, topic_id)
    draft = await drafts.find(shop.session, topic_id, shop.member_id)
    return Workpiece(
        topic_id=topic_id,
        form=form,
        topic=topic,
        findings=findings,
        based_on=based_on,
        published=published.number if published else knowledge.NEW,
        saved_at=draft.saved_at if draft else None,
        unchanged=published is not None and published.topic == topic,
    )


async def begin(shop: Workshop, title: str) -> str:
    """A working copy of a new topic; the id is made from its title and is nobody else's.

    Returns:
        The new topic's id.
    """
    stem = _NOT_IN_ID.sub("_", fold(title)).strip("_")[:LONGEST_ID].strip("_") or "topic"
    stem = stem if stem[0].isalpha() else f"t_{stem}"
    topic_id, number = stem, 1
    while topic_id in shop.around.topic_ids or await drafts.find(shop.session, topic_id, shop.member_id):
        number += 1
        topic_id = f"{stem}_{number}"
    form = TopicForm(title=title).model_dump()
    await drafts.keep(shop.session, topic_id, shop.member_id, based_on=knowledge.NEW, form=form)
    return topic_id


async def keep(shop: Workshop, topic_id: str, form: TopicForm, based_on: int) -> Workpiece:
    """Keep the form as the member's working copy; what is the same as the published text needs none."""
    piece = await in_work(shop, topic_id, form, based_on)
    if piece.unchanged:
        await drafts.drop(shop.session, topic_id, shop.member_id)
    else:
        await drafts.keep(shop.session, topic_id, shop.member_id, based_on=based_on, form=form.model_dump())
    return await in_work(shop, topic_id, form, based_on)


async def take_as_base(shop: Workshop, topic_id: str) -> None:
    """The member saw what was published meanwhile and goes on with their own text on top of it.

    Raises:
        NotFound: there is no working copy, or nothing is published.
    """
    draft = await drafts.find(shop.session, topic_id, shop.member_id)
    published = await knowledge.published_topic(shop.session, topic_id)
    if draft is None:
        raise NotFound
    await drafts.keep(shop.session, topic_id, shop.member_id, based_on=published.number, form=draft.form)


async def publish(shop: Workshop, keys: SiteKeys, piece: Workpiece, note: str) -> int:
    """Publish a working copy and clear it away.

    Returns:
        The new version's number.

    Raises:
        knowledge.Unpublishable: something in it is broken or cannot be read.
        knowledge.Outdated: somebody published since the work began.
    """
    if any(finding.code in _UNREADABLE for finding in piece.findings):
        raise knowledge.Unpublishable(piece.findings)
    release = knowledge.Release(shop.member_id, "trainer", piece.based_on, note)
    number = await knowledge.publish(
        shop.session, keys, piece.topic_id, piece.topic, release=release, around=shop.around
    )
    await drafts.drop(shop.session, piece.topic_id, shop.member_id)
    return number


async def restore(shop: Workshop, keys: SiteKeys, topic_id: str, number: int, based_on: int) -> int:
    """Publish version ``number`` again, as a new version.

    Raises:
        NotFound: there is no such version.
        knowledge.Unpublishable: by today's rules the old text is broken.
        knowledge.Outdated: ``based_on`` is not what is published now.
    """
    old = await knowledge.topic_version(shop.session, topic_id, number)
    release = knowledge.Release(shop.member_id, "trainer", based_on, restores=number)
    return await knowledge.publish(
        shop.session, keys, topic_id, old.topic, release=release, around=shop.around
    )


async def lines(shop: Workshop, wanted: str) -> list[TopicLine]:
    """The topics, and the member's drafts of new ones, that match what is looked for; urgent ones first."""
    heads = await knowledge.published_heads(shop.session)
    mine = {draft.topic_id: draft for draft in await drafts.all_of(shop.session, shop.member_id)}
    found = [
        TopicLine(
            id=published.id,
            topic=published.topic,
            head=heads[published.id],
            review=review_state(published.topic.review_by, shop.around.today),
            has_draft=published.id in mine,
        )
        for published in await knowledge.published_topics(shop.session)
    ]
    for draft in mine.values():
        if draft.topic_id not in heads:
            form = TopicForm.model_validate(draft.form)
            topic, _ = forms.read(form, shop.around.hotlines, shop.around.today)
            found.append(TopicLine(draft.topic_id, topic, None, None, has_draft=True))
    return in_order([line for line in found if matches(line.id, line.topic, wanted)])


@dataclass(frozen=True)
class Clash:
    """What somebody else published while a member was at work, and how the member's text differs from it."""

    head: VersionHead
    author: str | None
    theirs: list[FieldChange]
    mine: list[FieldChange]


async def names(shop: Workshop) -> Names:
    """What ids stand for, for showing differences."""
    published = await knowledge.published_topics(shop.session)
    return Names({topic.id: topic.topic.title for topic in published}, shop.around.hotlines)


async def clash(shop: Workshop, piece: Workpiece) -> Clash:
    """Both sides of a piece of work that is outdated.

    Raises:
        NotFound: nothing is published.
    """
    published = await knowledge.published_topic(shop.session, piece.topic_id)
    head = (await knowledge.published_heads(shop.session))[piece.topic_id]
    base = Topic()
    if piece.based_on != knowledge.NEW:
        base = (await knowledge.topic_version(shop.session, piece.topic_id, piece.based_on)).topic
    authors = await author_names(shop.session, [head])
    words = await names(shop)
    return Clash(
        head,
        authors.get(head.author_id) if head.author_id else None,
        changes(base, published.topic, words),
        changes(published.topic, piece.topic, words),
    )


async def author_names(session: AsyncSession, heads: list[VersionHead]) -> dict[uuid.UUID, str]:
    """Who published these versions, by name."""
    return await accounts.names(session, {head.author_id for head in heads if head.author_id})
