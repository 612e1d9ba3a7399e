"""The sections of the page that say what understanding costs: time and memory."""

from __future__ import annotations

from nlu.report.findings import Findings, table
from nlu.report.measures import percentile
from nlu.report.rival import DEFAULT_EPOCHS


def speed_and_size(found: Findings) -> str:
    """One question's time, memory, the file and the training, beside the default pipeline's."""
    live, ours = found.live, found.ours
    columns = [
        (
            "ours",
            ours,
            live.model.stat().st_size / 1e6,
            live.training,
        )
    ]
    if found.rival:
        rival, asked = found.rival
        columns.append(("default", asked, rival.model.stat().st_size / 1e6, rival.training))
    rows = [
        ("parse p50, ms", *(f"{percentile(one.milliseconds, 50):.1f}" for _, one, _, _ in columns)),
        ("parse p95, ms", *(f"{percentile(one.milliseconds, 95):.1f}" for _, one, _, _ in columns)),
        ("resident, model loaded, MB", *(f"{one.loaded:.0f}" for _, one, _, _ in columns)),
        ("resident, all questions asked, MB", *(f"{one.after:.0f}" for _, one, _, _ in columns)),
        ("model file, MB", *(f"{size:.1f}" for _, _, size, _ in columns)),
        ("training, s", *(f"{training.seconds:.0f}" for _, _, _, training in columns)),
        (
            "most memory of the training process, MB",
            *(f"{training.peak:.0f}" for _, _, _, training in columns),
        ),
    ]
    text = (
        "## Speed and size\n\nEach model alone in a process, asked one question after the other through "
        "`processor.parse_message`.\n\n" + table(("", *(name for name, _, _, _ in columns)), rows)
    )
    if found.rival:
        rival = found.rival[0]
        text += (
            "\n\nThe default pipeline is Rasa's own template (words and characters counted, DIET, "
            f"ResponseSelector, fallback) with our domain and rules, trained for {rival.epochs} epochs"
        )
        if rival.epochs != DEFAULT_EPOCHS:
            text += (
                f" instead of {DEFAULT_EPOCHS}: with more it understands more and trains longer, but does "
            )
            text += "not get quicker or smaller"
        text += "."
    return text


def order_to_live(found: Findings) -> str:
    """How long a trainer waits for a running server to know the new phrases, in its parts."""
    live = found.live
    rows = [(part, f"{seconds:.1f}") for part, seconds in live.parts.items()]
    rows.append(("Python's start and end", f"{live.training.seconds - sum(live.parts.values()):.1f}"))
    rows.append(("the running server loads and swaps", f"{live.swapping:.1f}"))
    rows.append(("**order to train → the new model answers**", f"**{live.seconds:.1f}**"))
    return (
        "## From the order to train to a live model\n\n"
        + table(("part", "s"), rows)
        + f"\n\nThe server had {live.before:.0f} MB resident before and {live.after:.0f} MB after the swap."
    )
