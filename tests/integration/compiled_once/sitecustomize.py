"""Keeps what shipped modules are compiled to, for the next task that ships the same source.

What Ansible ships is source in a zip file, which Python compiles anew for each task: a third of the time
that a shipped task takes. A Python that finds this file on its path still reads everything from there.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import zipimport
from pathlib import Path

FOLDER = os.environ.get("COMPILED_ONCE")

compile_source = zipimport._compile_source


def compiled(pathname, source):
    """The code object for a source out of a zip file."""
    kept = Path(FOLDER, hashlib.sha256(source).hexdigest())
    try:
        return marshal.loads(kept.read_bytes())
    except FileNotFoundError:
        code = compile_source(pathname, source)
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(marshal.dumps(code))
        written.replace(kept)
        return code


if FOLDER:
    zipimport._compile_source = compiled
