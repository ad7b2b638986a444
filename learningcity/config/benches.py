"""Run the benches: each measures us and the peer in the same run, in a process of its own.

The benches stand in `benches/`, outside the package, so that their peers never become ours.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused

CHECKOUT = Path(__file__).resolve().parents[2]
REPORT = CHECKOUT / "docs" / "reference" / "benchmarks.md"


class NoBenches(Refused):
    """The benches come with the source, not with the installed package."""

    code = "no_benches"


class BenchFailed(Refused):
    """A bench ended with an error."""

    code = "bench_failed"


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a bench: our seconds, the peer's, their ratio, and the most memory our process held."""

    name: str
    seconds: float
    peer: str
    peer_seconds: float
    ratio: float
    peak_mb: float

    def as_data(self) -> dict[str, object]:
        """Return the line as the command prints it."""
        return asdict(self)


def bench_names() -> list[str]:
    """Return the benches of this checkout: every module that says what it measures."""
    modules = (CHECKOUT / "benches").glob("*.py")
    return sorted(path.stem for path in modules if "\ndef run(" in path.read_text("utf-8"))


def run_bench(name: str) -> list[Measure]:
    """Run one bench in a process of its own and return its lines.

    Raises NoBenches or BenchFailed.
    """
    if name not in bench_names():
        raise NoBenches(_("This bench is not installed. Run it in a checkout of the source."))
    done = subprocess.run(  # noqa: S603 - our own module, named by the list above
        [sys.executable, "-m", f"benches.{name}", "--json"],
        cwd=CHECKOUT,
        # A bench makes a city of its own; it never measures, or fills, the one that is served.
        env={name: value for name, value in os.environ.items() if name != "LEARNINGCITY_DATA"},
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode:
        raise BenchFailed(_("The bench %(name)s failed; the lines above say why.") % {"name": name})
    return [Measure(**line) for line in json.loads(done.stdout)]


def table(lines: Sequence[Measure]) -> str:
    """Return the lines as a table for a person."""
    head = ("what", "ours, ms", "peer", "peer, ms", "ratio", "peak, MB")
    rows = [head] + [
        (
            line.name,
            f"{line.seconds * 1000:.3g}",
            line.peer,
            f"{line.peer_seconds * 1000:.3g}",
            f"{line.ratio:.2f}",
            f"{line.peak_mb:.0f}",
        )
        for line in lines
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ("---",) * len(head), *rows[1:]])


def write_report(results: dict[str, list[Measure]], *, on: date) -> None:
    """Write docs/reference/benchmarks.md anew."""
    parts = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {on.isoformat()}: CPython {platform.python_version()}, "
        f"{platform.system()}, {os.cpu_count()} cores. Ours and the peer ran in the same run; the ratio "
        "is ours over the peer's, so less is better. Peak memory is that of our process alone.",
    ]
    for name, lines in results.items():
        parts += ["", f"## {name}", "", table(lines)]
    REPORT.write_text("\n".join(parts) + "\n", encoding="utf-8")
