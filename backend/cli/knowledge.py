"""``antam knowledge``: check the topic files, bring them into the database, write the published ones out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from backend import tables  # noqa: F401  # foreign keys reach across domains: every table must be known
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.settings import Settings, settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge import service
from backend.knowledge.content.findings import Finding, Level
from backend.knowledge.content.hotlines import load_hotlines
from backend.knowledge.content.linter import Surroundings, lint
from backend.knowledge.content.markdown import Malformed, parse, write
from backend.knowledge.content.phrases import phrase
from backend.knowledge.seeding import Loaded, load, topic_files

app = typer.Typer(help="Topics: check, export, import.", no_args_is_help=True)
Lang = Annotated[str, typer.Option(help="Language of the findings: vi or en.")]
T = TypeVar("T")


@app.callback()
def knowledge() -> None:
    """Topics: check, export, import."""


@app.command("lint")
def lint_command(
    files: Annotated[list[Path] | None, typer.Argument(help="Topic files; without any, all of them.")] = None,
    lang: Lang = "vi",
) -> None:
    """Check topic files. Exits with 1 if there is anything to say."""
    data = settings().data
    everything = topic_files(data / "knowledge")
    around = Surroundings(
        topic_ids=frozenset(path.stem for path in everything) | service.planned_topics(data),
        hotlines=load_hotlines(data / "hotlines.yml"),
        today=date.today(),
    )
    chosen = sorted(files) if files else everything
    total = 0
    for path in chosen:
        findings = findings_of(path, around)
        total += len(findings)
        _say(path.name, findings, lang)
    typer.echo(f"{len(chosen)} files, {total} findings")
    if total:
        raise typer.Exit(1)


@app.command("export")
def export_command(folder: Annotated[Path, typer.Argument(help="Where to write <topic>.md files.")]) -> None:
    """Write every published topic as a file. Existing files of the same names are replaced."""
    topics = _with_session(settings(), service.published_topics)
    folder.mkdir(parents=True, exist_ok=True)
    for topic in topics:
        (folder / f"{topic.id}.md").write_text(write(topic.topic), encoding="utf-8")
    typer.echo(f"{len(topics)} topics written to {folder}")


@app.command("import")
def import_command(
    path: Annotated[Path, typer.Argument(exists=True, help="A topic file, or a folder of them.")],
    note: Annotated[str, typer.Option(help="What changed, for the history.")] = "",
    lang: Lang = "vi",
) -> None:
    """Publish the files that differ from what is published. Exits with 1 if one was refused."""
    config = settings()
    files = topic_files(path)
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")

    async def bring_in(session: AsyncSession) -> Loaded:
        around = await service.surroundings(session, config, date.today())
        arriving = around.topic_ids | {file.stem for file in files}
        around = Surroundings(arriving, around.hotlines, around.today)
        return await load(session, keys, files, origin="import", around=around, note=note)

    loaded = _with_session(config, bring_in)
    for topic_id, findings in loaded.refused.items():
        _say(f"{topic_id}.md", findings, lang)
    typer.echo(
        f"{len(loaded.published)} published, {len(loaded.unchanged)} unchanged, {len(loaded.refused)} refused"
    )
    if loaded.refused:
        raise typer.Exit(1)


def findings_of(path: Path, around: Surroundings) -> list[Finding]:
    """The findings about one file, whether it can be read or not."""
    try:
        return lint(path.stem, parse(path.read_text(encoding="utf-8")), around)
    except Malformed as error:
        return error.findings


def _say(name: str, findings: list[Finding], lang: str) -> None:
    for finding in findings:
        mark = "✗" if finding.level is Level.BROKEN else "!"
        sentence = phrase(f"finding.{finding.code}", lang, **finding.params)
        typer.echo(f"{mark} {name} · {finding.where}: {sentence}")


def _with_session(config: Settings, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Run ``work`` in one transaction that is committed if it returns."""

    async def run() -> T:
        engine = create_engine(database_url(config), pool_size=1)
        try:
            async with create_sessionmaker(engine)() as session, session.begin():
                return await work(session)
        finally:
            await engine.dispose()

    return asyncio.run(run())


if __name__ == "__main__":
    app()
