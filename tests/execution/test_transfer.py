"""What travels between processes comes out as it went in, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.execution import transfer


@pytest.mark.parametrize("n", [1, 100, transfer.LARGE])
def test_arrays_and_tensors_of_any_size_arrive(tmp_path: Path, n: int) -> None:
    sent = {"a": np.arange(n), "t": torch.arange(n).float(), "s": "text", "e": np.zeros((0, 3))}
    for where in (None, tmp_path):
        found = transfer.loads(transfer.dumps(sent, where))
        assert (found["a"] == sent["a"]).all() and torch.equal(found["t"], sent["t"])
        assert found["s"] == "text" and found["e"].shape == (0, 3)
        found["a"][0] = found["t"][0] = 5
    assert not [*tmp_path.iterdir()], "a file that was read is gone"


def test_tensors_that_are_no_plain_arrays_arrive_too() -> None:
    sent = [torch.randn(3, requires_grad=True), torch.ones(2, dtype=torch.bfloat16)]
    found = transfer.loads(transfer.dumps(sent))
    assert all(torch.equal(a, b) and a.dtype == b.dtype for a, b in zip(sent, found, strict=True))
    assert found[0].requires_grad


def test_a_transposed_array_arrives() -> None:
    sent = np.arange(12).reshape(3, 4).T
    assert (transfer.loads(transfer.dumps(sent)) == sent).all()


def test_where_there_is_no_room_everything_travels_in_the_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    sent, write = np.arange(transfer.LARGE), transfer._write
    monkeypatch.setattr(transfer, "_write", full)
    assert transfer._file(tmp_path, [memoryview(b"a")]) == ""
    monkeypatch.setattr(transfer, "_write", write)
    monkeypatch.setattr(transfer, "_file", lambda *_: "")
    assert (transfer.loads(transfer.dumps(sent, tmp_path)) == sent).all()
    assert not [*tmp_path.iterdir()]


def test_folders_of_processes_that_are_gone_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_SHARED", tmp_path)
    stale = tmp_path / "diffusion-explorer-999999999-abc"
    stale.mkdir()
    mine, other = transfer.folder(), transfer.folder()
    assert {*tmp_path.iterdir()} == {mine, other}
    assert mine.stat().st_mode & 0o077 == 0


def test_what_nobody_reads_is_given_up(tmp_path: Path) -> None:
    data = transfer.dumps(np.zeros(transfer.LARGE), tmp_path)
    assert [*tmp_path.iterdir()] and transfer.size(data) >= 8 * transfer.LARGE
    transfer.discard(data)
    assert not [*tmp_path.iterdir()]
