"""The web server process: granian with the web application. `serve` starts it as a child."""

import argparse

from granian import Granian
from granian.constants import Interfaces

from learningcity.config.children import die_with_parent

# A worker answers so many requests at once; more wait in line instead of opening more database connections.
THREADS_A_WORKER = 4
WAITING_A_WORKER = 64


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    asked = parser.parse_args()
    die_with_parent()
    Granian(
        "learningcity.config.wsgi:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.workers,
        blocking_threads=THREADS_A_WORKER,
        backpressure=WAITING_A_WORKER,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
