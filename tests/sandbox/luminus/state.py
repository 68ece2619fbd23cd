"""What LumiNUS holds at the start: people, two modules, five providers with well-known ids.

Providers have the names of the wire, None where they have no value. Nobody creates one by the API,
so these are what there is unless a test adds more.
"""

from __future__ import annotations

MODULE = "a0000000-0000-4000-8000-000000000001"
OTHER_MODULE = "a0000000-0000-4000-8000-000000000002"
ADMIN = "c0000000-0000-4000-8000-000000000001"
STAFF = "c0000000-0000-4000-8000-000000000002"
STUDENT = "c0000000-0000-4000-8000-000000000003"
OUTSIDER = "c0000000-0000-4000-8000-000000000004"

_PEOPLE = {
    "admin": (ADMIN, "lti.admin", "Lim Wei Ling"),
    "staff": (STAFF, "staff.one", "Tan Ah Kow"),
    "student": (STUDENT, "e0000003", "Nur Aisyah binte Rahman"),
    "outsider": (OUTSIDER, "e0000004", "Zoë Ångström"),
}


def initial_state(credentials: dict) -> dict:
    """Return the people of the demo credentials, the modules and the well-known providers."""
    users = {id: new_user(id, login, name, role == "admin") for role, (id, login, name) in _PEOPLE.items()}
    return {
        "subscriptions": {credentials["subscription_key"]: {"name": "Demo", "active": True}},
        "client": {"client_id": credentials["client_id"], "redirect_uri": credentials["redirect_uri"]},
        "users": users,
        "tokens": {
            token: {"user": _PEOPLE[role][0], "expires_at": None}
            for role, token in credentials["access_tokens"].items()
        },
        "codes": {code: {"user": _PEOPLE[role][0]} for role, code in credentials["codes"].items()},
        "modules": {
            MODULE: {"id": MODULE, "name": "CS1010", "members": {STAFF: "staff", STUDENT: "student"}},
            OTHER_MODULE: {"id": OTHER_MODULE, "name": "GEH1036", "members": {}},
        },
        "providers": {one["id"]: one for one in _providers()},
        "launch_tools": {
            name: {
                "launchURL": f"https://{name}.example.edu/lti/launch",
                "consumerKey": f"luminus-{name}",
                "consumerSecret": f"luminus-{name}-secret",
            }
            for name in ("mediaweb", "panopto")
        },
    }


def new_user(id: str, login: str, name: str, lti_admin: bool = False, email: str | None = None) -> dict:
    """Return a user."""
    return {"id": id, "login": login, "name": name, "email": email or f"{login}@u.example.edu", "lti_admin": lti_admin}


def new_provider(id: str, **fields) -> dict:
    """Return a provider: system-level, with nothing that is optional, unless `fields` say otherwise."""
    return {
        "id": id,
        "name": "Tool",
        "description": None,
        "resourceID": None,
        "consumerKey": "tool-key",
        "consumerSecret": "tool-secret",
        "launchURL": "https://tool.example.com/lti/launch",
        "custParams": None,
        "launchData": None,
        "publish": False,
        "installable": False,
        "parentID": None,
        "documentTarget": None,
        "createdDate": "2020-01-13T09:05:00+08:00",
        "creatorID": ADMIN,
        "lastUpdatedDate": "2020-01-13T09:05:00+08:00",
        "lastUpdatedBy": ADMIN,
        **fields,
    }


def _providers() -> list[dict]:
    quiz = {
        "name": "Quiz Helper",
        "consumerKey": "quiz-helper-key",
        "consumerSecret": "quiz-helper-secret",
        "launchURL": "https://quiz.example.com/lti/launch",
        # A key may come several times.
        "custParams": [
            {"key": "locale", "value": "en"},
            {"key": "feature", "value": "hints"},
            {"key": "feature", "value": "timer"},
        ],
        "launchData": ["lis_person_name_full", "lis_person_contact_email_primary"],
    }
    parent = "b0000000-0000-4000-8000-000000000001"
    return [
        new_provider(
            parent, **quiz, description="Practice quizzes", installable=True, documentTarget="iframe",
            createdDate="2019-08-05T10:15:30.21+08:00", lastUpdatedDate="2020-01-13T17:42:08.437+08:00",
        ),
        new_provider(
            "b0000000-0000-4000-8000-000000000002",
            name="Library Search", consumerKey="library-key", consumerSecret="library-secret",
            launchURL="https://library.example.edu/lti",
        ),
        new_provider(
            "b0000000-0000-4000-8000-000000000011", **quiz,
            resourceID=MODULE, parentID=parent, publish=True, documentTarget="window", creatorID=STAFF,
            createdDate="2019-08-12T08:00:00+08:00", lastUpdatedDate="2019-08-12T08:00:00.5+08:00",
            lastUpdatedBy=STAFF,
        ),
        new_provider(
            "b0000000-0000-4000-8000-000000000012",
            name="Lab Simulator", description="", consumerKey="lab-key", consumerSecret="lab-secret",
            launchURL="https://lab.example.com/launch?edition=2019&lang=zh",
            custParams=[{"key": "empty", "value": ""}], launchData=[], resourceID=MODULE, documentTarget="frame",
            creatorID=STAFF,
            createdDate="2020-02-29T23:59:59.1234567+08:00", lastUpdatedDate="2020-03-01T00:00:00.1234567+08:00",
        ),
        new_provider(
            "b0000000-0000-4000-8000-000000000021",
            name="Essay Check", consumerKey="essay-key", consumerSecret="essay-secret",
            launchURL="https://essay.example.com/launch", resourceID=OTHER_MODULE, publish=True,
        ),
    ]  # fmt: skip
