"""Many sharing rules of one Brightspace deployment: as a set, in a loop, and by ansible.builtin.uri."""

from __future__ import annotations

from .measuring import complete

TOKEN = "d2l-demo-token"
FIRST_COURSE = 10001
RULE = {"share_with_org_unit": True, "share_with_descendants": False}


def defaults(url):
    return {"group/edtech.lti.d2l": {"base_url": url, "access_token": TOKEN}}


def set_play(url, items, deployment_id):
    """All rules in one task."""
    rules = [{"org_unit_id": FIRST_COURSE + item, **RULE} for item in range(items)]
    task = {"name": "Rules", "edtech.lti.d2l_sharing_rules": {"deployment_id": deployment_id, "rules": rules}}
    return {"module_defaults": defaults(url), "tasks": [task]}


def loop_play(url, items, deployment_id):
    """One rule an item."""
    options = {"deployment_id": deployment_id, "org_unit_id": "{{ item }}", **RULE}
    task = {
        "name": "Rules",
        "edtech.lti.d2l_sharing_rule": options,
        "loop": list(range(FIRST_COURSE, FIRST_COURSE + items)),
    }
    return {"module_defaults": defaults(url), "tasks": [task]}


def uri_play(url, items, deployment_id):
    """The pages of rules followed by hand, then a POST for each one that is missing."""
    address = f"{url}/d2l/api/le/1.92/ltiadvantage/deployment/{deployment_id}/sharing/"
    common = {"headers": {"Authorization": f"Bearer {TOKEN}"}}
    first = {
        "name": "Raise the page size, or paging by hand would need a task a page",
        "ansible.builtin.uri": {
            "url": f"{url}/_sandbox/switches",
            "method": "POST",
            "body_format": "json",
            "body": {"d2l.page_size": 5000},
        },
    }
    listing = {
        "name": "List",
        "ansible.builtin.uri": {"url": address, **common},
        "register": "listed",
    }
    body = {"SharingOrgUnitId": "{{ item | int }}", "ShareWithOrgUnit": True, "ShareWithDescendants": False}
    write = {
        "name": "Rules",
        "ansible.builtin.uri": {"url": address, "method": "POST", "body_format": "json", "body": body, **common},
        "when": "item not in known",
        "loop": list(range(FIRST_COURSE, FIRST_COURSE + items)),
    }
    remember = {
        "name": "Remember",
        "ansible.builtin.set_fact": {"known": "{{ listed.json.Objects | map(attribute='SharingOrgUnitId') }}"},
    }
    return {"tasks": [first, listing, remember, write]}


def prepare(bench):
    """A deployment that is shared with nobody; the limit on requests is raised, because all would hit it."""
    bench.control("/_sandbox/reset", {})
    bench.control("/_sandbox/switches", {"d2l.credits_per_minute": 100_000_000, "d2l.page_size": 100})
    registration = {
        "name": "Quiz",
        "domain": "quiz.example.com",
        "redirect_urls": ["https://quiz.example.com/launch"],
        "oidc_login_url": "https://quiz.example.com/login",
    }
    play = {
        "module_defaults": defaults(bench.url),
        "tasks": [
            {"name": "Register", "edtech.lti.d2l_lti_registration": registration},
            {
                "name": "Deploy",
                "edtech.lti.d2l_lti_deployment": {"registration_domain": "quiz.example.com", "name": "Courses"},
            },
        ],
    }
    bench.run([complete(play)])
    return next(iter(bench.control("/_sandbox/state")["d2l"]["deployments"]))


def compare(bench, items):
    """This collection both ways, and ansible.builtin.uri."""
    contenders = {
        "d2l_sharing_rules, one task": set_play,
        "d2l_sharing_rule in a loop": loop_play,
        "ansible.builtin.uri by hand": uri_play,
    }
    bench.compare("sharing rules of one Brightspace deployment", items, prepare, contenders)
