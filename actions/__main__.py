"""``python -m actions``: the action server on loopback; ``GET /health`` says whether it is up."""

import os
import sys

from actions.server import main

sys.exit(main(os.environ))
