"""Many LTI resources of the exam platform, in one loop."""

from __future__ import annotations

import functools

from .measuring import complete

TOKEN, KEY = "exam-demo-token", "exam-demo-secret"


def module_play(url, items, ready, shipped=False):
    """The collection's own module in a loop."""
    return {
        "module_defaults": {"group/edtech.lti.exam": {"base_url": url, "api_token": TOKEN, "secret_key": KEY}},
        **({"environment": {"SHIPPED": "1"}} if shipped else {}),
        "tasks": [
            {
                "name": "Links",
                "edtech.lti.exam_lti_resource": {
                    "exam_name": "Algebra",
                    "tool_provider_name": "Remindo",
                    "lti_resource_link_name": "Paper {{ item }}",
                    "lti_resource_launch_url": "https://remindo.example.com/{{ item }}",
                },
                "loop": list(range(items)),
            }
        ],
    }


def uri_play(url, items, ready):
    """The same by ansible.builtin.uri: three look-ups, then a POST for each link that is missing."""
    common = {
        "headers": {"Accept": "application/vnd.procwise.v3", "Authorization": f"Token token={TOKEN}"},
        "status_code": [200, 201],
    }

    def listing(collection):
        query = "{{ {'limit': 300, 'page': 1} | signed(key) | urlencode }}"
        return {
            "name": f"List {collection}",
            "ansible.builtin.uri": {"url": f"{url}/api/v3/{collection}?{query}", **common},
            "register": collection,
        }

    body = (
        "{{ {'lti_resource_link_name': 'Paper ' ~ item,"
        " 'lti_resource_launch_url': 'https://remindo.example.com/' ~ item,"
        " 'exam_id': (exams.json.exams | selectattr('name', 'equalto', 'Algebra') | first).id,"
        " 'tool_provider_id': (tool_providers.json.tool_providers"
        " | selectattr('tool_name', 'equalto', 'Remindo') | first).id} | signed(key) }}"
    )
    return {
        "vars": {"key": KEY},
        "tasks": [
            *(listing(collection) for collection in ("exams", "tool_providers", "lti_resources")),
            {
                "name": "Links",
                "ansible.builtin.uri": {
                    "url": f"{url}/api/v3/lti_resources",
                    "method": "POST",
                    "body_format": "json",
                    "body": body,
                    **common,
                },
                "when": "'Paper ' ~ item not in lti_resources.json.lti_resources"
                " | map(attribute='lti_resource_link_name')",
                "loop": list(range(items)),
            },
        ],
    }


def prepare(bench):
    """An exam and a tool provider on an otherwise empty platform."""
    bench.control("/_sandbox/reset", {})
    play = {
        "module_defaults": {"group/edtech.lti.exam": {"base_url": bench.url, "api_token": TOKEN, "secret_key": KEY}},
        "tasks": [
            {"name": "Exam", "edtech.lti.exam": {"name": "Algebra", "type": "demo"}},
            {
                "name": "Tool",
                "edtech.lti.exam_tool_provider": {
                    "tool_name": "Remindo",
                    "oauth_consumer_key": "k",
                    "oauth_consumer_secret": "benchmark-secret",
                },
            },
        ],
    }
    bench.run([complete(play)])


def compare(bench, items):
    """This collection, in the controller and shipped, and ansible.builtin.uri."""
    contenders = {
        "edtech.lti, in the controller": module_play,
        "edtech.lti, shipped": functools.partial(module_play, shipped=True),
        "ansible.builtin.uri by hand": uri_play,
    }
    bench.compare("LTI resources of the exam platform in one loop", items, prepare, contenders)
