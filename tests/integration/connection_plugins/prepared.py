"""Runs shipped modules by interpreters that have started already (see prepared_python.py)."""

from __future__ import annotations

DOCUMENTATION = r"""
name: prepared
author:
  - edtech.lti contributors (@edtech-lti)
short_description: Ship modules to interpreters that have started already
description:
  - Like C(local), with pipelining; but what is piped into Python goes to the server at the socket that
    the environment variable C(PREPARED_PYTHON) names, which forks a process for it.
extends_documentation_fragment:
  - connection_pipelining
options:
  become_success_timeout:
    type: int
    default: 10
    description: As of C(local).
  become_strip_preamble:
    type: bool
    default: true
    description: As of C(local).
"""

import json
import os
import shlex
import socket

from ansible.plugins.connection.local import Connection as LocalConnection


class Connection(LocalConnection):
    """What is no module is done as C(local) does it."""

    transport = "prepared"

    def exec_command(self, cmd, in_data=None, sudoable=True):
        if not in_data:
            return super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        asked = {"environment": {**os.environ, **_environment(cmd)}, "folder": os.getcwd(), "length": len(in_data)}
        header = json.dumps(asked).encode()
        outputs = [os.memfd_create("stdout"), os.memfd_create("stderr")]
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(os.environ["PREPARED_PYTHON"])
                socket.send_fds(connection, [len(header).to_bytes(8, "big")], outputs)
                connection.sendall(header + in_data)
                with connection.makefile("rb") as file:
                    code = json.loads(file.read() or b"-1")
            return (code, *map(_content, outputs))
        finally:
            for descriptor in outputs:
                os.close(descriptor)


def _environment(cmd):
    """The variables in a command like C(/bin/sh -c 'NAME=value /usr/bin/python3 && sleep 0')."""
    found = {}
    for word in shlex.split(shlex.split(cmd)[2]):
        name, equals, value = word.partition("=")
        if not equals:
            break
        found[name] = value
    return found


def _content(descriptor):
    with open(descriptor, "rb", closefd=False) as file:
        file.seek(0)
        return file.read()
