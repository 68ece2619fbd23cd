"""The command line: `python -m tests.soak --runs 500 --seed 1 --seconds 1500`."""

from __future__ import annotations

import sys

from .soak import main

if __name__ == "__main__":
    sys.exit(main())
