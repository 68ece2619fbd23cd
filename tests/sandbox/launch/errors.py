"""What ends a launch."""

from __future__ import annotations

import json

from flask import Response


class LaunchError(ValueError):
    """A launch that cannot even begin; the control route's 400."""


class Refused(Exception):
    """The platform does not go on: `status`, a word and a sentence, as JSON.

    Real platforms show a page, or send some errors back to the tool; the word and the status are
    what a test can hold on to.
    """

    def __init__(self, status: int, error: str, description: str):
        """Refuse with `status`."""
        super().__init__(description)
        self.status = status
        self.error = error

    def response(self) -> Response:
        """Return the answer."""
        body = json.dumps({"error": self.error, "error_description": str(self)})
        return Response(body, self.status, headers={"Cache-Control": "no-store"}, content_type="application/json")
