"""What a key of the API may be made for: every room enters the scopes that its endpoints ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a key may do: its name ("organisation:read") and what it allows, in words."""

    key: str
    label: object
    position: int = 50


_scopes: dict[str, Scope] = {}


def register_scope(scope: Scope) -> None:
    """Enter a scope. Entering the same key again replaces it.

    >>> register_scope(Scope("doctest:read", "read examples"))
    >>> "doctest:read" in known_scopes()
    True
    >>> withdraw_scope("doctest:read")
    """
    _scopes[scope.key] = scope


def withdraw_scope(key: str) -> None:
    """Take a scope out; does nothing if it is not there."""
    _scopes.pop(key, None)


def scopes() -> list[Scope]:
    """Return every scope, in the order in which a form shows them."""
    return sorted(_scopes.values(), key=lambda scope: (scope.position, scope.key))


def known_scopes() -> set[str]:
    """Return the names of all scopes."""
    return set(_scopes)
