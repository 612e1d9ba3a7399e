"""``python -m nlu.train``: builds Rasa's data, trains, and writes ``nlu/models/<name>.tar.gz``.

Prints what it was made of and how long it took. Contacts nobody: telemetry is off.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from nlu import quiet
from nlu.build import BUILD, HERE, build
from nlu.corpus import ROOT

MODELS: Final = HERE / "models"
DEFAULT_NAME: Final = "antam"


def train(name: str = DEFAULT_NAME, models: Path = MODELS) -> Path:
    """Build and train; returns the model's file.

    The file appears whole, so that a server that looks at it never reads half a model.

    Raises:
        RuntimeError: Rasa could not train; it has said why.
    """
    quiet.configure()
    made = build()
    from rasa.model_training import train as rasa_train

    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as aside:
        result = rasa_train(
            domain=str(BUILD / "domain"),
            config=str(HERE / "config.yml"),
            training_files=[str(BUILD / "data")],
            output=aside,
            fixed_model_name=name,
            force_training=True,
        )
        if result.code != 0 or not result.model:
            raise RuntimeError("Rasa did not train a model.")
        model = models / Path(result.model).name
        Path(result.model).replace(model)
    print(
        f"{len(made.asked())} phrases and {len(made.evidence())} lines of pages, {len(made.phrases)} labels, "
        f"{len(made.topics)} of them topics"
    )
    return model


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description=__doc__)
    parser.add_argument("--name", default=DEFAULT_NAME, help="file name of the model, without .tar.gz")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    started = time.monotonic()
    model = train(options.name)
    size = model.stat().st_size / 1e6
    print(f"{model.relative_to(ROOT)}: {size:.1f} MB, trained in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
