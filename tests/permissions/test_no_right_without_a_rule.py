"""What holds for every rule and every persona: acting implies seeing, and a visitor does nothing."""

import pytest

from api import policy
from api.core import problems
from api.permissions.personas import personas
from api.permissions.verdict import NOT_VISIBLE

PERSONAS = personas(category_id=policy.CATEGORY_ID, author_id=policy.AUTHOR_ID)
MATRICES = {
    **{f"topic {state}": policy._topic_rules(topic) for state, topic in policy.TOPICS.items()},
    **{f"post: {state}": policy._post_rules(*sample) for state, sample in policy.POSTS.items()},
    **{f"category, archived {a}": policy._category_rules(archived=a) for a in (False, True)},
    **{f"member {state}": policy._member_rules(member) for state, member in policy.MEMBERS.items()},
}
LOOKING = {"see", "see its place", "read it"}


@pytest.mark.parametrize("place", MATRICES)
def test_acting_implies_seeing(place):
    rules = MATRICES[place]
    see = rules.get("see") or rules["see its place"]
    for name, actor in PERSONAS.items():
        if not see(actor):
            acts = {ability for ability, rule in rules.items() if rule(actor)}
            assert acts <= {"change it"} if place.startswith("category") else not acts, name


@pytest.mark.parametrize("place", MATRICES)
def test_a_visitor_only_looks(place):
    for name in ("visitor", "visitor, outside"):
        allowed = {ability for ability, rule in MATRICES[place].items() if rule(PERSONAS[name])}
        assert allowed <= LOOKING, name


@pytest.mark.parametrize("place", MATRICES)
def test_every_refusal_has_a_reason_that_has_a_title(app, place):
    for name, actor in PERSONAS.items():
        for ability, rule in MATRICES[place].items():
            verdict = rule(actor)
            assert verdict or verdict.code in problems.TITLES, (name, ability)


def test_outside_a_category_nothing_of_it_exists():
    for name, actor in PERSONAS.items():
        if name.endswith("outside"):
            for place, rules in MATRICES.items():
                if place.startswith(("topic", "post")):
                    assert all(rule(actor) == NOT_VISIBLE for rule in rules.values()), (name, place)


def test_an_unknown_actor_may_do_nothing_even_so():
    """No rule reads a role as a right by itself: a level in the category decides."""
    admin = PERSONAS["administrator, outside"]
    assert not any(rule(admin) for rule in MATRICES["topic open"].values())
