"""Who may do what: every role against every action, and every tenant against another's."""

from __future__ import annotations

import pytest

from shared.runtime.auth import Action, Principal, Role, TenantScope, authorize, require_role, scope_for
from shared.runtime.auth.policy import POLICY
from shared.runtime.problems import Problem

EXHIBITOR = Principal("e", Role.EXHIBITOR, exhibitor="tea")
ORGANIZER = Principal("o", Role.ORGANIZER, organizer="sco-expo")
SERVICE = Principal("s", Role.SERVICE)
ADMIN = Principal("a", Role.ADMIN)

# "own": only what is theirs; "any": everything; "no": not at all. In the order exhibitor, organizer, service.
A = Action
MATRIX: dict[Action, tuple[str, str, str]] = {
    A.VENUE_READ: ("any", "any", "any"),
    A.VENUE_WRITE: ("no", "any", "no"),
    A.FAIR_READ: ("any", "any", "any"),
    A.FAIR_READ_DRAFT: ("no", "own", "no"),
    A.FAIR_WRITE: ("no", "own", "no"),
    A.FAIR_PUBLISH: ("no", "own", "no"),
    A.FAIR_CLOSE: ("no", "own", "no"),
    A.FLOOR_PLAN_READ: ("any", "any", "any"),
    A.FLOOR_PLAN_WRITE: ("no", "own", "no"),
    A.EXHIBITOR_READ: ("any", "any", "any"),
    A.EXHIBITOR_READ_CONTACT: ("own", "own", "any"),
    A.EXHIBITOR_REGISTER: ("no", "own", "no"),
    A.EXHIBITOR_IMPORT: ("no", "own", "no"),
    A.EXHIBITOR_CHANGE: ("own", "own", "no"),
    A.BOOTHS_READ: ("any", "any", "any"),
    A.BOOTHS_BLOCK: ("no", "own", "no"),
    A.RESERVATION_READ: ("own", "own", "any"),
    A.RESERVATION_HOLD: ("own", "own", "no"),
    A.RESERVATION_EXTEND: ("own", "own", "no"),
    A.RESERVATION_CONFIRM: ("own", "own", "no"),
    A.RESERVATION_CANCEL: ("own", "own", "no"),
    A.RESERVATION_CO_EXHIBITORS: ("own", "own", "no"),
    A.RESERVATION_ADMIT: ("own", "own", "no"),
    A.RESERVATION_SELL: ("no", "own", "no"),
    A.SALES_READ: ("no", "own", "any"),
    A.HAPPENINGS_READ: ("own", "own", "any"),
    A.SPACES_READ: ("any", "any", "any"),
    A.SPACE_BOOKING_READ: ("no", "own", "any"),
    A.SPACE_BOOKING_BOOK: ("no", "own", "no"),
    A.SPACE_BOOKING_CHANGE: ("no", "own", "no"),
    A.SPACE_BOOKING_KEEP: ("no", "own", "no"),
    A.CALENDAR_FEED_SHARE: ("no", "own", "no"),
    A.INBOX_READ: ("own", "own", "no"),
    A.INBOX_MARK: ("own", "own", "no"),
    A.PREFERENCES_READ: ("own", "own", "no"),
    A.PREFERENCES_CHANGE: ("own", "own", "no"),
    A.DELIVERIES_READ: ("own", "own", "no"),
    A.DELIVERIES_RETRY: ("no", "own", "no"),
    A.DEAD_LETTERS_READ: ("no", "no", "no"),
    A.DEAD_LETTERS_REPLAY: ("no", "no", "no"),
    A.DEAD_LETTERS_DROP: ("no", "no", "no"),
    A.OUTBOX_READ: ("no", "no", "no"),
    A.OUTBOX_REPLAY: ("no", "no", "no"),
}
CASES = [
    (principal, action, allowed)
    for action, row in MATRIX.items()
    for principal, allowed in zip((EXHIBITOR, ORGANIZER, SERVICE, ADMIN), (*row, "any"), strict=True)
]
MINE = {"exhibitor": "tea", "organizer": "sco-expo"}
THEIRS = {"exhibitor": "honey", "organizer": "other-expo"}


def refusal(principal: Principal, action: Action, **of: str) -> str | None:
    try:
        authorize(principal, action, **of)
    except Problem as problem:
        return problem.slug if problem.status == 403 else f"status {problem.status}"
    return None


@pytest.mark.parametrize(("principal", "action", "allowed"), CASES, ids=lambda value: getattr(value, "role", value))
def test_each_role_may_do_what_the_table_says_and_no_more(principal: Principal, action: Action, allowed: str) -> None:
    if allowed == "no":
        assert refusal(principal, action, **MINE) == "role-not-allowed"
        with pytest.raises(Problem):
            require_role(principal, action)
        return
    require_role(principal, action)
    assert refusal(principal, action, **MINE) is None
    assert refusal(principal, action, **THEIRS) == (None if allowed == "any" else "not-yours")
    # Whose it is was not said: a confined role is refused rather than trusted.
    assert refusal(principal, action) == (None if allowed == "any" else "not-yours")


def test_the_matrix_and_the_policy_know_every_action() -> None:
    assert set(MATRIX) == set(POLICY) == set(Action)


def test_an_action_without_a_rule_is_refused_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = {action: rule for action, rule in POLICY.items() if action is not Action.BOOTHS_READ}
    monkeypatch.setattr("shared.runtime.auth.policy.POLICY", rest)
    for principal in (EXHIBITOR, ORGANIZER, SERVICE, ADMIN):
        assert refusal(principal, Action.BOOTHS_READ, **MINE) == "role-not-allowed"


def test_a_co_exhibitor_is_a_party_where_the_route_says_so() -> None:
    authorize(EXHIBITOR, Action.RESERVATION_READ, exhibitor=("honey", "tea"), organizer="other-expo")
    with pytest.raises(Problem, match="not-yours"):
        authorize(EXHIBITOR, Action.RESERVATION_READ, exhibitor=("honey", "salt"), organizer="sco-expo")


def test_an_exhibitor_named_like_an_organizer_gains_nothing_by_it() -> None:
    namesake = Principal("e", Role.EXHIBITOR, exhibitor="sco-expo")
    assert refusal(namesake, Action.RESERVATION_READ, exhibitor="tea", organizer="sco-expo") == "not-yours"


def test_a_scope_becomes_a_filter_that_lets_only_what_is_inside_through() -> None:
    parties = ("exhibitor", "co_exhibitors")
    scope = scope_for(EXHIBITOR, Action.RESERVATION_READ)
    assert scope.query(exhibitor="exhibitor", organizer="organizer") == {"exhibitor": "tea"}
    assert scope.query(exhibitor=parties) == {"$or": [{"exhibitor": "tea"}, {"co_exhibitors": "tea"}]}
    both = scope_for(ORGANIZER, Action.SPACE_BOOKING_READ).query(organizer=("organizer", "venue_organizer"))
    assert both == {"$or": [{"organizer": "sco-expo"}, {"venue_organizer": "sco-expo"}]}
    assert scope_for(ORGANIZER, Action.RESERVATION_READ).query(organizer="fair.organizer") == {
        "fair.organizer": "sco-expo"
    }
    assert scope_for(ADMIN, Action.RESERVATION_READ).query(exhibitor="exhibitor") == {}


@pytest.mark.parametrize(
    "scope", [TenantScope(), TenantScope(exhibitor="tea"), TenantScope(organizer="sco-expo")], ids=repr
)
def test_where_the_field_that_a_scope_needs_is_missing_nothing_matches(scope: TenantScope) -> None:
    assert scope.query() == {"_id": {"$in": []}}
    assert not scope.admits()


@pytest.mark.parametrize("role", [Role.EXHIBITOR, Role.ORGANIZER])
def test_a_tenants_principal_without_its_tenant_cannot_be_made(role: Role) -> None:
    with pytest.raises(ValueError, match="says which"):
        Principal("sub", role)
