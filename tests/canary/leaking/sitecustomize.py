"""Makes a house leak on purpose. Python runs this first in every process whose ``PYTHONPATH`` leads here.

``ANTAM_CANARY_LEAKS`` names the functions of ``leaks.py`` and ``evidence_leaks.py`` that count, by commas.
Each changes one module of one program as soon as that module is imported. For ``test_leaks.py`` alone; the
product knows nothing of it. Runs on Rasa's Python 3.10 too.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any


class _Changing(importlib.abc.MetaPathFinder):
    """Finds modules as usual, and changes those it was told about right after they were made."""

    def __init__(self, changes: dict[str, list[Callable[[ModuleType], None]]]) -> None:
        self._changes = changes

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        changes = self._changes.pop(name, None)
        if changes is None:
            return None
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.loader is not None
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            for change in changes:
                change(module)

        setattr(spec.loader, "exec_module", execute_and_change)  # noqa: B010  # of this loader alone
        return spec


def _program() -> str:
    """What follows ``-m`` on the command line."""
    arguments = sys.orig_argv
    return arguments[arguments.index("-m") + 1] if "-m" in arguments[:-1] else ""


def _leaks() -> list[Any]:
    """Every leak that there is. The project's folder is looked into for this alone."""
    sys.path.insert(0, str(Path(__file__).parents[3]))
    try:
        importlib.import_module("tests.canary.leaking.leaks")
        importlib.import_module("tests.canary.leaking.evidence_leaks")
        found: list[Any] = importlib.import_module("tests.canary.leaking.registry").LEAKS
        return found
    finally:
        del sys.path[0]


if _wanted := set(filter(None, os.environ.get("ANTAM_CANARY_LEAKS", "").split(","))):
    _found: dict[str, list[Callable[[ModuleType], None]]] = {}
    for _leak in _leaks():
        if _leak.name in _wanted and _leak.program == _program():
            _found.setdefault(_leak.module, []).append(_leak.change)
    sys.meta_path.insert(0, _Changing(_found))
