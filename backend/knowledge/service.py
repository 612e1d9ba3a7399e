"""Reading, publishing and restoring topics. Nothing here commits: the request or the command does.

Whatever is published passed the linter; a topic's older versions stay as they were.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.errors import Conflict, NotFound, Problem
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge import repository
from backend.knowledge.content.document import Topic
from backend.knowledge.content.findings import Finding, publishable
from backend.knowledge.content.hotlines import load_hotlines
from backend.knowledge.content.linter import Surroundings, lint
from backend.knowledge.content.markdown import parse, write
from backend.knowledge.models import TopicVersion
from backend.knowledge.schemas import VersionHead
from backend.text.yaml_files import parsed

Origin = Literal["seed", "trainer", "import"]
NEW = 0
"""``based_on`` of a topic that does not exist yet."""


class Unpublishable(Problem):
    """The text is broken; ``findings`` say where and what to do."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unpublishable"
    title = "The topic cannot be published as it is"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = findings


class Outdated(Conflict):
    """Somebody published the topic since this work began; ``published`` is the number that now stands."""

    code = "outdated"

    def __init__(self, published: int) -> None:
        super().__init__()
        self.published = published


@dataclass(frozen=True)
class Published:
    """A published version with its parsed topic."""

    id: str
    number: int
    topic: Topic


@dataclass(frozen=True)
class Release:
    """Who publishes, from where, and in their words why. ``based_on``: the version the work began from."""

    author_id: uuid.UUID | None
    origin: Origin
    based_on: int
    note: str = ""
    restores: int | None = None


@lru_cache(maxsize=512)
def _parsed(body: str) -> Topic:
    """A stored body's topic. The body is the key, so a new publication can never meet an old topic."""
    return parse(body)


def _published(version: TopicVersion) -> Published:
    return Published(version.topic_id, version.number, _parsed(version.body))


async def published_topics(session: AsyncSession) -> list[Published]:
    """Every published topic, by id."""
    return [_published(version) for version in await repository.published_versions(session)]


async def find_published(session: AsyncSession, topic_id: str) -> Published | None:
    """One published topic, if there is one of this id."""
    version = await repository.published_version(session, topic_id)
    return _published(version) if version is not None else None


async def published_topic(session: AsyncSession, topic_id: str) -> Published:
    """One published topic.

    Raises:
        NotFound: there is none of this id.
    """
    found = await find_published(session, topic_id)
    if found is None:
        raise NotFound
    return found


async def published_among(session: AsyncSession, topic_ids: Collection[str]) -> dict[str, Topic]:
    """The published topics among ``topic_ids``, by id."""
    versions = await repository.published_versions(session, topic_ids)
    return {version.topic_id: _parsed(version.body) for version in versions}


async def topic_version(session: AsyncSession, topic_id: str, number: int) -> Published:
    """One version of a topic, published now or before.

    Raises:
        NotFound: there is no such version.
    """
    version = await repository.version(session, topic_id, number)
    if version is None:
        raise NotFound
    return _published(version)


async def published_heads(session: AsyncSession) -> dict[str, VersionHead]:
    """Of every topic the published version without its text, by topic id."""
    return {head.topic_id: head for head in await repository.published_heads(session)}


async def history(session: AsyncSession, topic_id: str) -> list[VersionHead]:
    """Every version of a topic without its text, newest first; empty if it was never published."""
    return await repository.history(session, topic_id)


async def publish(
    session: AsyncSession,
    keys: SiteKeys,
    topic_id: str,
    topic: Topic,
    *,
    release: Release,
    around: Surroundings,
) -> int:
    """Make ``topic`` what workers read, as a new version, and say so in the audit log.

    Returns:
        The new version's number.

    Raises:
        Unpublishable: the linter found it broken.
        Outdated: another version than ``release.based_on`` is published.
    """
    findings = lint(topic_id, topic, around)
    if not publishable(findings):
        raise Unpublishable(findings)
    if release.based_on == NEW and await repository.add_topic(session, topic_id):
        number = 1
    else:
        current = await repository.lock_published(session, topic_id)
        if current is None:
            raise NotFound
        if current != release.based_on:
            raise Outdated(current)
        number = current + 1
    await repository.add_version(session, _version(topic_id, number, topic, release))
    await audit.record(
        session,
        keys,
        actor_id=release.author_id,
        action="topic.published" if release.restores is None else "topic.restored",
        subject=f"topic:{topic_id}",
        detail={"version": number, "origin": release.origin, "restores": release.restores},
    )
    return number


def _version(topic_id: str, number: int, topic: Topic, release: Release) -> TopicVersion:
    return TopicVersion(
        topic_id=topic_id,
        number=number,
        body=write(topic),
        origin=release.origin,
        author_id=release.author_id,
        note=release.note,
        restores=release.restores,
    )


async def surroundings(session: AsyncSession, config: Settings, today: date) -> Surroundings:
    """What a topic is checked against now: published and planned topics, the hotlines, the day."""
    numbers = await repository.published_numbers(session)
    return Surroundings(
        topic_ids=frozenset(numbers) | planned_topics(config.data),
        hotlines=load_hotlines(config.data / "hotlines.yml"),
        today=today,
    )


def planned_topics(data: Path) -> frozenset[str]:
    """The topic ids of the taxonomy, written yet or not: a topic may point at one that is to come."""
    taxonomy: Mapping[str, Mapping[str, str]] = parsed((data / "taxonomy.yml").read_text(encoding="utf-8"))
    return frozenset(taxonomy["topics"])
