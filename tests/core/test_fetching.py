"""Another machine cannot lead us into our own network, nor hold us up, nor fill our memory."""

import contextlib
import gzip
import itertools
import re
import socket
import ssl
import threading
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.fetching import FetchRefused, fetch
from learningcity.core.fetching.addresses import is_public, target_of
from tests.core.certificate import certificate_for
from tests.core.wayward import says, serving

pytestmark = pytest.mark.once


@pytest.fixture
def serve(settings, request):
    """Return a function that serves an answer at a place that the operator allows."""
    stack = []

    def start(answer, *, allowed=True, wrap=None):
        context = serving(answer, wrap)
        served = context.__enter__()
        stack.append(context)
        settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, served.place] if allowed else settings.FETCH_ALLOW
        return served

    yield start
    for context in stack:
        context.__exit__(None, None, None)


def code_of(url, **how):
    """Return the code with which fetching is refused."""
    with pytest.raises(FetchRefused) as caught:
        fetch(url, **how)
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_an_answer_comes_back_whole_with_its_type(serve):
    served = serve(says(200, b'{"a": 1}', Content_Type="Application/JSON; charset=utf-8", X_Own="1"))

    answer = fetch(f"{served.url}/päge?q=ü#part", content_types=["application/json"])

    assert (answer.status, answer.content_type, answer.body) == (200, "application/json", b'{"a": 1}')
    assert answer.headers["x-own"] == "1"
    head = served.asked[0]
    assert head.startswith(b"GET /p%C3%A4ge?q=%C3%BC HTTP/1.1\r\n")
    assert f"Host: {served.place}".encode() in head


def test_a_body_and_headers_are_sent_and_a_bad_status_is_an_answer(serve):
    served = serve(says(422, b"no"))

    answer = fetch(served.url, method="POST", headers={"Authorization": "Bearer key"}, body=b"x" * 200_000)

    assert (answer.status, answer.is_fine, answer.body) == (422, False, b"no")
    assert b"Authorization: Bearer key" in served.asked[0]
    assert served.asked[0].endswith(b"\r\n\r\n" + b"x" * 200_000)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "ftp://example.org/",
        "data:text/html,hello",
        "javascript:alert(1)",
        "example.org",
        "//example.org/",
        "",
    ],
)
def test_only_the_web_is_asked(url):
    assert code_of(url) == "fetch_scheme"


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///path",
        "http://exa mple.org/",
        "http://example.org/\r\nX: 1",
        "http://example.org\\@127.0.0.1/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://[::1%25lo]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://127.0.0.1.0/",
        "http://１２７.1/",
        "http://a..b/",
        f"http://{'a' * 64}.org/",
        "http://example.org/\ud800",
        "http://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_refused(url):
    assert code_of(url) == "fetch_address"


@pytest.mark.parametrize("url", ["http://name:word@example.org/", "https://@example.org/", "http://a@[::1]/"])
def test_an_address_with_credentials_is_refused(url):
    assert code_of(url) == "fetch_credentials"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.8.8.8/",
        "http://localhost/",
        "http://localhost./",
        "http://LOCALHOST/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[2001:db8::1]/",
        "http://[3fff::1]/",
        "https://127.0.0.1/",
        "http://127.0.0.1:8080/",
    ],
)
def test_a_private_network_is_never_asked(url):
    assert code_of(url) == "fetch_private"


@pytest.mark.parametrize("port", [1, 22, 25, 53, 143, 389, 445, 993])
def test_a_port_that_is_not_of_the_web_is_refused(port):
    assert code_of(f"http://example.org:{port}/") == "fetch_port"


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_the_open_internet_may_be_asked(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_as_private_as_the_inner_one(inner):
    assert is_public(f"::ffff:{inner}") == is_public(str(inner))


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_at_all_makes_reading_an_address_crash(words, tail):
    for text in (words, f"http://{words}/{tail}", f"https://[{words}]:{tail}"):
        with contextlib.suppress(FetchRefused):
            assert target_of(text).scheme in ("http", "https")


def resolving(monkeypatch, *answers):
    """Let every name stand for these addresses, one list for each time that it is asked for."""
    real, waiting = socket.getaddrinfo, iter(answers)

    def getaddrinfo(host, port, *args, **kwargs):
        if re.fullmatch(r"[0-9.:]+", host):
            return real(host, port, *args, **kwargs)
        return [entry for address in next(waiting) for entry in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_a_name_that_stands_for_one_private_address_among_public_ones_is_refused(monkeypatch):
    resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])

    assert code_of("http://rebinding.example/") == "fetch_private"


def test_we_connect_to_the_address_that_was_checked_and_ask_for_no_other(monkeypatch, serve, settings):
    served = serve(says(200, b"checked"))
    settings.FETCH_ALLOW = [f"name.example:{served.port}"]
    resolving(monkeypatch, ["127.0.0.1"])  # a second question would find no answer

    assert fetch(f"http://name.example:{served.port}/").body == b"checked"


def test_the_next_address_is_tried_when_the_first_is_not_reached(monkeypatch, serve, settings):
    served = serve(says(200, b"second"))
    settings.FETCH_ALLOW = [f"name.example:{served.port}"]
    resolving(monkeypatch, ["127.0.0.2", "127.0.0.1"])

    assert fetch(f"http://name.example:{served.port}/").body == b"second"


def test_a_name_that_stands_for_nothing_is_not_reached(monkeypatch):
    resolving(monkeypatch, [])

    assert code_of("http://nowhere.example/") == "fetch_unreachable"


def test_what_the_operator_allows_is_a_host_with_a_port(serve, settings):
    served = serve(says(200))
    settings.FETCH_ALLOW = [f"localhost:{served.port}", "127.0.0.1"]

    assert fetch(f"http://localhost:{served.port}/").status == 200
    assert code_of(served.url) == "fetch_private"


def test_nobody_at_home_is_not_reached(settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.FETCH_ALLOW = [f"127.0.0.1:{port}"]

    assert code_of(f"http://127.0.0.1:{port}/") == "fetch_unreachable"


# Redirects


def test_a_redirect_is_followed_and_the_key_stays_behind(serve):
    last = serve(says(200, b"here"))
    first = serve(says(302, Location=f"{last.url}/there"))

    answer = fetch(
        first.url, headers={"Authorization": "Bearer key", "Cookie": "a=1", "Accept": "text/plain"}
    )

    assert (answer.url, answer.body) == (f"{last.url}/there", b"here")
    assert b"Bearer key" in first.asked[0]
    assert b"Bearer" not in last.asked[0]
    assert b"Cookie" not in last.asked[0]
    assert b"Accept: text/plain" in last.asked[0]


def test_a_redirect_within_one_server_keeps_the_key(serve):
    steps = iter([says(307, Location="next?page=2"), says(200, b"here")])
    served = serve(lambda line, request: next(steps)(line, request))

    assert fetch(f"{served.url}/a/b", headers={"Authorization": "Bearer key"}).body == b"here"
    assert served.asked[1].startswith(b"GET /a/next?page=2 ")
    assert b"Bearer key" in served.asked[1]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("http://169.254.169.254/latest/", "fetch_private"),
        ("http://127.0.0.1:1/", "fetch_port"),
        ("http://localhost:6379/", "fetch_private"),
        ("//[::1]/", "fetch_private"),
        ("file:///etc/passwd", "fetch_scheme"),
        ("gopher://localhost/", "fetch_scheme"),
        ("http://name:word@example.org/", "fetch_credentials"),
        ("http://[", "fetch_address"),
        ("http://0x7f.1/", "fetch_address"),
    ],
)
def test_each_redirect_is_checked_anew(serve, place, code):
    served = serve(says(302, Location=place))

    assert code_of(served.url) == code


def test_a_redirect_to_a_place_on_this_machine_that_is_not_allowed_is_not_followed(serve):
    hidden = serve(says(200, b"secret"), allowed=False)
    served = serve(says(301, Location=hidden.url))

    assert code_of(served.url) == "fetch_private"
    assert hidden.asked == []


def test_redirects_in_a_circle_end(serve):
    served = serve(says(302, Location="/again"))

    assert code_of(served.url) == "fetch_redirects"
    assert len(served.asked) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_is_posted_is_never_sent_on(serve, status):
    other = serve(says(200))
    served = serve(says(status, Location=other.url))

    assert fetch(served.url, method="POST", body=b"words").status == status
    assert other.asked == []


# Size


def test_an_answer_as_large_as_allowed_is_taken_and_one_byte_more_is_not(serve):
    served = serve(says(200, b"x" * 100_000))

    assert len(fetch(served.url, largest=100_000).body) == 100_000
    assert code_of(served.url, largest=99_999) == "fetch_too_large"


def test_an_endless_answer_is_cut_off(serve):
    def endless(line, request):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)

    assert code_of(serve(endless).url, largest=1_000_000) == "fetch_too_large"


def test_endless_pieces_are_cut_off(serve):
    def endless(line, request):
        line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            line.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")

    assert code_of(serve(endless).url) == "fetch_too_large"


def test_a_packed_answer_is_unpacked(serve):
    served = serve(says(200, gzip.compress(b"words " * 1000), Content_Encoding="gzip"))

    assert fetch(served.url, largest=6000).body == b"words " * 1000


def test_a_bomb_is_not_unpacked(serve):
    bomb = gzip.compress(bytes(50_000_000))
    served = serve(says(200, bomb, Content_Encoding="gzip"))

    assert len(bomb) < 100_000
    assert code_of(served.url, largest=1_000_000) == "fetch_too_large"


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", b"not packed at all"),
        ("gzip", gzip.compress(b"words " * 1000)[:-20]),
        ("gzip", gzip.compress(b"one") + gzip.compress(b"two")),
        ("gzip, gzip", gzip.compress(gzip.compress(b"twice"))),
        ("deflate", zlib.compress(b"not asked for")),
        ("br", b"\x0b\x02\x80words\x03"),
    ],
    ids=["not packed", "cut", "two in a row", "packed twice", "deflate", "brotli"],
)
def test_a_packing_that_is_broken_or_was_not_asked_for_is_refused(serve, packing, body):
    assert code_of(serve(says(200, body, Content_Encoding=packing)).url) == "fetch_unreadable"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x16\x03\x01\x00\x00",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 2oo OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nwords\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwo",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"A%d: b\r\n" % n for n in range(200)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"b" * 70_000 + b"\r\n\r\n",
    ],
)
def test_garbage_is_refused(serve, raw):
    served = serve(lambda line, request: line.sendall(raw))

    assert code_of(served.url) in ("fetch_unreadable", "fetch_unreachable")


def test_only_what_was_expected_is_taken(serve):
    served = serve(says(200, b"<html>", Content_Type="text/html"))

    assert code_of(served.url, content_types=["application/json"]) == "fetch_type"


# Time


def drip(line, pieces):
    """Send piece after piece, one every moment, until the other side has had enough."""
    for piece in pieces:
        line.sendall(piece)
        time.sleep(0.02)


@pytest.mark.parametrize(
    "pieces",
    [
        itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], itertools.repeat(b"a")),
        itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"a")),
        itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
        itertools.chain(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"], itertools.repeat(b"A: b\r\n")
        ),
    ],
    ids=["in the head", "in the body", "never the answer itself", "after the end"],
)
def test_a_drip_of_bytes_gains_no_time(serve, pieces):
    served = serve(lambda line, request: drip(line, pieces))

    assert code_of(served.url, timeout=0.3) == "fetch_too_slow"


def test_silence_ends(serve):
    over = threading.Event()
    served = serve(lambda line, request: over.wait(20))

    assert code_of(served.url, timeout=0.2) == "fetch_too_slow"
    over.set()


def test_a_machine_that_never_reads_does_not_hold_us(settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        place = f"127.0.0.1:{deaf.getsockname()[1]}"
        settings.FETCH_ALLOW = [place]

        assert (
            code_of(f"http://{place}/", method="POST", body=bytes(20_000_000), timeout=0.3)
            == "fetch_too_slow"
        )


def test_a_resolver_that_never_answers_does_not_hold_us(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: over.wait(20) and [])

    assert code_of("http://slow.example/", timeout=0.2) == "fetch_too_slow"
    over.set()


# Protection


@pytest.fixture
def guarded(tmp_path, monkeypatch):
    """Return a function that puts TLS around a connection, with a certificate for one name that we trust."""

    def for_name(name, *, is_trusted=True):
        file = certificate_for(name, tmp_path)
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return lambda line: context.wrap_socket(line, server_side=True)

    return for_name


def test_a_protected_connection_is_used_when_the_certificate_fits_the_name(serve, guarded, settings):
    served = serve(says(200, b"protected"), wrap=guarded("localhost"))
    settings.FETCH_ALLOW = [f"localhost:{served.port}"]

    assert fetch(f"https://localhost:{served.port}/").body == b"protected"


def test_a_certificate_of_another_name_or_of_nobody_is_refused(serve, guarded, settings):
    other = serve(says(200), wrap=guarded("other.example"))
    settings.FETCH_ALLOW = [f"localhost:{other.port}"]
    assert code_of(f"https://localhost:{other.port}/") == "fetch_not_secure"

    unknown = serve(says(200), wrap=guarded("localhost", is_trusted=False))
    settings.FETCH_ALLOW = [f"localhost:{unknown.port}"]
    assert code_of(f"https://localhost:{unknown.port}/") == "fetch_not_secure"


def test_nobody_is_sent_from_a_protected_connection_to_an_open_one(serve, guarded, settings):
    open_one = serve(says(200))
    served = serve(says(302, Location=open_one.url), wrap=guarded("localhost"))
    settings.FETCH_ALLOW = [f"localhost:{served.port}", open_one.place]

    assert code_of(f"https://localhost:{served.port}/") == "fetch_not_secure"
    assert open_one.asked == []


def test_an_open_server_is_no_protected_one(serve):
    served = serve(says(200))

    assert code_of(f"https://{served.place}/", timeout=2) in ("fetch_not_secure", "fetch_too_slow")
