# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks the exam platform, and what is its own."""

from __future__ import annotations


class ModuleDocFragment:
    """Credential options of the exam platform."""

    DOCUMENTATION = r"""
options:
  api_token:
    description:
      - The API token of the user who does the work.
      - Falls back to the environment variable E(EXAM_API_TOKEN), or to the file named by E(EXAM_API_TOKEN_FILE).
      - It is hidden in all output.
    type: str
  secret_key:
    description:
      - The secret key that belongs to O(api_token). It signs each request and is never sent.
      - Falls back to the environment variable E(EXAM_SECRET_KEY), or to the file named by E(EXAM_SECRET_KEY_FILE).
      - It is hidden in all output.
    type: str
notes:
  - Requests to the exam platform carry a time stamp and are refused when this machine's clock is off. Keep it set by
    NTP.
  - Texts in time options of the exam platform need an offset, because a time without one means different things to
    you and to the server.
seealso:
  - name: Facts about the exam platform
    description: What this collection relies on, with the evidence for each fact.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/platforms/exam.md
"""
