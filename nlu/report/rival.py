"""Rasa's default pipeline, as ``rasa init`` gives it, trained on the same data: what ours is held against.

Domain, rules and phrases are ours; only the pipeline differs. Lives in a folder of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from nlu.build import CONFIG
from nlu.corpus import DATA, read_yaml
from nlu.report.processes import Done, ran

DEFAULT_EPOCHS: Final = 100
"""What Rasa's template says; a report may train for fewer, and says so."""
SEED: Final = 20261121


@dataclass(frozen=True)
class Rival:
    """A trained default pipeline."""

    model: Path
    epochs: int
    training: Done


def trained_rival(folder: Path, epochs: int, data: Path = DATA) -> Rival:
    """Train it in ``folder``.

    Raises:
        subprocess.CalledProcessError: the training failed.
    """
    config = folder / "config.yml"
    config.write_text(yaml.safe_dump(configuration(epochs), sort_keys=False), encoding="utf-8")
    training = ran(
        [
            "nlu.train",
            "--name=rival",
            f"--models={folder}",
            f"--data={data}",
            f"--made-in={folder / 'made'}",
            f"--config={config}",
        ]
    )
    return Rival(folder / "rival.tar.gz", epochs, training)


def configuration(epochs: int) -> dict[str, Any]:
    """Rasa's default pipeline with our rules; the seed alone is not Rasa's, so that a run can be repeated."""
    return {
        **read_yaml(CONFIG),
        "language": "en",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", "epochs": epochs, "random_seed": SEED},
            {"name": "EntitySynonymMapper"},
            {"name": "ResponseSelector", "epochs": epochs},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
    }
