"""``antam knowledge``: check, bring in and write out the topics of ``data/knowledge/``."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import yaml

from backend.kit.settings import settings
from backend.knowledge.findings import Finding, Level
from backend.knowledge.hotlines import load_hotlines
from backend.knowledge.linter import Surroundings, lint
from backend.knowledge.markdown import Malformed, parse
from backend.knowledge.phrases import phrase

app = typer.Typer(help="Topics: check, export, import.", no_args_is_help=True)


@app.callback()
def knowledge() -> None:
    """Topics: check, export, import."""


@app.command("lint")
def lint_command(
    files: Annotated[list[Path] | None, typer.Argument(help="Topic files; without any, all of them.")] = None,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Check topic files. Exits with 1 if there is anything to say."""
    folder = settings().data / "knowledge"
    everything = sorted(folder.glob("*.md"))
    chosen = sorted(files) if files else everything
    around = Surroundings(
        topic_ids=frozenset(path.stem for path in everything) | _planned_topics(),
        hotlines=load_hotlines(settings().data / "hotlines.yml"),
        today=date.today(),
    )
    total = 0
    for path in chosen:
        findings = check_file(path, around)
        total += len(findings)
        for finding in findings:
            mark = "✗" if finding.level is Level.BROKEN else "!"
            sentence = phrase(f"finding.{finding.code}", lang, **finding.params)
            typer.echo(f"{mark} {path.name} · {finding.where}: {sentence}")
    typer.echo(f"{len(chosen)} files, {total} findings")
    if total:
        raise typer.Exit(1)


def check_file(path: Path, around: Surroundings) -> list[Finding]:
    """The findings about one file, whether it can be read or not."""
    try:
        return lint(path.stem, parse(path.read_text(encoding="utf-8")), around)
    except Malformed as error:
        return error.findings


def _planned_topics() -> frozenset[str]:
    """The topics of the taxonomy: a file may point at one that is still being written."""
    taxonomy = yaml.safe_load((settings().data / "taxonomy.yml").read_text(encoding="utf-8"))
    return frozenset(taxonomy["topics"])


if __name__ == "__main__":
    app()
