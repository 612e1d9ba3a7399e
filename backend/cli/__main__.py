"""``python -m backend.cli``: the ``antam`` command where it is not on the path."""

from backend.cli.main import app

app(prog_name="antam")
