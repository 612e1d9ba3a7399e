"""The ``antam`` command as an operator types it."""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from backend.kit.settings import ROOT


def antam(
    *arguments: str,
    var: Path,
    url: str | None = None,
    ports: Mapping[str, int] | None = None,
    largest_file: int | None = None,
    said: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    Args:
        url: ``DATABASE_URL``, for a server that is not the embedded one.
        ports: of the processes, by name.
        largest_file: bytes; neither the command nor what it starts may write a larger file.
        said: what is typed.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANTAM_")}
    environment.pop("DATABASE_URL", None)
    environment |= {"ANTAM_VAR": str(var), "NO_COLOR": "1", "COLUMNS": "100"}
    environment |= {f"ANTAM_{name.upper()}_PORT": str(number) for name, number in (ports or {}).items()}
    environment |= {"DATABASE_URL": url} if url else {}

    def confined() -> None:
        if largest_file is not None:
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, most))

    return subprocess.run(
        [sys.executable, "-m", "backend.cli", *arguments],
        cwd=ROOT,
        env=environment,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=confined,
    )
