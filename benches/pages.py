"""Pages and API on 200,000 offers, beside an empty view and beside the same template with prepared rows.

One granian worker serves; the peer's requests alternate with ours, so that both meet the same machine.
"""

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlencode

HOUSE = Path(__file__).resolve().parents[1]
OFFERS = int(os.environ.get("BENCH_OFFERS", "200000"))
CONNECTIONS = 16
SECONDS = 6.0
ROUNDS = 3
ASKED = 150


def run() -> list[dict[str, object]]:
    """Measure all lines: `ratio` is our seconds a request over the peer's."""
    with tempfile.TemporaryDirectory(prefix="learningcity-pages-") as folder:
        environment = os.environ | {
            "LEARNINGCITY_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "benches.pages_settings",
            "PYTHONPATH": str(HOUSE),
        }
        for words in (
            ["-m", "benches.generate", str(OFFERS)],
            ["-m", "learningcity.config.cli", "offers", "reindex"],
        ):
            settings = {"DJANGO_SETTINGS_MODULE": "learningcity.config.settings"}
            subprocess.run(
                [sys.executable, *words], cwd=HOUSE, env=environment | settings, check=True, stdout=sys.stderr
            )
        with serving(environment) as (port, process):
            return [*through_many(port, process), *one_by_one(port, process)]


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve on a free port; yield the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4"]
    server = subprocess.Popen(
        [sys.executable, *words, "--host", "127.0.0.1", "--port", str(port), "benches.pages_app:application"],
        cwd=HOUSE,
        env=environment,
        stdout=sys.stderr,
    )
    try:
        wait_for(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _attempt in range(240):
        try:
            get(http.client.HTTPConnection("127.0.0.1", port, timeout=30), "/bench/prepared")
        except (OSError, http.client.HTTPException):
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The server did not start.")


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Fetch one address and insist on an answer."""
    connection.request("GET", path, headers={"Accept-Language": "en", "Host": "127.0.0.1"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise http.client.HTTPException(f"{path} answered {answer.status}")
    return body


def vocabulary(port: int) -> list[str]:
    """Return words that offers use."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    page = json.loads(get(connection, "/api/v1/offers?size=100"))
    found = {word for item in page["items"] for word in re.findall(r"\w{4,}", item["title"])}
    return sorted(found)


def searches(port: int, seed: int) -> Callable[[], str]:
    """Return a function that makes a new random search each time: two words and a filter or two."""
    words, rng = vocabulary(port), Random(seed)

    def search() -> str:
        asked = {"q": " ".join(rng.sample(words, 2))}
        if rng.random() < 0.5:
            asked["form"] = rng.choice(("non_formal", "informal"))
        return "/search?" + urlencode(asked)

    return search


def rate(port: int, path: Callable[[], str]) -> float:
    """Return requests a second over 16 connections."""
    done, stop = [0] * CONNECTIONS, time.monotonic() + SECONDS
    lock = threading.Lock()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < stop:
            with lock:
                address = path()
            get(connection, address)
            done[number] += 1

    clients = [threading.Thread(target=client, args=(n,)) for n in range(CONNECTIONS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return sum(done) / SECONDS


def through_many(port: int, process: int) -> Iterator[dict[str, object]]:
    """Measure requests a second with 16 connections, in turns."""
    search = searches(port, 1)
    rate(port, search)
    ours, peer = [], []
    for _round in range(ROUNDS):
        ours.append(1 / rate(port, search))
        peer.append(1 / rate(port, lambda: "/bench/prepared"))
    yield line(
        f"search page, {CONNECTIONS} connections, seconds a request",
        statistics.median(ours),
        "same template, 20 prepared rows",
        statistics.median(peer),
        process,
    )


def one_by_one(port: int, process: int) -> Iterator[dict[str, object]]:
    """Measure the median of one request at a time, each between two of the empty view."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    first = json.loads(get(connection, "/api/v1/offers?size=100"))
    ids, rng, search = [item["id"] for item in first["items"]], Random(2), searches(port, 3)
    kinds: dict[str, Callable[[], str]] = {
        "API, list of 20 offers, p50": lambda: "/api/v1/offers?size=20",
        "API, one offer, p50": lambda: f"/api/v1/offers/{rng.choice(ids)}",
        "search page, p50": search,
    }
    for name, path in kinds.items():
        ours, empty = [], []
        for _number in range(ASKED):
            ours.append(timed(connection, path()))
            empty.append(timed(connection, "/bench/empty"))
        yield line(name, statistics.median(ours), "empty view", statistics.median(empty), process)


def timed(connection: http.client.HTTPConnection, path: str) -> float:
    """Return the seconds of one request."""
    start = time.perf_counter()
    get(connection, path)
    return time.perf_counter() - start


def line(name: str, seconds: float, peer: str, peer_seconds: float, process: int) -> dict[str, object]:
    """Return one line of the report."""
    return {
        "name": name,
        "seconds": seconds,
        "peer": peer,
        "peer_seconds": peer_seconds,
        "ratio": seconds / peer_seconds,
        "peak_mb": peak_mb(process),
    }


def peak_mb(process: int) -> float:
    """Return the most memory that the serving worker held, in MB."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    peaks = [
        int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{each}/status").read_text())[1])
        for each in [str(process), *children]
    ]
    return max(peaks) / 1024


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    lines = run()
    if parser.parse_args().json:
        print(json.dumps(lines, indent=2))
    else:
        for each in lines:
            print(f"{each['name']}: {each['seconds'] * 1000:.2f} ms, {each['ratio']:.2f} x {each['peer']}")


if __name__ == "__main__":
    main()
