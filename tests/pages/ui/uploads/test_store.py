"""Uploads on disk: found again, bounded, private, and nothing but a key finds them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pages.ui.uploads.store import Store

DATA = b"a,b\n1,2\n\x00\xff"


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.upload"))


def test_another_server_finds_a_file_by_its_key_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    first = Store(folder)
    name = "../../etc/<b>cron.d</b>\n.csv"
    upload = first.keep(name, DATA)
    again = Store(folder)
    found = again.find(upload.key)
    assert found == upload and found.name == name and found.data == DATA
    assert again.keep(name, DATA).key == upload.key != again.keep("other.csv", DATA).key
    assert Store(tmp_path / "elsewhere").keep(name, DATA).key != upload.key, "keys have a secret"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.parent == folder and path.stat().st_mode & 0o077 == 0 for path in files(folder))


@pytest.mark.parametrize("key", ["", "secret", "../secret", "x" * 24, "x" * 23 + "\n", "ä" * 24])
def test_what_is_no_key_finds_nothing(tmp_path: Path, key: str) -> None:
    store = Store(tmp_path / "kept")
    store.keep("a.csv", DATA)
    assert store.find(key) is None


def test_a_damaged_file_is_not_given_out(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    upload = store.keep("a.csv", DATA)
    (path,) = files(tmp_path / "kept")
    for content in (path.read_bytes()[:-1], b"", b"[]\n" + DATA):
        path.write_bytes(content)
        assert store.find(upload.key) is None
    store.keep("a.csv", DATA)
    assert store.find(upload.key) == upload


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept", size=3500, seconds=1000)
    kept = [store.keep(f"{k}.csv", bytes(1000)) for k in range(3)]
    for age, upload in zip((500, 300, 100), kept, strict=True):
        path = tmp_path / "kept" / f"{upload.key}.upload"
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    assert store.find(kept[0].key) == kept[0], "which makes it the last used"
    store.keep("3.csv", bytes(1000))
    assert [store.find(upload.key) is not None for upload in kept] == [True, False, True]
    path = tmp_path / "kept" / f"{kept[2].key}.upload"
    os.utime(path, (0, path.stat().st_mtime - 2000))
    assert store.find(kept[2].key) is None
    store.tidy()
    assert not path.exists() and (tmp_path / "kept" / "secret").exists()


def test_a_folder_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    store = Store(folder)
    upload = store.keep("a.csv", DATA)
    assert upload.data == DATA and store.find(upload.key) is None and not list(folder.iterdir())
