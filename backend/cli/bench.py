"""``antam bench``: measures the running parts."""

import asyncio
from datetime import date
from typing import Annotated

import typer

from backend.kit.settings import ROOT
from backend.ops.bench.house import NotUp
from backend.ops.bench.run import FULL, QUICK
from backend.ops.bench.run import bench as measure

_REPORTS = ROOT / "docs" / "reports"
_STOPPED = 130


def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Few acts, to see that everything works; writes no report.")
    ] = False,
) -> None:
    """Measure a house of its own, beside a bare Rasa bot, and write docs/reports/bench-<date>.md."""
    try:
        text = asyncio.run(measure(lambda line: typer.echo(line, err=True), QUICK if quick else FULL))
    except NotUp as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except (asyncio.CancelledError, KeyboardInterrupt) as stopped:
        typer.echo("Stopped; nothing was left behind.", err=True)
        raise typer.Exit(_STOPPED) from stopped
    typer.echo(text)
    if not quick:
        report = _REPORTS / f"bench-{date.today().isoformat()}.md"
        _REPORTS.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
        typer.echo(f"Written to {report.relative_to(ROOT)}.", err=True)
