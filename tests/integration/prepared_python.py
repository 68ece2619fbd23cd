"""Interpreters for shipped modules that have started already: ``python prepared_python.py SOCKET FOLDER``.

Half of the time that a shipped task takes is Python's start and the import of requests, and most of the rest is
that Python compiles what Ansible ships, which is source in a zip file, anew for each task. Here one process imports
what modules want of the standard library and of requests; for each task it forks, and the fork runs what was
shipped and nothing else: everything of Ansible and of this collection comes from the payload. What was compiled of
it is kept in FOLDER by its content. The connection plugin `prepared` asks for such a process.

See test_execution.py for the same with an interpreter of its own.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import json
import marshal
import os
import socket
import sys
import types
import zipimport

WANTED = (
    "argparse",
    "dataclasses",
    "decimal",
    "html.parser",
    "inspect",
    "pkgutil",
    "platform",
    "shlex",
    "subprocess",
    "zipfile",
    "requests",
)
"""What modules of ours, and what Ansible puts beside them, import; none of it is theirs."""

compile_source = zipimport._compile_source


def keep_compiled(folder):
    """Keep what sources out of zip files are compiled to, for the next task that ships the same."""

    def compiled(pathname, source):
        kept = f"{folder}/{hashlib.sha256(source).hexdigest()}"
        try:
            with open(kept, "rb") as file:
                return marshal.loads(file.read())
        except FileNotFoundError:
            code = compile_source(pathname, source)
            written = f"{kept}.{os.getpid()}"
            with open(written, "wb") as file:
                file.write(marshal.dumps(code))
            os.replace(written, kept)
            return code

    zipimport._compile_source = compiled


def received(connection):
    """What is to be run: the source, its environment and folder, and the files that take its output."""
    length, descriptors, _flags, _address = socket.recv_fds(connection, 8, 2)
    with connection.makefile("rb") as file:
        asked = json.loads(file.read(int.from_bytes(length, "big")))
        return asked, file.read(asked["length"]), descriptors


def become(asked, descriptors):
    """Be the process that was asked for."""
    os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, descriptor in enumerate([os.open(os.devnull, os.O_RDONLY), *descriptors]):
        os.dup2(descriptor, number)
        os.close(descriptor)


def main():
    """Fork for each connection; in the fork, return what it has to run and the connection."""
    path, folder = sys.argv[1:]
    for name in WANTED:
        importlib.import_module(name)
    keep_compiled(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        gc.freeze()
        while True:
            connection, _address = server.accept()
            with contextlib.suppress(ChildProcessError):  # there is none
                while os.waitpid(-1, os.WNOHANG) != (0, 0):
                    pass
            if not os.fork():
                break
            connection.close()
    asked, source, descriptors = received(connection)
    become(asked, descriptors)
    return source, connection


if __name__ == "__main__":
    payload, asker = main()
    sys.argv = ["-"]
    sys.modules["__main__"] = module = types.ModuleType("__main__")
    code = 1
    try:
        exec(compile(payload, "<stdin>", "exec"), module.__dict__)
        code = 0
    except SystemExit as end:
        code = end.code
        raise
    finally:
        # The end of the process closes the connection, whatever else its end does.
        asker.sendall(json.dumps(code if isinstance(code, int) else int(code is not None)).encode())
