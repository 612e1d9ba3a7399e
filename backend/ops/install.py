"""Sets the machine up: the tools, both environments from their locks, the ``antam`` command, the model.

Run by the ``Makefile`` with any Python from 3.11 on, before anything is installed: standard library only.
Each step is done only when what it is made from has changed, and says what it does while it takes long.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TOOLS: Final = ROOT / ".venv-tools"
OURS: Final = ROOT / ".venv"
RASA: Final = ROOT / "nlu" / ".venv"
MODELS: Final = ROOT / "nlu" / "models"
_OURS_RUNS: Final = ("actions", "backend", "bot", "tests")
_RASA_RUNS: Final = ("nlu", "backend/text", "tests/nlu")
_LOCKS: Final = {"run": "requirements.txt", "dev": "requirements-dev.txt"}


class Missing(Exception):
    """Something that we cannot fetch ourselves; the message names the remedy."""


def main() -> None:
    """Do the steps that the arguments name."""
    parser = argparse.ArgumentParser(prog="install")
    parser.add_argument("step", nargs="+", choices=["run", "dev", "rasa", "model", "browser"])
    try:
        for step in parser.parse_args().step:
            {
                "run": lambda: ours("run"),
                "dev": lambda: ours("dev"),
                "rasa": rasa,
                "model": model,
                "browser": browser,
            }[step]()
    except Missing as missing:
        sys.exit(f"\n{missing}\n")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"\nThis step failed (exit code {failed.returncode}): {' '.join(map(str, failed.cmd))}\n")


def ours(kind: str) -> None:
    """The main environment. ``dev`` holds all of ``run`` and the tools of tests and lint."""
    locks = [ROOT / _LOCKS[kind]]
    stamp = OURS / f".made-from-{kind}"
    if kind == "run" and is_fresh(OURS / ".made-from-dev", [ROOT / _LOCKS["dev"]]):
        compile_own(OURS, _OURS_RUNS)
        return
    if not is_fresh(stamp, locks):
        if sys.version_info < (3, 11):  # noqa: UP036  # the Makefile may have been given an older one
            raise Missing("An Tâm needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …")
        say(f"installing the main environment from {locks[0].name} (1-2 minutes the first time)")
        environment(OURS, sys.executable, locks)
        for other in _LOCKS:
            (OURS / f".made-from-{other}").unlink(missing_ok=True)
        command_line()
        write_stamp(stamp, locks)
    compile_own(OURS, _OURS_RUNS)


def rasa() -> None:
    """Rasa's environment, on Python 3.10."""
    locks = [ROOT / "nlu" / "requirements.txt"]
    stamp = RASA / ".made-from"
    if not is_fresh(stamp, locks):
        python = python310()
        say("installing Rasa's environment (about 2 GB, several minutes the first time)")
        environment(RASA, python, locks)
        write_stamp(stamp, locks)
    compile_own(RASA, _RASA_RUNS)


def model() -> None:
    """The NLU model, trained again when what it is made from has changed."""
    sources = sorted(model_sources())
    stamp = MODELS / ".made-from"
    if not is_fresh(stamp, sources) or not list(MODELS.glob("*.tar.gz")):
        say("training the NLU model (about a minute)")
        run([RASA / "bin" / "python", "-m", "nlu.train"])
        write_stamp(stamp, sources)


def model_sources() -> Iterable[Path]:
    """Every file that the model is made from: Rasa's project, the text floor, the trainers' data.

    What only measures a model ("report", "phoatis.py") makes none.
    """
    yield ROOT / "nlu" / "requirements.txt"
    for folder, endings in (
        ("nlu", {".py", ".yml"}),
        ("backend/text", {".py"}),
        ("data", {".txt", ".yml", ".md"}),
    ):
        for path in (ROOT / folder).rglob("*"):
            others = {".venv", "build", "models", "tests", ".rasa", "__pycache__", "report", "phoatis.py"}
            if path.suffix in endings and not others & set(path.parts) and path.is_file():
                yield path


def browser() -> None:
    """A Chromium for the browser tests, which never skip for want of one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if os.environ.get("ANTAM_CHROMIUM") or any(shutil.which(name) for name in names):
        return
    remedy = "Install one (Debian: apt-get install chromium) or name one: ANTAM_CHROMIUM=/its/path make test"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(f"The browser tests need Chromium. {remedy}")
    say("installing Chromium for the browser tests")
    if not apt("chromium"):
        raise Missing(f"Chromium could not be installed. {remedy}")


def environment(folder: Path, python: str, locks: Sequence[Path]) -> None:
    """Make ``folder`` hold exactly what ``locks`` pin, each file checked by its hash."""
    uv = tools() / "bin" / "uv"
    if not (folder / "bin" / "python").exists():
        run([uv, "venv", "--quiet", "--clear", "--python", python, folder])
    # Compiled once here, so that no process has to at each start (Rasa alone saves ten seconds).
    sync: list[str | Path] = [uv, "pip", "sync", "--compile-bytecode", "--require-hashes"]
    run([*sync, "--python", folder / "bin" / "python", *locks])


def compile_own(folder: Path, sources: Sequence[str]) -> None:
    """Compile what has changed of our own modules, for processes that may not write what they compiled.

    Whoever cannot write here either only starts more slowly.
    """
    command = [folder / "bin" / "python", "-m", "compileall", "-qq", "-x", r"/\.venv/", *sources]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=False)


def tools() -> Path:
    """The environment that holds uv, itself pinned by hash."""
    locks = [ROOT / "requirements-tools.txt"]
    stamp = TOOLS / ".made-from"
    if not is_fresh(stamp, locks):
        say("fetching uv")
        make_venv(TOOLS)
        pip: list[str | Path] = [
            TOOLS / "bin" / "python",
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
        ]
        run([*pip, "install", "--require-hashes", "--requirement", *locks])
        write_stamp(stamp, locks)
    return TOOLS


def make_venv(folder: Path) -> None:
    """A virtual environment with pip; Debian keeps what that needs in a package of its own."""
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0:
        return
    version = f"python{sysconfig.get_python_version()}"
    if os.geteuid() == 0 and shutil.which("apt-get") and apt(f"{version}-venv"):
        run(command)
        return
    raise Missing(f"This Python cannot make environments. Debian: apt-get install {version}-venv")


def python310() -> str:
    """A Python 3.10 for Rasa: on the path, among pyenv's, or fetched by uv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = ["python3.10", *(str(path) for path in sorted(pyenv.glob("3.10.*/bin/python")))]
    question = "import sys; print(sys.executable if sys.version_info[:2] == (3, 10) else '')"
    for candidate in candidates:
        # Asked, not only looked for: pyenv's shims stand on the path for versions that are not active.
        try:
            answer = subprocess.run(
                [candidate, "-c", question], capture_output=True, text=True, check=False, timeout=30
            )
        except OSError:
            continue
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout.strip()
    say("fetching Python 3.10 for Rasa")
    uv = tools() / "bin" / "uv"
    if subprocess.run([uv, "python", "install", "3.10"], check=False).returncode == 0:
        return "3.10"
    raise Missing(
        "Rasa needs Python 3.10 beside the newer one, and it could not be fetched. "
        "Install it (for example: pyenv install 3.10) so that python3.10 is on the PATH."
    )


def command_line() -> None:
    """The ``antam`` command, and our packages importable from anywhere in the main environment."""
    python = OURS / "bin" / "python"
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run(
        [python, "-c", question], capture_output=True, text=True, check=True
    ).stdout.strip()
    (Path(packages) / "antam.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    script = OURS / "bin" / "antam"
    script.write_text(
        # Not a shebang of Python: the path of a deep folder would be too long for one.
        f'#!/bin/sh\nexec "{python}" -P -m backend.cli "$@"\n',
        encoding="utf-8",
    )
    script.chmod(0o755)


def is_fresh(stamp: Path, sources: Iterable[Path]) -> bool:
    """Whether ``stamp`` was written for exactly these sources."""
    return stamp.exists() and stamp.read_text(encoding="utf-8") == digest(sources)


def write_stamp(stamp: Path, sources: Iterable[Path]) -> None:
    stamp.write_text(digest(sources), encoding="utf-8")


def digest(sources: Iterable[Path]) -> str:
    """One hash over names and contents."""
    whole = hashlib.sha256()
    for path in sources:
        whole.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def apt(package: str) -> bool:
    """Install a Debian package as root; whether that worked."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    if subprocess.run(install, env=quiet, check=False).returncode == 0:
        return True
    # The list of packages may never have been fetched on this machine.
    subprocess.run(["apt-get", "update"], env=quiet, check=False)
    return subprocess.run(install, env=quiet, check=False).returncode == 0


def run(command: Sequence[str | Path]) -> None:
    """Run to the end in the project's folder, its output for the person to see."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def say(what: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {what} …", flush=True)


if __name__ == "__main__":
    main()
