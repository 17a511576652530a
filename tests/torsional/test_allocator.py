"""Memory is kept between the steps of the reverse process, where the C library can."""

import platform

import pytest
import torch

from engine.torsional.allocator import give_back, keep_memory


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


def test_what_was_kept_is_given_back():
    psutil = pytest.importorskip("psutil")
    if not keep_memory():
        pytest.skip("the C library has no such switch")
    used = [torch.ones(4_000_000) for _ in range(6)]  # 16 MB each, of the heap
    del used
    before = psutil.Process().memory_info().rss
    give_back()
    assert before - psutil.Process().memory_info().rss > 50e6
