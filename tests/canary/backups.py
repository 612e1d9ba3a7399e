"""Makes a backup of the running house as an operator does, and searches it: sealed and opened."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from backend.kit.settings import ROOT, Settings
from backend.ops.backup import keys, sealed
from tests.canary.database import in_hex
from tests.canary.findings import Findings, Place
from tests.canary.needles import Needles


def search_backup(
    var: Path, environment: Mapping[str, str], programs: Path, needles: Needles, findings: Findings
) -> None:
    """What ``antam backup`` writes (typed in ``environment``), and all that ``pg_restore`` makes of it."""
    backing_up = [sys.executable, "-m", "backend.cli", "backup"]
    told = subprocess.run(backing_up, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr.decode()
    (path,) = (var / "backups").glob("*.backup")
    file = path.read_bytes()
    findings.add(Place.BACKUP, "sealed", len(file), needles.in_bytes(file))
    content = _opened(path, var, programs)
    findings.add(Place.BACKUP, "opened", len(content), needles.in_bytes(content))
    findings.add(Place.BACKUP, "opened", 0, needles.in_bytes(in_hex(content)))


def _opened(path: Path, var: Path, programs: Path) -> bytes:
    with path.open("rb") as file:
        about, _ = sealed.read_about(file)
        file.seek(0)
        key = keys.key_of(about, Settings(var=var).secrets, str)
        dump = b"".join(sealed.read(file, key))
    restoring = [str(programs / "pg_restore"), "--file=-"]
    return subprocess.run(restoring, input=dump, capture_output=True, check=True).stdout
