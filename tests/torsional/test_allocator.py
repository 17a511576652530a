"""Memory is kept between the steps of the reverse process, where the C library can."""

import platform

import pytest
import torch

from engine.torsional.allocator import keep_memory


def test_glibc_takes_the_settings():
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("not glibc")
    assert keep_memory()


def test_a_step_does_not_fault_its_memory_in_again():
    resource = pytest.importorskip("resource")
    if not keep_memory():
        pytest.skip("the C library has no such switch")

    def faults(times: int) -> int:
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        for _ in range(times):
            torch.ones(2_000_000).add(1.0)
        return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before

    pages = faults(3)
    assert faults(50) <= max(pages, 50 * 8_000_000 // 4096 // 10)
