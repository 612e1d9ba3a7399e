"""A command starts without the web framework: it takes half a second, and nothing of it is needed."""

import subprocess
import sys

from backend.kit.settings import ROOT

_LOADED = """
import sys
from importlib import import_module
from backend.cli.main import COMMANDS
for place in COMMANDS.values():
    import_module("backend.cli." + place.partition(":")[0])
print(len(COMMANDS), "fastapi" in sys.modules)
"""


def test_no_command_loads_the_web_framework_before_it_is_run() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    commands, loaded = done.stdout.split()
    assert int(commands) > 10 and loaded == "False"
