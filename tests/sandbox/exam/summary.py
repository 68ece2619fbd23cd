"""What the page shows of the exam platform: exams with their links, tool providers."""

from __future__ import annotations

from ..service import Service
from .exam_rules import status_now
from .times import shown


def summary(state: dict, service: Service) -> list[dict]:
    """Return the sections of the page; secrets are masked."""
    now = int(service.now("exam") * 1000)
    return [
        {
            "title": "Exams",
            "empty": "No exams yet.",
            "entries": [_exam(state, exam, service, now) for exam in state["exams"].values()],
        },
        {
            "title": "Tool providers",
            "empty": "No tool providers yet.",
            "entries": [_provider(state, one) for one in state["tool_providers"].values()],
        },
    ]


def _exam(state: dict, exam: dict, service: Service, now: int) -> dict:
    offset = service.switches["exam.timezone"]
    links = [one for one in state["lti_resources"].values() if one["exam_id"] == exam["id"]]
    documents = [one for one in state["documents"].values() if one["exam_id"] == exam["id"]]
    return {
        "name": exam["name"],
        "badge": status_now(exam, now),
        "facts": [
            ("id", exam["id"]),
            ("type", exam["type"]),
            ("institute", _institute(state, exam)),
            ("start", shown(exam["start_time"], offset) or "not set"),
            ("end", shown(exam["end_time"], offset) or "not set"),
        ],
        "entries": [_link(state, link) for link in links]
        + [
            {
                "name": "Instructions for students",
                "facts": [("id", document["id"])],
                "text": document["exam_content"],
            }
            for document in documents
        ],
    }


def _link(state: dict, link: dict) -> dict:
    provider = state["tool_providers"].get(str(link["tool_provider_id"]))
    return {
        "name": link["lti_resource_link_name"],
        "badge": f"{{LTI_EXAM_{link['id']}}}",
        "facts": [
            ("id", link["id"]),
            ("tool provider", provider["tool_name"] if provider else "deleted"),
            ("launch URL", link["lti_resource_launch_url"] or "none"),
        ],
    }


def _provider(state: dict, provider: dict) -> dict:
    return {
        "name": provider["tool_name"],
        "facts": [
            ("id", provider["id"]),
            ("institute", _institute(state, provider)),
            ("URL", provider["tool_url"] or "none"),
            ("consumer key", provider["oauth_consumer_key"]),
            ("consumer secret", "********" if provider["oauth_consumer_secret"] else "not set"),
            ("custom data", provider["lti_custom_data"]),
        ],
    }


def _institute(state: dict, record: dict) -> str:
    institute = state["institutes"].get(str(record["institute_id"]))
    return institute["name"] if institute else "unknown"
