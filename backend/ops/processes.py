"""How this house starts other programs: on a leash, in a group of their own, with a clean environment.

Nothing here knows what the programs do.
"""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")


def leashed(program: list[str], *, on_parent_death: signal.Signals, user: str | None = None) -> list[str]:
    """The command that starts ``program`` so that it gets ``on_parent_death`` when this process ends.

    The kernel watches the thread that started it: start such a command from a thread that lives as long as
    the process.
    """
    command = [sys.executable, "-I", "-S", str(_LEASH)]
    command += ["--parent", str(os.getpid()), "--signal", str(int(on_parent_death))]
    if user is not None:
        command += ["--user", user]
    return [*command, "--", *program]


def run_as(user: str | None, program: list[str], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a short ``program`` to its end as ``user`` (``None``: as ourselves) and return what it printed."""
    if user is None:
        return subprocess.run(
            program,
            input=stdin,
            capture_output=True,
            text=True,
            env=clean_environment(),
            cwd="/",
            check=False,
        )
    account = pwd.getpwnam(user)
    return subprocess.run(
        program,
        input=stdin,
        capture_output=True,
        text=True,
        env=clean_environment(),
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """An environment for programs that are not ours: nothing of the caller's but the search path."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def unprivileged_user() -> str | None:
    """The account a server runs as when we are root (``antam`` if there is one); ``None`` if we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("antam", "postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("PostgreSQL does not run as root. Create an account for it: useradd --system antam")


def may_enter(user: str | None, folder: Path) -> bool:
    """Whether ``user`` can reach into ``folder`` through all that stands above it (asked of the kernel)."""
    return run_as(user, ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)]).returncode == 0


def give_to(user: str | None, path: Path) -> None:
    """Make ``user`` the owner of ``path`` (ours; never of what stands above it)."""
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)
