"""Typed helpers that read settings from the environment and fail loudly.

Settings are read once, while they are loaded; each helper remembers the name it was asked for, so that a
misspelt name is refused instead of ignored.
"""

import os
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

PREFIX = "LEARNINGCITY_"
FOR_TESTS = "LEARNINGCITY_TEST_"
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}

NAMES_READ: set[str] = set()


def raw(name: str) -> str | None:
    """Return a setting as it stands in the environment, or None."""
    NAMES_READ.add(name)
    return os.environ.get(name)


def text(name: str, default: str = "") -> str:
    """Return a setting as text."""
    value = raw(name)
    return default if value is None else value


def flag(name: str, *, default: bool = False) -> bool:
    """Return a setting as yes or no; raise ImproperlyConfigured for anything else."""
    value = raw(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    """Return a setting as a whole number; raise ImproperlyConfigured for anything else."""
    value = raw(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def choice(name: str, default: str, choices: set[str]) -> str:
    """Return a setting that is one of a few words; raise ImproperlyConfigured for anything else."""
    value = text(name, default).lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    """Return a setting as a list: words parted by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return a setting as the absolute path of a folder; raise ImproperlyConfigured if a file is there."""
    path = Path(raw(name) or default).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise ImproperlyConfigured(f"{name} must name a folder; {path} is a file.")
    return path


def package_folder(name: str) -> Path:
    """Return the folder of an installed package, not importing it; raise ImproperlyConfigured if missing."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"The package {name} is missing. Install LearningCity again.")
    return Path(spec.origin).parent


def database(name: str, default: str) -> dict[str, Any]:
    """Return the database at an address; raise ImproperlyConfigured unless it is SQLite or PostgreSQL."""
    address = text(name) or default
    scheme = address.partition(":")[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite://, not {scheme!r}.")
    try:
        return dict(dj_database_url.parse(address, conn_max_age=600, conn_health_checks=True))
    except ValueError:
        # The address may hold a password: do not repeat it.
        raise ImproperlyConfigured(
            f"{name} cannot be read; write postgres://user:password@host/name."
        ) from None


def origins(address: str) -> list[str]:
    """Return the origin of an address pattern (`https://tiles.example/{z}/{x}/{y}.png`), or nothing."""
    if not address:
        return []
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname or set(parts.netloc) & set("; ,'\""):
        raise ImproperlyConfigured(f"A tile address must begin with https:// and a host, not {address!r}.")
    host = parts.netloc.replace("{s}", "*")
    return [f"{parts.scheme}://{host}"]


def identity_providers(prefix: str) -> list[dict[str, Any]]:
    """Return the OpenID Connect provider that the environment names, in the words of django-allauth; or none.

    `prefix` is followed by _ISSUER, _NAME, _CLIENT and _SECRET. Raises ImproperlyConfigured for an issuer
    that is not reached by HTTPS (unless it is this machine), and for one without a client.
    """
    issuer, name = text(f"{prefix}_ISSUER"), text(f"{prefix}_NAME")
    client, secret = text(f"{prefix}_CLIENT"), text(f"{prefix}_SECRET")
    if not issuer:
        return []
    parts = urlsplit(issuer)
    if not parts.hostname or (parts.scheme != "https" and not is_this_machine(parts.scheme, parts.hostname)):
        raise ImproperlyConfigured(f"{prefix}_ISSUER must begin with https:// and a host, not {issuer!r}.")
    if not client:
        raise ImproperlyConfigured(f"{prefix}_ISSUER needs {prefix}_CLIENT, the name of this city there.")
    server = {"server_url": issuer.rstrip("/")}
    called = name or parts.hostname
    return [
        {"provider_id": "oidc", "name": called, "client_id": client, "secret": secret, "settings": server}
    ]


def is_this_machine(scheme: str, host: str) -> bool:
    """Return whether an address stays on this machine, as in a test."""
    return scheme == "http" and host in {"localhost", "127.0.0.1", "::1"}


def refuse_unknown() -> None:
    """Raise ImproperlyConfigured if the environment names a setting that does not exist."""
    ours = {name for name in os.environ if name.startswith(PREFIX) and not name.startswith(FOR_TESTS)}
    for name in sorted(ours - NAMES_READ):
        close = get_close_matches(name, NAMES_READ, n=1)
        hint = f" Did you mean {close[0]}?" if close else " See docs/reference/settings.md."
        raise ImproperlyConfigured(f"{name} is not a setting.{hint}")
