"""Files from memory: whole, compressed, unchanged, and only their own."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.ui.server.static_files import StaticFile, StaticFiles, folder

TEXT = b"const one = 1;\n" * 500


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A folder with a script and a picture."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.js").write_bytes(TEXT)
    (tmp_path / "b.png").write_bytes(bytes(1000))
    return TestClient(StaticFiles(Starlette(), folder(tmp_path, "/files")))


def test_text_is_compressed_for_those_who_read_it(client: TestClient) -> None:
    for accepted, encoding in (("gzip, br", "gzip"), ("gzip;q=0", None), ("identity", None)):
        asked = {"accept-encoding": accepted}
        with client.stream("GET", "/files/deep/a.js", headers=asked) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "accept-encoding"
        assert int(answer.headers["content-length"]) == len(raw)
        assert (gzip.decompress(raw) if encoding else raw) == TEXT
    picture = client.get("/files/b.png", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in picture.headers and len(picture.content) == 1000


def test_what_is_known_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/files/deep/a.js")
    again = client.get("/files/deep/a.js", headers={"if-none-match": f"W/{first.headers['etag']}"})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "vary", "cache-control"):
        assert again.headers[name] == first.headers[name]
    plain = {"accept-encoding": "identity", "if-none-match": first.headers["etag"]}
    assert client.get("/files/deep/a.js", headers=plain).status_code == 200, "another encoding"


def test_a_head_is_the_answer_without_its_body(client: TestClient) -> None:
    head, whole = client.head("/files/deep/a.js"), client.get("/files/deep/a.js")
    assert head.content == b""
    assert head.headers == whole.headers


def test_other_methods_and_addresses_are_passed_on(client: TestClient) -> None:
    assert client.post("/files/deep/a.js").status_code == 404
    for path in ("/files/deep", "/files/../b.png", "/files/deep/..%2Fb.png", "/files//b.png"):
        assert client.get(path).status_code == 404


def test_a_file_is_read_once() -> None:
    reads: list[bytes] = []
    file = StaticFile(lambda: reads.append(b"x") or TEXT, "text/css")  # type: ignore[func-returns-value]
    assert len({file.plain.etag, file.packed.etag}) == 2
    assert file.version and len(reads) == 1
