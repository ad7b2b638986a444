"""The city bundles that ship with the package."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[1] / "data"


def shipped_bundle(name: str) -> Path | None:
    """Return the folder of a bundle that ships with the package (`newport`), if there is one of that name."""
    found = [path.parent for path in SHIPPED.glob("*/bundle.toml") if path.parent.name == name]
    return found[0] if found else None
