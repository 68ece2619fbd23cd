# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tasks reach the exam platform."""

from __future__ import annotations


class ModuleDocFragment:
    """Connection and credential options of the exam platform."""

    DOCUMENTATION = r"""
options:
  base_url:
    description:
      - Address of the exam platform, without a path, for example C(https://school.proctorexam.com).
      - Must be C(https), except for addresses of this machine itself or with O(allow_http=true).
      - Falls back to the environment variable E(EXAM_BASE_URL), or to the file named by E(EXAM_BASE_URL_FILE).
    type: str
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
  timeout:
    description: Seconds to wait for a connection, and for each part of an answer.
    type: float
    default: 30
  retries:
    description:
      - How often a request is repeated after a passing fault or when the platform throttles.
      - A write whose answer was lost is never blindly repeated. The module looks for its effect first.
    type: int
    default: 4
  validate_certs:
    description:
      - Whether the server's certificate is verified.
      - Falls back to the environment variable E(EXAM_VALIDATE_CERTS), or to the file named by
        E(EXAM_VALIDATE_CERTS_FILE).
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, instead of the usual ones.
      - Falls back to the environment variable E(EXAM_CA_PATH), or to the file named by E(EXAM_CA_PATH_FILE).
    type: path
  allow_http:
    description:
      - Whether O(base_url) may be plain C(http) to another machine.
      - Everybody on the way can read the credentials then.
    type: bool
    default: false
requirements:
  - Python 3.9 or later
  - requests 2.31 or later
notes:
  - Requests carry a time stamp and are refused when this machine's clock is off. Keep it set by NTP.
  - An option that is left out leaves the platform's value alone. An empty text or C(null) clears it, where the
    platform can clear it. A flag has no empty value.
  - Texts in time options need an offset, because a time without one means different things to you and to the server.
seealso:
  - name: Facts about the exam platform
    description: What this collection relies on, with the evidence for each fact.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/platforms/exam.md
"""
