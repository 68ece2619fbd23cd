# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks LumiNUS, and what is its own."""

from __future__ import annotations


class ModuleDocFragment:
    """Credential options of LumiNUS."""

    DOCUMENTATION = r"""
options:
  subscription_key:
    description:
      - Subscription key of the API gateway. It says which application asks.
      - Falls back to the environment variable E(LUMINUS_SUBSCRIPTION_KEY), or to the file named by
        E(LUMINUS_SUBSCRIPTION_KEY_FILE).
      - It is hidden in all output, and sent in a header, never in the query.
    type: str
  access_token:
    description:
      - Access token of the user who asks, as the university's sign-in gives it out. It lives for a day at most and
        cannot be renewed.
      - Falls back to the environment variable E(LUMINUS_ACCESS_TOKEN), or to the file named by
        E(LUMINUS_ACCESS_TOKEN_FILE).
      - It is hidden in all output.
    type: str
notes:
  - LumiNUS wants both, O(subscription_key) for the application and O(access_token) for the user, whose role decides
    what may be read.
  - Here O(base_url) may have a path. It is C(https://luminus.azure-api.net), or
    C(https://luminus.nus.edu.sg/v2/api). It ends before C(/lti).
  - Limits are counted by subscription key, so all who use the same key share them.
  - LumiNUS was replaced around 2022 and 2023. What this collection knows of it was tried against a local sandbox only.
seealso:
  - name: Facts about LumiNUS
    description: What this collection relies on, with the evidence for each fact.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/platforms/luminus.md
"""
