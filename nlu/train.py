"""``python -m nlu.train``: builds Rasa's data, trains, and writes ``nlu/models/<name>.tar.gz``.

Prints what it was made of and how long each part took. Contacts nobody: telemetry is off.
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
from nlu.build import BUILD, CONFIG, HERE, build
from nlu.corpus import DATA, ROOT
from nlu.lean import learns_without, leave_out_tensorflow
from nlu.stopwatch import lap

MODELS: Final = HERE / "models"
DEFAULT_NAME: Final = "antam"


def train(
    name: str = DEFAULT_NAME,
    models: Path = MODELS,
    *,
    data: Path = DATA,
    made_in: Path = BUILD,
    config: Path = CONFIG,
) -> Path:
    """Build and train; returns the model's file.

    ``data`` is what trainers own, ``made_in`` a folder that is made anew for what Rasa reads. The file
    appears whole, so that a server that looks at it never reads half a model.

    Raises:
        RuntimeError: Rasa could not train; it has said why.
    """
    quiet.configure()
    lap("start")
    made = build(made_in, data)
    lap("data read and written for Rasa")
    if learns_without(config):
        leave_out_tensorflow()
    from rasa.model_training import train as rasa_train

    from nlu.swift_training import make_swift

    make_swift()
    lap("Rasa imported")
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as aside:
        result = rasa_train(
            domain=str(made_in / "domain"),
            config=str(config),
            training_files=[str(made_in / "data")],
            output=aside,
            fixed_model_name=name,
            force_training=True,
        )
        if result.code != 0 or not result.model:
            raise RuntimeError("Rasa did not train a model.")
        model = models / Path(result.model).name
        Path(result.model).replace(model)
    lap("rules, and the model's file")
    print(
        f"{len(made.asked())} phrases and {len(made.evidence())} lines of pages, {len(made.phrases)} labels, "
        f"{len(made.topics)} of them topics"
    )
    return model


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description=__doc__)
    parser.add_argument("--name", default=DEFAULT_NAME, help="file name of the model, without .tar.gz")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the model")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of what trainers own")
    parser.add_argument("--made-in", type=Path, default=BUILD, help="folder, made anew, for what Rasa reads")
    parser.add_argument("--config", type=Path, default=CONFIG, help="Rasa's configuration: the pipeline")
    options = parser.parse_args(arguments)
    folders = {name: getattr(options, name).resolve() for name in ("models", "data", "made_in", "config")}
    os.chdir(ROOT)
    started = time.monotonic()
    model = train(options.name, **folders)
    size = model.stat().st_size / 1e6
    print(f"{shown(model)}: {size:.1f} MB, trained in {time.monotonic() - started:.0f} s")
    return 0


def shown(path: Path) -> Path:
    """The path as seen from the project's root, if it is inside."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    sys.exit(main())
