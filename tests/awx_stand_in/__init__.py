"""A stand-in for the API of AWX 24.6: what the modules of awx.awx read and write, kept in memory.

It is stricter than AWX where that finds mistakes: AWX ignores a field that it does not know, this refuses it. What AWX
refuses is written from its documentation and behaviour, not from this collection. It runs no jobs.

For example:

    with StandIn(playbooks=["plan.yml"]) as awx:
        awx.all("job_templates")
        awx.writes
"""

from __future__ import annotations

from tests.sandbox.wire import LoopbackServer

from .app import Awx, flask_app

TOKEN = "awx-stand-in-t0ken"

__all__ = ["TOKEN", "StandIn"]


class StandIn:
    """A running stand-in on a free loopback port. Use it as a context manager."""

    def __init__(self, playbooks=()):
        """Prepare one whose projects hold ``playbooks``, once they have been fetched."""
        self.awx = Awx(TOKEN, list(playbooks))
        self._server = LoopbackServer("127.0.0.1", 0, flask_app(self.awx))

    def __enter__(self):
        """Start serving."""
        self._server.start_in_thread()
        return self

    def __exit__(self, *_):
        """Stop serving."""
        self._server.stop()

    @property
    def base_url(self):
        """Its address."""
        return self._server.base_url

    @property
    def requests(self):
        """Method and path of each request so far, in order."""
        return self.awx.requests

    @property
    def writes(self):
        """Those of them that write."""
        return [(method, path) for method, path in self.awx.requests if method != "GET"]

    def all(self, kind):
        """The objects of a kind, such as ``job_templates``, by name (nodes by identifier)."""
        return {one.get("name") or one.get("identifier"): one for one in self.awx.held[kind].values()}

    def linked(self, kind, name, association):
        """The names of what hangs on an object, in order."""
        number = self.all(kind)[name]["id"]
        other = self.awx.kinds[kind].associations[association]
        found = [self.awx.held[other][one] for one in self.awx.links.get((kind, number, association), [])]
        return [one.get("name") or one.get("identifier") for one in found]
