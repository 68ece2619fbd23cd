"""LumiNUS as a ground for the soak: it is only read."""

from __future__ import annotations

from .kinds import Ground, pick


class Luminus(Ground):
    """Providers that are looked at; nothing can be written."""

    name = "luminus"
    hidden = ()

    def switches(self, rng):
        return pick(
            rng,
            **{
                "luminus.challenge_space": [True, False],
                "luminus.withheld": ["omit", "empty", "null"],
                "luminus.absent": ["omit", "empty"],
                "luminus.no_id": ["zero", "omit"],
                "luminus.rights": [True, False],
                "luminus.error_body": ["string", "object", "empty"],
                "luminus.clock_offset": [0, 240],
            },
        )

    def connection(self, rng, sandbox, folder):
        known = sandbox.credentials["luminus"]
        return {name: known[name] for name in ("subscription_key", "access_token")}

    def foreign(self, rng, sandbox):
        """The well-known providers stand ready."""

    def wish(self, rng, switches):
        providers = [f"b0000000-0000-4000-8000-{number:012}" for number in (1, 2)]
        return [
            {"module": "luminus_provider_info", "args": {"provider_id": rng.choice(providers)}}
            for _one in range(rng.randint(1, 3))
        ]

    def wanted(self, tasks):
        return []
