# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tasks reach a platform, whichever it is."""

from __future__ import annotations


class ModuleDocFragment:
    """Connection options that all platforms share."""

    DOCUMENTATION = r"""
options:
  base_url:
    description:
      - Address of the platform, without a path, for example C(https://school.proctorexam.com) or
        C(https://lms.example.edu).
      - Must be C(https), except for addresses of this machine itself or with O(allow_http=true).
      - Falls back to an environment variable named after the platform, which is E(EXAM_BASE_URL),
        E(D2L_BASE_URL), E(CANVAS_BASE_URL) or E(LUMINUS_BASE_URL), or to the file named by its twin, such as
        E(CANVAS_BASE_URL_FILE).
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
      - Falls back to an environment variable named after the platform, such as E(EXAM_VALIDATE_CERTS) or
        E(CANVAS_VALIDATE_CERTS), or to the file named by its twin, such as E(CANVAS_VALIDATE_CERTS_FILE).
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, instead of the usual ones.
      - Falls back to an environment variable named after the platform, such as E(EXAM_CA_PATH) or
        E(CANVAS_CA_PATH), or to the file named by its twin, such as E(CANVAS_CA_PATH_FILE).
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
  - An option that is left out leaves the platform's value alone. An empty text or C(null) clears it, where the
    platform can clear it. A flag has no empty value.
"""
