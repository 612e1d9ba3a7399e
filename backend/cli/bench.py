"""``antam bench``: measures the running parts."""

import asyncio

import typer

from backend.kit.settings import ROOT
from backend.ops.bench import bench as measure


def bench() -> None:
    """Measure a house of its own and write docs/reports/bench-<date>.md."""
    try:
        report = asyncio.run(measure(ROOT / "docs" / "reports", typer.echo))
    except RuntimeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(report.read_text(encoding="utf-8"))
    typer.echo(f"Written to {report.relative_to(ROOT)}.")
