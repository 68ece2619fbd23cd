# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One write, and certainty about it: what to do when its answer was lost."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors


def settle(client, write, effect, *, harmless_twice=True):
    """Write once; when the answer is lost, look for the effect before deciding to write again.

    :param client: the :class:`Client` that writes, for its patience.
    :param write: sends the request and returns what it did.
    :param effect: looks, and returns what was done, or None when nothing was.
    :param harmless_twice: false for a create. That is not repeated while the server may still be
        working on it (:attr:`OutcomeUnknown.pending`): then there is only looking, until patience ends.
    """
    patience = client.patience()
    while True:
        try:
            return write()
        except _errors.OutcomeUnknown as lost:
            more = True
            while more:
                more = patience.wait()
                seen = _looked(effect)
                if seen is not None:
                    return seen
                if harmless_twice or not lost.pending:
                    break
            if not more:
                lost.attempts = patience.attempts
                if lost.pending and not harmless_twice:
                    lost.hint = "The server may still be at work on it. Look, or run again, in a few minutes."
                raise


def _looked(effect):
    try:
        return effect()
    except _errors.ApiError as error:
        error.why += " (while looking whether a request whose answer was lost had taken effect; it may have)"
        raise


def settle_delete(store, object_id):
    """Remove an object of any store for good."""

    def write():
        store.delete(object_id)
        return True

    settle(store.client, write, lambda: True if store.get(object_id) is None else None)
