"""Our Api, Blueprint and Schema: flask-smorest with what its documents lack."""

from api.core.api.answers import Answer
from api.core.api.blueprint import Blueprint, Call
from api.core.api.declaration import Access, admin, anyone, member, moderator, tokenless
from api.core.api.deprecation import Deprecation
from api.core.api.document import Api
from api.core.api.forms import File, Form, Upload
from api.core.api.schema import In, Out, Query

__all__ = [
    "Access",
    "Answer",
    "Api",
    "Blueprint",
    "Call",
    "Deprecation",
    "File",
    "Form",
    "In",
    "Out",
    "Query",
    "Upload",
    "admin",
    "anyone",
    "member",
    "moderator",
    "tokenless",
]
