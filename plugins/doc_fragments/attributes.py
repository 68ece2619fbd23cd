# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules promise about check mode, diff and idempotency."""

from __future__ import annotations


class ModuleDocFragment:
    """Base part: the attributes of a state module."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Predicts what a real run would change, and only reads.
    details:
      - In check mode no request is sent that could change anything.
      - A parent that an earlier task would have created is assumed, with a warning.
  diff_mode:
    support: full
    description: Shows what changes; a secret shows only as set, unset or to be replaced.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
    details:
      - Where a module has the option C(write_only), its value C(always) is an exception.
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Only reads, in check mode as well.
  diff_mode:
    support: N/A
    description: Changes nothing, so there is no difference to show.
  idempotent:
    support: full
    description: Changes nothing.
"""

    # Not named EXAM: Ansible would take "attributes.exam" for the file exam.py.
    EXAM_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    membership:
      - edtech.lti.exam
      - edtech.lti.all
    description: Use C(group/edtech.lti.exam) in C(module_defaults) to set the connection once for all modules of
      the exam platform.
"""

    # Likewise not named D2L.
    D2L_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    membership:
      - edtech.lti.d2l
      - edtech.lti.all
    description: Use C(group/edtech.lti.d2l) in C(module_defaults) to set the connection once for all modules of
      D2L Brightspace.
"""

    # Likewise not named CANVAS.
    CANVAS_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    membership:
      - edtech.lti.canvas
      - edtech.lti.all
    description: Use C(group/edtech.lti.canvas) in C(module_defaults) to set the connection once for all modules of
      Canvas.
"""

    # Likewise not named LUMINUS.
    LUMINUS_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    membership:
      - edtech.lti.luminus
      - edtech.lti.all
    description: Use C(group/edtech.lti.luminus) in C(module_defaults) to set the connection once for all modules of
      LumiNUS.
"""

    ANY_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    membership:
      - edtech.lti.canvas
      - edtech.lti.d2l
      - edtech.lti.exam
      - edtech.lti.luminus
      - edtech.lti.all
    description: Use the group of a platform, such as C(group/edtech.lti.canvas), in C(module_defaults) to set the
      connection once for all modules of that platform.
"""

    ALL_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    membership:
      - edtech.lti.all
    description: Belongs to no platform's group, since it logs in nowhere by itself.
"""
