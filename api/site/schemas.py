"""What a client must know about this forum before anybody signs in, in JSON."""

from marshmallow import fields

from api.core.api.schema import Out, count, known_values


class LimitsOut(Out):
    """Smallest and largest of what a member may send: characters of texts, items of lists, bytes of a body."""

    says = {
        "title_min": "Characters of a title, at least.",
        "title_max": "Characters of a title, at most.",
        "post_max": "Characters of a text, at most.",
        "topic_tags_max": "Tags of a topic, at most.",
        "tag_max": "Characters of a tag's name, at most.",
        "username_min": "Characters of a username, at least.",
        "username_max": "Characters of a username, at most.",
        "category_name_max": "Characters of a category's name, at most.",
        "search_query_max": "Characters of a search, at most.",
        "list_max": "Items of a page, at most.",
        "body_bytes_max": "Bytes of a JSON body, at most.",
    }

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

    says = {
        "name": "As RateLimit-Policy names it.",
        "quota": "Requests in a window.",
        "window": "Seconds.",
    }

    name = known_values("anonymous", "read", "write", "search", "preview", "upload")
    quota = count()
    window = count()


class SignUpOut(Out):
    """How one becomes a member."""

    says = {
        "mode": "Who may sign up.",
        "confirmation": "How an account is confirmed.",
    }

    mode = known_values("open")
    confirmation = known_values("email")


class RetentionOut(Out):
    """For how long the server remembers, in seconds."""

    says = {
        "events": "Seconds for which the feed keeps an event.",
        "idempotency_keys": "Seconds for which a repeated request gets the first answer.",
    }

    events = count()
    idempotency_keys = count()


class MetaOut(Out):
    """The forum's name, version, limits and offers. A list that is empty means that this forum has none of it."""

    says = {
        "name": "The forum's name.",
        "url": "The public address of the forum.",
        "version": "The version of the program.",
        "languages": "Languages of the interface and of mails.",
        "policies": "The rate limits.",
        "sign_in_providers": "Other services to sign in with.",
        "reactions": "Emoji that posts can get.",
        "upload_types": "Media types of files that can be uploaded.",
    }

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
