"""The rooms as the conventions see them: packages, modules, rungs."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PACKAGE = HOUSE / "learningcity"
FREE_NAMES = {"core", "config", "engines", "demo"}
"""Rooms that name their modules for what they hold."""


def rooms() -> list[Path]:
    """Return the folder of every room."""
    return sorted(p.parent for p in PACKAGE.glob("*/__init__.py"))


def rungs() -> dict[str, int]:
    """Return the rung of every room: a room may use only rooms with a smaller number."""
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    ladder = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        room.strip(" ()"): height
        for height, layer in enumerate(reversed(ladder))
        for room in layer.split("|")
    }


def modules(*, migrations: bool = False) -> Iterator[Path]:
    """Yield every Python file of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if migrations or "migrations" not in path.parts:
            yield path


def tree(path: Path) -> ast.Module:
    """Return the parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """Return a path as the house writes it."""
    return path.relative_to(HOUSE).as_posix()
