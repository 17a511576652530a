"""Files of users, kept on disk for a while, so that a reload or a restarted server finds them.

A file is found by its key: a keyed hash (HMAC-SHA256) of its name and content with a secret of
this folder. The key tells nothing of the file and cannot be guessed; the same file has the same
key. On disk it is also the name, so that nothing a user calls a file reaches the file system.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import stat
import tempfile
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "EXPLORER_UPLOADS"  #: the environment variable that names another folder
BYTES = 2**29
SECONDS = 24 * 3600.0
_SECRET = "secret"  # noqa: S105  # the name of a file
_KEY = re.compile(r"[\w-]{24}", re.ASCII)
_SUFFIX = ".upload"


@dataclass(frozen=True)
class Upload:
    """A file that a user brought.

    Attributes:
        name: As the user calls it.
        data: Its content.
        key: What it is found by.
    """

    name: str
    data: bytes = field(repr=False)
    key: str


class Store:
    """A private folder of uploads. Several servers may share it.

    Where the folder cannot be used, nothing is kept and everything else works.
    """

    def __init__(self, folder: Path, size: int = BYTES, seconds: float = SECONDS) -> None:
        """Use ``folder``, which is made where it does not exist.

        Args:
            folder: Readable for its owner alone; a folder that others may read is not used.
            size: Bytes of all files; beyond that those that were not used for longest go.
            seconds: A file that was not used for so long goes.
        """
        self._folder = folder
        self._size = size
        self._seconds = seconds
        self._secret = secrets.token_bytes(32)
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._secret = self._shared_secret()

    def keep(self, name: str, data: bytes) -> Upload:
        """The file with its key; it can be found by that from now on."""
        upload = Upload(name, data, self._key(name, data))
        with suppress(OSError):
            made = self._written(json.dumps(name).encode() + b"\n" + data)
            made.replace(self._folder / (upload.key + _SUFFIX))
            self.tidy()
        return upload

    def find(self, key: str) -> Upload | None:
        """The file of this key, whose time begins anew; None where it is not kept, or damaged."""
        if not _KEY.fullmatch(key):
            return None
        path = self._folder / (key + _SUFFIX)
        try:
            self._check()
            if time.time() - path.stat().st_mtime > self._seconds:
                return None
            header, data = path.read_bytes().split(b"\n", 1)
            name = json.loads(header)
            os.utime(path)
        except (OSError, ValueError):
            return None
        return Upload(name, data, key) if hmac.compare_digest(self._key(name, data), key) else None

    def tidy(self) -> None:
        """Remove what is too old, and what was not used for longest where there is too much."""
        self._check()
        files = [(path.stat(), path) for path in self._folder.iterdir() if path.name != _SECRET]
        room = self._size
        for found, path in sorted(files, key=lambda file: -file[0].st_mtime):
            room -= found.st_size
            if room < 0 or time.time() - found.st_mtime > self._seconds:
                path.unlink(missing_ok=True)

    def _key(self, name: str, data: bytes) -> str:
        content = json.dumps(name).encode() + b"\n" + data
        return urlsafe_b64encode(hmac.digest(self._secret, content, "sha256")[:18]).decode()

    def _shared_secret(self) -> bytes:
        """The secret of the folder, made by whoever comes first."""
        self._check()
        path = self._folder / _SECRET
        if not path.exists():
            made = self._written(self._secret)
            with suppress(FileExistsError):
                os.link(made, path)  # unlike a renamed file, it never replaces one
            made.unlink()
        return path.read_bytes()

    def _written(self, content: bytes) -> Path:
        """A new file in the folder; moved to its place, it is there at once or not at all."""
        self._check()
        handle, name = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return Path(name)

    def _check(self) -> None:
        """Raise OSError where others may read the folder, or have made it."""
        found = self._folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(self._folder)
        if os.name == "posix" and (found.st_uid != os.getuid() or found.st_mode & 0o077):
            raise PermissionError(self._folder)
