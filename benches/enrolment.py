"""64 clients race for the last places: never oversold, never undersold; beside a bare insert under a lock.

Before it the draw of a long waiting list (`benches.waiting`). The race is on SQLite and on PostgreSQL, ours
and the peer's in turns, each database in a process of its own. `python -m benches.enrolment` prints the
lines, with --json as data.
"""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

from benches import waiting
from tests.machine import postgresql, running_postgresql

HOUSE = Path(__file__).resolve().parents[1]
ALONE = "benches.enrolment_alone"

Line = dict[str, str | float]


def run() -> list[Line]:
    """Return the lines of the bench."""
    lines = [*waiting.run(), *alone("SQLite", nullcontext(""))]
    programs = postgresql()
    if programs:
        return [*lines, *alone("PostgreSQL", running_postgresql(programs))]
    print("PostgreSQL is not on this machine: its lines were left out.", file=sys.stderr)
    return lines


def alone(name: str, database) -> list[Line]:
    """Measure on one database, in a process of its own."""
    with database as address:
        done = subprocess.run(
            [sys.executable, "-m", ALONE, name],
            cwd=HOUSE,
            env=os.environ | {"DATABASE_URL": address},
            stdout=subprocess.PIPE,
            check=True,
        )
    return json.loads(done.stdout)


def main() -> None:
    """Print the lines, as data or for a person."""
    lines = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps(lines, indent=2))
        return
    for line in lines:
        print(
            f"{line['name']}: {line['seconds'] * 1000:.3g} ms, {line['ratio']:.2f} x {line['peer']} "
            f"({line['peer_seconds'] * 1000:.3g} ms), {line['peak_mb']:.0f} MB"
        )


if __name__ == "__main__":
    main()
