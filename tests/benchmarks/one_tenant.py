"""Many objects on one tenant: sharing rules of a Brightspace deployment, LTI resources of the exam platform."""

from __future__ import annotations

import functools
import json
import sys

from .bare import BOTH, D2L_TOKEN, EXAM, FIRST_COURSE, sharing_address
from .measuring import ROOT, on_the_controller

RULE = {"share_with_org_unit": True, "share_with_descendants": False}
RULES_A_PAGE, LINKS_A_PAGE = 100, 300
UNLIMITED = 100_000_000


def d2l_defaults(url):
    """Everybody knows which version to speak: this collection would ask otherwise."""
    return {"group/edtech.lti.d2l": {"base_url": url, "access_token": D2L_TOKEN, "le_version": "1.92"}}


def exam_defaults(url):
    """How the exam platform is reached."""
    return {"group/edtech.lti.exam": {"base_url": url, "api_token": EXAM[0], "secret_key": EXAM[1]}}


def looping(play, items):
    """A play whose last task loops over a variable.

    Written out under ``loop``, Ansible would send the whole list along with the result of each item.
    """
    play["tasks"][-1]["loop"] = "{{ wanted }}"
    return {**play, "vars": {**play.get("vars", {}), "wanted": list(items)}}


def bare(bench, count, place, kind):
    """Run the bare script."""
    command = [sys.executable, "-m", "tests.benchmarks.bare", kind, bench.url, str(count), str(place)]
    return bench.run(command, PYTHONPATH=str(ROOT))


def by_playbook(make, shipped=False):
    """A contender that runs a play."""

    def run(bench, count, place):
        return bench.playbook([on_the_controller(make(bench.url, count, place), shipped)])

    return run


# Sharing rules


def rules_prepared(bench):
    """A deployment that is shared with nobody; the limit on requests is raised, because all would hit it."""
    bench.control("/_sandbox/reset", {})
    bench.control("/_sandbox/switches", {"d2l.credits_per_minute": UNLIMITED, "d2l.page_size": RULES_A_PAGE})
    registration = {
        "name": "Quiz",
        "domain": "quiz.example.com",
        "redirect_urls": ["https://quiz.example.com/launch"],
        "oidc_login_url": "https://quiz.example.com/login",
    }
    deployment = {"registration_domain": "quiz.example.com", "name": "Courses"}
    play = {
        "module_defaults": d2l_defaults(bench.url),
        "tasks": [
            {"name": "Register", "edtech.lti.d2l_lti_registration": registration},
            {"name": "Deploy", "edtech.lti.d2l_lti_deployment": deployment},
        ],
    }
    bench.playbook([on_the_controller(play)])
    return next(iter(bench.control("/_sandbox/state")["d2l"]["deployments"]))


def wanted_rules(count):
    """What the plural module is given."""
    return [{"org_unit_id": FIRST_COURSE + number, **RULE} for number in range(count)]


def rules_written_out(url, count, deployment_id):
    """All rules in one task, written out in the playbook."""
    return rules_at_once(url, deployment_id, wanted_rules(count))


def rules_of_a_file(shipped=False):
    """All rules in one task, out of a JSON file, as a student information system would leave it."""

    def run(bench, count, deployment_id):
        (bench.folder / "rules.json").write_text(json.dumps(wanted_rules(count)), encoding="utf-8")
        rules = "{{ lookup('ansible.builtin.file', 'rules.json') | ansible.builtin.from_json }}"
        return bench.playbook([on_the_controller(rules_at_once(bench.url, deployment_id, rules), shipped)])

    return run


def rules_at_once(url, deployment_id, rules):
    """A play whose one task takes all rules."""
    task = {"name": "Rules", "edtech.lti.d2l_sharing_rules": {"deployment_id": deployment_id, "rules": rules}}
    return {"module_defaults": d2l_defaults(url), "tasks": [task]}


def rules_looped(url, count, deployment_id):
    """One rule an item."""
    options = {"deployment_id": deployment_id, "org_unit_id": "{{ item }}", **RULE}
    play = {
        "module_defaults": d2l_defaults(url),
        "tasks": [{"name": "Rules", "edtech.lti.d2l_sharing_rule": options}],
    }
    return looping(play, range(FIRST_COURSE, FIRST_COURSE + count))


def rule_by_uri(address, **more):
    """The task that makes one rule by hand."""
    body = {
        "SharingOrgUnitId": "{{ item | int }}",
        "ShareWithOrgUnit": BOTH["ShareWithOrgUnit"],
        "ShareWithDescendants": BOTH["ShareWithDescendants"],
    }
    headers = {"Authorization": f"Bearer {D2L_TOKEN}"}
    uri = {"url": address, "method": "POST", "body_format": "json", "body": body, "headers": headers}
    return {"name": "Rules", "ansible.builtin.uri": uri, **more}


def rules_by_uri(url, count, deployment_id):
    """A look-up for each rule, then a POST where it is missing; what the rule says is not even compared."""
    address = sharing_address(url, deployment_id)
    common = {"headers": {"Authorization": f"Bearer {D2L_TOKEN}"}}
    courses = list(range(FIRST_COURSE, FIRST_COURSE + count))
    look = {
        "name": "Look",
        "ansible.builtin.uri": {"url": f"{address}?orgUnitId={{{{ item }}}}", **common},
        "loop": "{{ wanted }}",
        "register": "looked",
    }
    write = rule_by_uri(
        address,
        loop="{{ wanted }}",
        loop_control={"index_var": "place"},
        when="looked.results[place].json.Objects | length == 0",
    )
    return {"vars": {"wanted": courses}, "tasks": [look, write]}


def rules_by_uri_once(url, count, deployment_id):
    """All rules listed first, a task a page, then a POST for each that is missing."""
    address = sharing_address(url, deployment_id)
    # Paging by hand would need an include for each page; a hundred times larger pages are a present to this one.
    listing = {
        "name": "List",
        "ansible.builtin.uri": {"url": address, "headers": {"Authorization": f"Bearer {D2L_TOKEN}"}},
        "register": "listed",
    }
    known = "{{ listed.json.Objects | map(attribute='SharingOrgUnitId') }}"
    remember = {"name": "Remember", "ansible.builtin.set_fact": {"known": known}}
    write = rule_by_uri(address, when="item not in known")
    return looping({"tasks": [listing, remember, write]}, range(FIRST_COURSE, FIRST_COURSE + count))


def in_one_page(contender):
    """With pages as long as needed."""

    def run(bench, count, place):
        bench.control("/_sandbox/switches", {"d2l.page_size": 5000})
        return contender(bench, count, place)

    return run


# LTI resources


def links_prepared(bench):
    """An exam and a tool provider on an otherwise empty platform."""
    bench.control("/_sandbox/reset", {})
    tool = {"tool_name": "Remindo", "oauth_consumer_key": "k", "oauth_consumer_secret": "benchmark-secret"}
    play = {
        "module_defaults": exam_defaults(bench.url),
        "tasks": [
            {"name": "Exam", "edtech.lti.exam": {"name": "Algebra", "type": "demo"}},
            {"name": "Tool", "edtech.lti.exam_tool_provider": tool},
        ],
    }
    bench.playbook([on_the_controller(play)])


def links_looped(url, count, _place):
    """One LTI resource an item, its exam and its tool provider by name."""
    options = {
        "exam_name": "Algebra",
        "tool_provider_name": "Remindo",
        "lti_resource_link_name": "Paper {{ item }}",
        "lti_resource_launch_url": "https://remindo.example.com/{{ item }}",
    }
    play = {
        "module_defaults": exam_defaults(url),
        "tasks": [{"name": "Links", "edtech.lti.exam_lti_resource": options}],
    }
    return looping(play, range(count))


def links_by_uri(url, count, _place):
    """All three collections listed page by page, then a POST for each link that is missing."""
    common = {
        "headers": {"Accept": "application/vnd.procwise.v3", "Authorization": f"Token token={EXAM[0]}"},
        "status_code": [200, 201],
    }

    def listing(collection, pages=1):
        query = "{{ {'limit': 300, 'page': page} | signed(key) | urlencode }}"
        return {
            "name": f"List {collection}",
            "ansible.builtin.uri": {"url": f"{url}/api/v3/{collection}?{query}", **common},
            "loop": list(range(1, pages + 1)),
            "loop_control": {"loop_var": "page"},
            "register": collection,
        }

    def one(collection, name, value):
        found = f"{collection}.results[0].json.{collection} | selectattr('{name}', 'equalto', '{value}')"
        return f"({found} | first).id"

    body = (
        "{{ {'lti_resource_link_name': 'Paper ' ~ item,"
        " 'lti_resource_launch_url': 'https://remindo.example.com/' ~ item,"
        f" 'exam_id': {one('exams', 'name', 'Algebra')},"
        f" 'tool_provider_id': {one('tool_providers', 'tool_name', 'Remindo')}}} | signed(key) }}}}"
    )
    held = "lti_resources.results | map(attribute='json.lti_resources') | flatten"
    known = f"{{{{ {held} | map(attribute='lti_resource_link_name') }}}}"
    post = {
        "url": f"{url}/api/v3/lti_resources",
        "method": "POST",
        "body_format": "json",
        "body": body,
        **common,
    }
    play = {
        "vars": {"key": EXAM[1]},
        "tasks": [
            listing("exams"),
            listing("tool_providers"),
            listing("lti_resources", pages_of(count, LINKS_A_PAGE)),
            {"name": "Remember", "ansible.builtin.set_fact": {"known": known}},
            {"name": "Links", "ansible.builtin.uri": post, "when": "'Paper ' ~ item not in known"},
        ],
    }
    return looping(play, range(count))


def pages_of(count, size):
    """How many pages a listing has; an empty one has one."""
    return max(1, -(-count // size))


def nothing_at_all(_url, count, _place):
    """What Ansible itself takes for a loop whose items do nothing."""
    play = {"tasks": [{"name": "Nothing", "ansible.builtin.set_fact": {"done": "{{ item }}"}}]}
    return looping(play, range(count))


RULES = {
    "plural": rules_of_a_file(),
    "plural written out": by_playbook(rules_written_out),
    "plural shipped": rules_of_a_file(shipped=True),
    "loop": by_playbook(rules_looped),
    "loop shipped": by_playbook(rules_looped, shipped=True),
    "uri": by_playbook(rules_by_uri),
    "uri listing once": in_one_page(by_playbook(rules_by_uri_once)),
    "bare": functools.partial(bare, kind="rules"),
}
LINKS = {
    "loop": by_playbook(links_looped),
    "loop shipped": by_playbook(links_looped, shipped=True),
    "uri listing once": by_playbook(links_by_uri),
    "bare": functools.partial(bare, kind="links"),
}
