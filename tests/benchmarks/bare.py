"""The bare script: the fewest requests by which the work can be done, with nothing around them.

Usage: ``python -m tests.benchmarks.bare KIND URL COUNT [PLACE]``. It knows beforehand what a playbook has to find out
(which version of the API to speak), looks once, and sends what is missing. It repeats nothing, explains nothing,
predicts nothing and hides nothing.
"""

from __future__ import annotations

import json
import sys

import requests

from .filter_plugins.signed import signed

EXAM = ("exam-demo-token", "exam-demo-secret")
D2L_TOKEN = "d2l-demo-token"
FIRST_COURSE = 10001
BOTH = {"ShareWithOrgUnit": True, "ShareWithDescendants": False}


def sharing_address(url, deployment_id):
    """Where the sharing rules of a deployment are."""
    return f"{url}/d2l/api/le/1.92/ltiadvantage/deployment/{deployment_id}/sharing/"


def rules(session, url, count, deployment_id):
    """Sharing rules of one deployment, for so many courses."""
    session.headers["Authorization"] = f"Bearer {D2L_TOKEN}"
    address = target = sharing_address(url, deployment_id)
    held = set()
    while target:
        page = _read(session.get(target))
        held.update(int(rule["SharingOrgUnitId"]) for rule in page["Objects"])
        target = page["Next"]
    for course in range(FIRST_COURSE, FIRST_COURSE + count):
        if course not in held:
            _read(session.post(address, json={"SharingOrgUnitId": course, **BOTH}))


def tenants(session, url, count, deployment_id):
    """One sharing rule at each of so many tenants."""
    session.headers["Authorization"] = f"Bearer {D2L_TOKEN}"
    address = sharing_address(url, deployment_id)
    for course in range(FIRST_COURSE, FIRST_COURSE + count):
        if not _read(session.get(address, params={"orgUnitId": course}))["Objects"]:
            _read(session.post(address, json={"SharingOrgUnitId": course, **BOTH}))


def links(session, url, count, _place):
    """LTI resources of one exam."""
    token, key = EXAM
    session.headers.update({"Authorization": f"Token token={token}", "Accept": "application/vnd.procwise.v3"})

    def pages(collection):
        number, last = 1, 1
        while number <= last:
            answer = session.get(f"{url}/api/v3/{collection}", params=signed({"limit": 300, "page": number}, key))
            yield from _read(answer)[collection]
            last, number = int(answer.headers["X-Pagination-Page-Count"]), number + 1

    exam = next(one["id"] for one in pages("exams") if one["name"] == "Algebra")
    tool = next(one["id"] for one in pages("tool_providers") if one["tool_name"] == "Remindo")
    held = {one["lti_resource_link_name"] for one in pages("lti_resources")}
    for number in range(count):
        if f"Paper {number}" not in held:
            body = {
                "lti_resource_link_name": f"Paper {number}",
                "lti_resource_launch_url": f"https://remindo.example.com/{number}",
                "exam_id": exam,
                "tool_provider_id": tool,
            }
            _read(session.post(f"{url}/api/v3/lti_resources", json=signed(body, key)))


def _read(answer):
    answer.raise_for_status()
    return json.loads(answer.content)


def main():
    """Do what the command line says."""
    kind, url, count, place = [*sys.argv[1:], ""][:4]
    with requests.Session() as session:
        {"rules": rules, "tenants": tenants, "links": links}[kind](session, url, int(count), place)


if __name__ == "__main__":
    main()
