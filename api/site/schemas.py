"""What a client must know about this forum before anybody signs in, in JSON."""

from marshmallow import fields

from api.core.api.schema import Out, count, known_values


class LimitsOut(Out):
    """Smallest and largest of what a member may send: characters of texts, items of lists, bytes of a body."""

    title_min = count()
    title_max = count()
    post_max = count()
    topic_tags_max = count()
    tag_max = count()
    username_min = count()
    username_max = count()
    category_name_max = count()
    search_query_max = count()
    list_max = count()
    body_bytes_max = count()


class PolicyOut(Out):
    """A rate limit by the name that RateLimit-Policy gives it: `quota` requests in `window` seconds."""

    name = known_values("anonymous", "read", "write", "search", "preview", "upload")
    quota = count()
    window = count()


class SignUpOut(Out):
    """How one becomes a member."""

    mode = known_values("open")
    confirmation = known_values("email")


class RetentionOut(Out):
    """For how long the server remembers, in seconds."""

    events = count()
    idempotency_keys = count()


class MetaOut(Out):
    """The forum's name, version, limits and offers. A list that is empty means that this forum has none of it."""

    name = fields.String()
    url = fields.String()
    version = fields.String()
    languages = fields.List(known_values("en", "zh-Hans"))
    limits = fields.Nested(LimitsOut)
    policies = fields.List(fields.Nested(PolicyOut))
    sign_up = fields.Nested(SignUpOut)
    sign_in_providers = fields.List(fields.String())
    reactions = fields.List(fields.String())
    upload_types = fields.List(fields.String())
    retention = fields.Nested(RetentionOut)
