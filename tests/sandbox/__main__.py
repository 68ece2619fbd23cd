"""Entry point of `python -m tests.sandbox`."""

import sys

from .cli import main

sys.exit(main())
