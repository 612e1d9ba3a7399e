"""The leaks that there are. One is chosen by its name (``sitecustomize.py``). The standard library only."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

Change = Callable[[ModuleType], None]


@dataclass(frozen=True)
class Leak:
    """One change of one module of one program (what follows ``python -m``)."""

    name: str
    program: str
    module: str
    change: Change


LEAKS: list[Leak] = []


def leak(program: str, module: str) -> Callable[[Change], Change]:
    """Registers a function that changes ``module`` in ``program``."""

    def register(change: Change) -> Change:
        LEAKS.append(Leak(change.__name__, program, module, change))
        return change

    return register
