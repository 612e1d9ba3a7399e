"""Brings topic files into the database: the seed of ``data/knowledge/``, and imports by command."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.knowledge import repository, service
from backend.knowledge.content.findings import Finding
from backend.knowledge.content.linter import Surroundings
from backend.knowledge.content.markdown import Malformed, parse, write


@dataclass
class Loaded:
    """What became of a folder of topic files, by topic id."""

    published: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Left as it is, because a person published this topic."""
    refused: dict[str, list[Finding]] = field(default_factory=dict)


def topic_files(path: Path) -> list[Path]:
    """The topic files of a folder, or the one file."""
    return sorted(path.glob("*.md")) if path.is_dir() else [path]


async def load(
    session: AsyncSession,
    keys: SiteKeys,
    files: list[Path],
    *,
    origin: service.Origin,
    around: Surroundings,
    note: str = "",
) -> Loaded:
    """Publish each file whose content differs from what is published.

    A ``seed`` never touches a topic that a person published; an ``import`` does, because somebody asked
    for it. A file that cannot be published is refused alone.
    """
    loaded = Loaded()
    for path in files:
        topic_id = path.stem
        try:
            topic = parse(path.read_text(encoding="utf-8"))
            current = await repository.published_version(session, topic_id)
            if current is not None and current.body == write(topic):
                loaded.unchanged.append(topic_id)
                continue
            if (
                current is not None
                and origin == "seed"
                and not await repository.only_seeded(session, topic_id)
            ):
                loaded.kept.append(topic_id)
                continue
            release = service.Release(None, origin, current.number if current else service.NEW, note)
            await service.publish(session, keys, topic_id, topic, release=release, around=around)
            loaded.published.append(topic_id)
        except (Malformed, service.Unpublishable) as error:
            loaded.refused[topic_id] = error.findings
    return loaded
