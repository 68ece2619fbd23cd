"""Putting things straight into the exam platform's state, for tests.

What a client would create goes through the same code as its request, after admission. What
only people do on the platform's own pages (closing an exam, coming through LTI as a student)
has no request and is possible only here.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from ..service import Service
from . import documents, exams, lti_resources, tool_providers
from .call import Call
from .students import IDENTITY


class ExamSeeds:
    """Creates objects as one of the demo users; each method returns what a request would."""

    def __init__(self, service: Service, role: str = "administrator"):
        """Create as the first demo user of `role`."""
        self._service = service
        users = service.credentials["exam"]["users"]
        self._user = next(user for user in users if user["role"] == role)

    def exam(self, **params) -> dict:
        """Create an exam; name and type have defaults."""
        return self._create(exams.create, "exam", {"name": "Exam", "type": "demo", **params})

    def tool_provider(self, **params) -> dict:
        """Create a tool provider; name, key and secret have defaults."""
        given = {
            "tool_name": "Tool",
            "oauth_consumer_key": "key",
            "oauth_consumer_secret": "secret",
            **params,
        }
        return self._create(tool_providers.create, "tool_provider", given)

    def lti_resource(self, exam_id: int, tool_provider_id: int, **params) -> dict:
        """Create a link; its name has a default."""
        given = {
            "exam_id": exam_id,
            "tool_provider_id": tool_provider_id,
            "lti_resource_link_name": "Link",
            **params,
        }
        return self._create(lti_resources.create, "lti_resource", given)

    def document(self, exam_id: int, exam_content: str = "<p>Instructions</p>") -> dict:
        """Create the document of an exam, which opens the exam."""
        given = {"exam_id": exam_id, "exam_content": exam_content}
        return self._create(documents.create, "document", given)

    def lti_student(self, exam_id: int, status: str = "exam_started", **identity: str) -> dict:
        """Let a student arrive through LTI; returns what `show_lti_student` shows.

        `identity` are `student_lms_id`, `resource_link_id` and `context_id`.
        """
        if set(identity) != set(IDENTITY):
            raise TypeError(f"A student is known by {', '.join(IDENTITY)}.")
        with self._service.store.lock:
            students = self._service.store["exam"]["lti_students"]
            student = {"id": len(students) + 1, "exam_id": exam_id, "status": status, **identity}
            students.append(student)
            self._service.store.save()
            return dict(student)

    def close_exam(self, exam_id: int) -> None:
        """Close an exam, as its owner can on the platform's pages."""
        with self._service.store.lock:
            self._service.store["exam"]["exams"][str(exam_id)]["status"] = "closed"
            self._service.store.save()

    def _create(self, action: Callable, key: str, params: dict) -> dict:
        with self._service.store.lock:
            now = int(self._service.now("exam") * 1000)
            call = Call(self._service, self._user, params, now, writes=True)
            answer = action(call)
            self._service.store.save()
        return json.loads(answer.get_data())[key]
