"""``antam triage``: what triage, the guard and the identifiers make of a tip. Nothing is stored."""

import json
import sys
from typing import Annotated, Final

import typer

from backend.text.datafiles import data_folder
from backend.text.identifiers import identifiers_in
from backend.tips.guard import guard
from backend.tips.training import train as learned_from
from backend.tips.triage import TriageInput
from backend.tips.triage import triage as triaged

_UNKNOWN_CATEGORY: Final = "other_crime"


def triage(
    text: Annotated[str | None, typer.Argument(help="The text of a tip.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="One text a line on standard input, one answer a line.")
    ] = False,
    train: Annotated[
        bool, typer.Option("--train", help="Learn the wording of tips anew from data/tips.")
    ] = False,
) -> None:
    """Category, priority, desks, reasons, entities and the reporter's own details of a tip, as JSON.

    A text that the channel never accepts has out_of_purpose true, its reason, and no desk.
    """
    if train:
        for name, model in learned_from(data_folder()).items():
            model.save(data_folder() / name)
            typer.echo(json.dumps({"model": name, "features": len(model.weights)}))
        return
    if (text is None) != lines:
        raise typer.BadParameter("give one text, or --lines and texts on standard input")
    for one in (line.rstrip("\r\n") for line in sys.stdin) if lines else [text or ""]:
        typer.echo(json.dumps(answer(one), ensure_ascii=False))
        sys.stdout.flush()


def answer(text: str) -> dict[str, object]:
    """The fields of the text tool's contract. ``reporter_pii``: their own details as written."""
    judged = guard(text)
    if judged.out_of_purpose:
        return {
            "category": None,
            "priority": None,
            "desks": [],
            "reasons": [judged.why],
            "entities": [],
            "reporter_pii": [],
            "out_of_purpose": True,
        }
    result = triaged(TriageInput(_UNKNOWN_CATEGORY, text))
    identifiers = identifiers_in(text)
    return {
        "category": result.category,
        "priority": result.priority,
        "desks": list(result.desks),
        "reasons": list(result.reasons),
        "entities": [{"type": one.type, "value": one.value} for one in identifiers.found if not one.own],
        "reporter_pii": list(dict.fromkeys(text[span.start : span.end] for span in identifiers.own)),
        "out_of_purpose": False,
    }
