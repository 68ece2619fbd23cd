"""Servers with certificates of an authority that nobody knows."""

from __future__ import annotations

import datetime
import ssl

import trustme

from tests.unit.plugins.scripted import Script


def authority():
    return trustme.CA()


def issued(ca, *names, days=9):
    """A certificate; one that has expired for a negative number of days."""
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    begin = end - datetime.timedelta(days=30)
    return ca.issue_cert(*names, not_before=begin, not_after=end)


class Secure(Script):
    """A script behind TLS."""

    def __init__(self, certificate):
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        # One thread for each connection shakes hands, as it begins to read.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.handle_error = lambda *unused: None
        self.url = self.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
