"""The secret key: given by the environment, or made at first start and kept with mode 0600."""

import os
import secrets
from pathlib import Path

from learningcity.config import environment


def secret_key(data: Path) -> str:
    """Return the node's secret key; make it in `data` at first start.

    Two processes that start at the same moment agree: the file appears whole or not at all.
    """
    given = environment.text("LEARNINGCITY_SECRET_KEY")
    if given:
        return given
    path = data / "secret-key"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def write_once(path: Path, words: str) -> None:
    """Write a private file, unless another process has written it first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(words)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # the other process was first, and its key counts
    finally:
        draft.unlink()
