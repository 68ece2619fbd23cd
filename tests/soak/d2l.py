"""Brightspace as a ground for the soak."""

from __future__ import annotations

import json

from .kinds import Ground, Kind, Wanted, pick

DOMAIN, DEPLOYMENT, LINK = "own.example.com", "Own courses", "Own link"
UNITS = (8101, 8102, 8103)
TOKENS = "/core/connect/token"


def _domain_of(state, client_id):
    return state["registrations"].get(client_id, {}).get("Domain")


def _deployed(state, deployment_id):
    item = state["deployments"].get(deployment_id, {})
    return item.get("Name"), _domain_of(state, item.get("ClientId"))


def _member(name):
    return lambda state, item: item[name]


def _pairs(state, item):
    return {one["Name"]: one["Value"] for one in item["CustomParameters"]}


def _kind(table, key, **options):
    reads = {option: _pairs if wire == "CustomParameters" else _member(wire) for option, wire in options.items()}
    follows = {option: (wire,) for option, wire in options.items()}
    return Kind(table, lambda state, item: True, key, reads, follows)


class D2L(Ground):
    """A registration, its deployment, rules and links of that, and quicklinks."""

    name = "d2l"
    hidden = ("next", "tokens", "refresh_tokens")
    kinds = {
        "registration": _kind(
            "registrations",
            lambda state, item: (item["Domain"], item["Name"]),
            description="Description",
            redirect_urls="RedirectUrls",
            oidc_login_url="OpenIDConnectLoginUrl",
            keyset_url="KeysetUrl",
            target_link_uri="TargetLinkUri",
            send_institution_role="SendInstitutionRole",
            custom_parameters="CustomParameters",
        ),
        "deployment": _kind(
            "deployments",
            lambda state, item: (item["Name"], _domain_of(state, item["ClientId"])),
            description="Description",
            enabled="IsEnabled",
            send_user_email="SendUserEmail",
            send_user_last_name="SendUserLastName",
            open_as_external="OpenAsExternal",
            custom_parameters="CustomParameters",
        ),
        "sharing_rule": _kind(
            "rules",
            lambda state, item: (str(item["SharingOrgUnitId"]), *_deployed(state, item["DeploymentId"])),
            share_with_org_unit="ShareWithOrgUnit",
            share_with_descendants="ShareWithDescendants",
        ),
        "link": _kind(
            "links",
            lambda state, item: (item["Name"], str(item["OwnerOrgUnitId"]), *_deployed(state, item["DeploymentId"])),
            description="Description",
            url="URL",
            enabled="IsEnabled",
            height="Height",
            custom_parameters="CustomParameters",
        ),
    }

    def switches(self, rng):
        return {
            "d2l.link_without_share": "allow",
            "d2l.force_deep_linking": False,  # which adds what nobody wished
            **pick(
                rng,
                **{
                    "d2l.page_size": [1, 2, 20],
                    "d2l.next": ["absolute", "relative"],
                    "d2l.list_shape": ["page", "array"],
                    "d2l.le_versions": ["1.75-1.92", "1.70-1.80", "1.75-1.88,1.90"],
                    "d2l.later_routes": [True, False],
                    "d2l.id_case": ["lower", "upper"],
                    "d2l.id_type": ["number", "string"],
                    "d2l.put": ["full", "partial"],
                    "d2l.sharing_post": ["refuse", "upsert"],
                    "d2l.inherited_parameter": ["both", "documented", "mended"],
                    "d2l.inherited_default": [True, False],
                    "d2l.inherited_null": [True, False],
                    "d2l.error_body": ["problem", "errors", "string"],
                    "d2l.in_use_status": [400, 403, 409],
                    "d2l.domain_conflict": [True, False],
                    "d2l.removed_fields": ["shown", "omitted"],
                    "d2l.empty_keyset_url": ["null", "empty"],
                    "d2l.extra_fields": [True, False],
                    "d2l.clock_offset": [0, 30],  # an assertion lives for a minute
                    "d2l.token_life": [1, 2, 3600],
                    "d2l.refresh_reuse_revokes": [True, False],
                    "d2l.token_form": ["jwt", "opaque"],
                },
            ),
        }

    def connection(self, rng, sandbox, folder):
        known = sandbox.credentials["d2l"]
        way = rng.choice(["bearer", "id-key", "refresh", "refresh", "client"])
        if way == "bearer":
            return {"access_token": known["access_token"]}
        if way == "id-key":
            return {name: known[name] for name in ("app_id", "app_key", "user_id", "user_key")}
        address = {"oauth_token_url": sandbox.base_url + TOKENS}
        if way == "client":
            key = sandbox.seed("d2l").new_client_key("ES256")
            named = {"oauth_private_key": key["private_key"], "oauth_key_id": key["key_id"]}
            file = {"oauth_token_file": str(folder / "tokens.json")} if rng.random() < 0.5 else {}
            return {**address, **named, **file, "oauth_client_id": known["oauth_client_id"]}
        login(sandbox, folder / "tokens.json")
        app = known["oauth_app"]
        named = {"oauth_client_id": app["client_id"], "oauth_client_secret": app["client_secret"]}
        return {**address, **named, "oauth_token_file": str(folder / "tokens.json")}

    def foreign(self, rng, sandbox):
        seed = sandbox.seed("d2l")
        theirs = seed.registration(Name="Theirs", Domain="theirs.example.com")["ClientId"]
        near = rng.sample(["Own courses ", "own courses", "Courses", "Own course"], rng.randint(1, 3))
        if rng.random() < 0.6:
            near.append(DEPLOYMENT)  # of another registration
        for name in near:
            number = seed.deployment(theirs, Name=name)["DeploymentId"]
            for unit in rng.sample(UNITS, 2):
                seed.sharing_rule(number, unit, org_unit=rng.random() < 0.5)
                seed.link(number, unit, Name=LINK)
        if rng.random() < 0.6:
            seed.registration(Name="Own tool", Domain=f"x{DOMAIN}")
            seed.registration(Name="Switched off", Domain=DOMAIN, IsEnabled=False)

    def wish(self, rng, switches):
        # 12: older servers do not list a deployment's links, so that a cascade is refused by them.
        stays = switches.get("d2l.later_routes") is False
        there = stays or rng.random() < 0.85
        tasks = [self._registration(rng, there)]
        if there and rng.random() < 0.85:
            deployed = stays or rng.random() < 0.85
            tasks.append(self._deployment(rng, deployed))
            if deployed:
                tasks += self._sharing(rng) + self._link(rng)
        return tasks

    @staticmethod
    def _registration(rng, there):
        key = {"name": "Own tool", "domain": DOMAIN}
        if not there:
            return {"module": "d2l_lti_registration", "args": {**key, "state": "absent", "cascade": True}}
        options = {
            "redirect_urls": rng.choice([["https://own.example.com/a"], ["https://own.example.com/b"]]),
            "oidc_login_url": "https://own.example.com/login",
            **pick(
                rng,
                description=["one", "two", ""],
                keyset_url=["https://own.example.com/keys"],
                target_link_uri=["https://own.example.com/t"],
                send_institution_role=[True, False],
                custom_parameters=[{}, {"a": "$B"}],
            ),
        }
        return {"module": "d2l_lti_registration", "args": {**key, **options}, "register": "registration"}

    @staticmethod
    def _deployment(rng, there):
        key = {"name": DEPLOYMENT, "registration_domain": DOMAIN, "registration_name": "Own tool"}
        if not there:
            return {"module": "d2l_lti_deployment", "args": {**key, "state": "absent", "cascade": True}}
        options = pick(
            rng,
            description=["one", "two"],
            enabled=[True, False],
            send_user_email=[True, False],
            send_user_last_name=[True, False],
            open_as_external=[True, False],
            custom_parameters=[{}, {"c": "d"}],
        )
        return {"module": "d2l_lti_deployment", "args": {**key, **options}, "register": "deployment"}

    @staticmethod
    def _sharing(rng):
        number = {"deployment_id": "@deployment.deployment.deployment_id"}
        flags = [{"share_with_org_unit": one, "share_with_descendants": rng.random() < 0.5} for one in (True, False)]
        if rng.random() < 0.3:
            return []
        if rng.random() < 0.5:
            rules = [{"org_unit_id": unit, **rng.choice(flags)} for unit in rng.sample(UNITS, rng.randint(1, 3))]
            args = {**number, "rules": rules, "purge": rng.random() < 0.5, "concurrency": rng.choice([1, 4])}
            return [{"module": "d2l_sharing_rules", "args": args}]
        made = []
        for unit in rng.sample(UNITS, rng.randint(1, 2)):
            wish = rng.choice(flags) if rng.random() < 0.75 else {"state": "absent"}
            made.append({"module": "d2l_sharing_rule", "args": {**number, "org_unit_id": unit, **wish}})
        return made

    @staticmethod
    def _link(rng):
        number = {"deployment_id": "@deployment.deployment.deployment_id"}
        if rng.random() < 0.4:
            return []
        unit = {"org_unit_id": rng.choice(UNITS[:2])}
        if rng.random() < 0.25:
            return [{"module": "d2l_lti_link", "args": {**number, **unit, "name": LINK, "state": "absent"}}]
        options = {
            "url": rng.choice(["https://own.example.com/x", "https://own.example.com/y"]),
            **pick(rng, description=["one", "two"], height=[300, 400], custom_parameters=[{}, {"e": "f"}]),
        }
        made = [{"module": "d2l_lti_link", "args": {**number, **unit, "name": LINK, **options}, "register": "link"}]
        if rng.random() < 0.4:
            made.append({"module": "d2l_quicklink", "args": {**unit, "link_id": "@link.link.link_id"}})
        return made

    def wanted(self, tasks):
        found = []
        for task in tasks:
            args, module = task["args"], task["module"]
            options = None if args.get("state") == "absent" else args
            if module == "d2l_lti_registration":
                found.append(Wanted("registration", (DOMAIN, args["name"]), options))
            elif module == "d2l_lti_deployment":
                found.append(Wanted("deployment", (DEPLOYMENT, DOMAIN), options))
            elif module == "d2l_sharing_rule":
                found.append(Wanted("sharing_rule", (str(args["org_unit_id"]), DEPLOYMENT, DOMAIN), options))
            elif module == "d2l_sharing_rules":
                for rule in args["rules"]:
                    found.append(Wanted("sharing_rule", (str(rule["org_unit_id"]), DEPLOYMENT, DOMAIN), rule))
                named = {str(rule["org_unit_id"]) for rule in args["rules"]}
                gone = [str(unit) for unit in UNITS if args["purge"] and str(unit) not in named]
                found += [Wanted("sharing_rule", (unit, DEPLOYMENT, DOMAIN), None) for unit in gone]
            elif module == "d2l_lti_link":
                found.append(Wanted("link", (LINK, str(args["org_unit_id"]), DEPLOYMENT, DOMAIN), options))
        return found

    def goes_along(self, wanted, kind, key):
        below = {"registration": ("deployment", "sharing_rule", "link"), "deployment": ("sharing_rule", "link")}
        return wanted.options is None and kind in below.get(wanted.kind, ()) and key[-1] == DOMAIN

    def removal(self, kind, number, item):
        if kind == "sharing_rule":
            deployment, unit = number.split("/")
            return _task("d2l_sharing_rule", deployment_id=deployment, org_unit_id=int(unit))
        if kind == "link":
            where = {"org_unit_id": item["OwnerOrgUnitId"], "deployment_id": item["DeploymentId"]}
            return _task("d2l_lti_link", link_id=item["LinkId"], **where)
        option = {"registration": "client_id", "deployment": "deployment_id"}[kind]
        return _task(f"d2l_lti_{kind}", cascade=True, **{option: number})

    def secrets(self, state):
        return [*state["tokens"], *state["refresh_tokens"]]

    def plain(self, state):
        rules = {
            f"{deployment}/{unit}": {"DeploymentId": deployment, **rule}
            for deployment, held in state["sharing"].items()
            for unit, rule in held.items()
        }
        kept = {name: value for name, value in super().plain(state).items() if name != "sharing"}
        return {**kept, "rules": rules, "quicklinks": {str(one["LinkId"]): one for one in state["quicklinks"]}}


def _task(module, **args):
    return {"module": module, "args": {**args, "state": "absent"}}


def login(sandbox, file) -> None:
    """Put a fresh refresh token into the file, as an administrator does after logging in with a browser."""
    file.write_text(json.dumps({"refresh_token": sandbox.seed("d2l").refresh_token()["refresh_token"]}))
    file.chmod(0o600)


def expire(sandbox) -> None:
    """Let every access token that was granted expire."""
    with sandbox.service.store.lock:
        for token in sandbox.service.store["d2l"]["tokens"].values():
            if token["expires_at"] is not None:
                token["expires_at"] = 1
