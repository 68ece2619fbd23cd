"""The exam platform, ProctorExam API v3, after `docs/platforms/exam.md`."""

from __future__ import annotations

from ..platform import Platform
from .answers import unknown_route
from .launches import begin
from .routes import API, SIGN_IN, exam_routes
from .seeds import ExamSeeds
from .state import initial_state
from .summary import summary
from .switches import SWITCHES

PLATFORM = Platform(
    name="exam",
    title="Exam platform (ProctorExam)",
    prefixes=(API, SIGN_IN),
    blueprint=exam_routes,
    initial_state=initial_state,
    summary=summary,
    unknown_route=unknown_route,
    switches=SWITCHES,
    seeds=ExamSeeds,
    launch=begin,
)
