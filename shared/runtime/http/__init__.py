"""The HTTP edge that every service stands behind."""

from shared.runtime.http.answers import json_answer, problem_answer, rejection, render
from shared.runtime.http.app import create_app
from shared.runtime.http.call import Call, CallContext, CurrentPrincipal
from shared.runtime.http.commands import CommandRoute

__all__ = [
    "Call",
    "CallContext",
    "CommandRoute",
    "CurrentPrincipal",
    "create_app",
    "json_answer",
    "problem_answer",
    "rejection",
    "render",
]
