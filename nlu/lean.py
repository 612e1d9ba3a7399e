"""Keeps TensorFlow out of a process in which nothing learns with it.

Rasa imports TensorFlow, and with it Keras and JAX, for some components of its own, whether a model has one of
them or not. Ours has none, and the import was more than half of the server's start and of its memory. In its
place stands a module that gives a name for everything, so that Rasa's classes can be defined on it, and that
refuses to be used.
"""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from nlu.corpus import read_yaml

_LEFT_OUT: Final = frozenset({"keras", "tensorflow", "tensorflow_hub", "tensorflow_text"})
_OURS: Final = "nlu.components."
_METADATA: Final = "metadata.json"
_FREE: Final = frozenset(
    {
        "RulePolicy",
        "NLUMessageConverter",
        "RegexMessageHandler",
        "DomainProvider",
        "RuleOnlyDataProvider",
        "DefaultPolicyPredictionEnsemble",
    }
)
"""What our model has of Rasa's own; none of it works with TensorFlow. Whatever else is named may."""


class LeftOutError(RuntimeError):
    """Something wants to learn with TensorFlow in a process that was started without it."""


class _Everything(type):
    """A class that has every attribute and every parameter, so that others can be built on it."""

    def __getattr__(cls, name: str) -> type[_Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing

    def __getitem__(cls, parameter: object) -> type[_Nothing]:
        return _Nothing


class _Nothing(metaclass=_Everything):
    def __init__(self, *args: object, **options: object) -> None:
        raise LeftOutError("TensorFlow is left out of this process: see nlu/lean.py.")


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> type[_Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing


class _StandIns(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in _LEFT_OUT:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def leave_out_tensorflow() -> None:
    """From now on an import of TensorFlow gives its stand-in; call before anything of Rasa is imported.

    Without effect where it is imported already.
    """
    if not _LEFT_OUT & sys.modules.keys() and not is_left_out():
        sys.meta_path.insert(0, _StandIns())


def is_left_out() -> bool:
    """Whether an import of TensorFlow gives its stand-in."""
    return any(isinstance(one, _StandIns) for one in sys.meta_path)


def learns_without(config: Path) -> bool:
    """Whether ``config``, a configuration of Rasa, names its parts, and none that learns with TensorFlow.

    Where it names none Rasa takes its own, which do.
    """
    parts: dict[str, Any] = read_yaml(config)
    listed = [parts.get(kind) for kind in ("pipeline", "policies")]
    if not all(isinstance(each, list) for each in listed):
        return False
    named = [part.get("name", "") for each in listed for part in each or ()]
    return all(map(_is_free, named))


def answers_without(model: Path) -> bool:
    """Whether nothing in a trained model works with TensorFlow; also when the file cannot be read as one."""
    try:
        with tarfile.open(model) as archive:
            kept = next(each for each in archive if Path(each.name).name == _METADATA)
            content = archive.extractfile(kept)
            nodes = json.load(content)["predict_schema"]["nodes"] if content else {}
        return all(_is_free(node["uses"]) for node in nodes.values())
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError, StopIteration):
        return True


def _is_free(component: str) -> bool:
    """Of one component, as a configuration or a model names it."""
    return component.startswith(_OURS) or component.rpartition(".")[2] in _FREE
