"""Many tenants, each an inventory host: one sharing rule at each, and one whole onboarding at each."""

from __future__ import annotations

import sys

from .bare import D2L_TOKEN, FIRST_COURSE, sharing_address
from .measuring import ROOT, ansible_environment, on_the_controller, program
from .one_tenant import RULE, bare, d2l_defaults, rule_by_uri

HOST = {"ansible_connection": "local"}


def inventory(count):
    """So many hosts; all of them are the same sandbox, and each has an object of its own."""
    return {f"tenant{n:04}": {**HOST, "course": FIRST_COURSE + n} for n in range(count)}


def on_all(play, shipped=False):
    """A play on all hosts."""
    return on_the_controller({"hosts": "all", **play}, shipped)


def rule_by_module(url, deployment_id):
    """One task."""
    options = {"deployment_id": deployment_id, "org_unit_id": "{{ course }}", **RULE}
    return {"module_defaults": d2l_defaults(url), "tasks": [{"name": "Rule", "edtech.lti.d2l_sharing_rule": options}]}


def rule_by_hand(url, deployment_id):
    """Two tasks: a look-up, and a POST where the rule is missing."""
    address = sharing_address(url, deployment_id)
    look = {
        "name": "Look",
        "ansible.builtin.uri": {
            "url": f"{address}?orgUnitId={{{{ course }}}}",
            "headers": {"Authorization": f"Bearer {D2L_TOKEN}"},
        },
        "register": "looked",
    }
    write = rule_by_uri(address, when="looked.json.Objects | length == 0", vars={"item": "{{ course }}"})
    return {"tasks": [look, write]}


def nothing_at_all(_url, _deployment_id):
    """What Ansible itself takes for one task that does nothing."""
    return {"tasks": [{"name": "Nothing", "ansible.builtin.set_fact": {"done": "{{ course }}"}}]}


def by_playbook(make, shipped=False):
    """A contender that runs a play on all tenants."""

    def run(bench, count, place, forks):
        return bench.playbook([on_all(make(bench.url, place), shipped)], inventory(count), forks)

    return run


def bare_tenants(bench, count, place, forks):
    """The bare script, one tenant after the other."""
    return bare(bench, count, place, "tenants")


TENANTS = {
    "module": by_playbook(rule_by_module),
    "module shipped": by_playbook(rule_by_module, shipped=True),
    "uri": by_playbook(rule_by_hand),
    "nothing": by_playbook(nothing_at_all),
    "bare": bare_tenants,
}


# Onboarding by the role


def onboarding_inventory(url, count):
    """So many institutions with Canvas. All are the same account, in which the tool is, for all but the first."""
    manifest = ROOT / "examples" / "manifests" / "quiz_helper.yml"
    variables = {
        **HOST,
        "ansible_python_interpreter": sys.executable,
        "canvas_onboarding_connection": {
            "base_url": url,
            "access_token": "canvas-demo-token",
            "environment": "self_hosted",
        },
        "lti_onboarding_manifests": {"quiz_helper": str(manifest)},
        "lti_onboarding_places": {"quiz_helper": {"canvas": {"installations": [{"account_id": "self"}]}}},
    }
    hosts = {f"tenant{n:04}": {} for n in range(count)}
    return {"all": {"children": {"canvas": {"hosts": hosts, "vars": variables}}}}


def onboard(bench, count, forks):
    """The shipped playbook over so many institutions."""
    hosts = bench.write("hosts.json", onboarding_inventory(bench.url, count))
    command = [program("ansible-playbook"), str(ROOT / "playbooks" / "onboard.yml"), "-i", hosts, "-f", str(forks)]
    return bench.run(command, **ansible_environment())


def onboarded(bench):
    """A Canvas that has the tool."""
    bench.control("/_sandbox/reset", {})
    onboard(bench, 1, 1)
