"""Talks to the sandbox's control routes from a playbook, without the process that ansible.builtin.uri starts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sandbox
author:
  - edtech.lti contributors (@edtech-lti)
short_description: Tell or ask the sandbox something
description:
  - Sends one request to a control route of the sandbox and returns its answer.
options:
  _terms:
    description: The method, the address, and what to send (null for nothing).
    required: true
"""

import json
import urllib.request

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """One request, answered in JSON."""

    def run(self, terms, variables=None, **kwargs):
        method, address, setting = terms
        body = None if setting is None else json.dumps(setting).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return [json.loads(answer.read() or b"null")]
