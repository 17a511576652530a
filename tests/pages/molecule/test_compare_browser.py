"""The honest comparison in Chromium: other methods on the same stage, and the table."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import BrowserPage, press, wait
from tests.pages.molecule.test_browser import coordinates, viewer

pytestmark = pytest.mark.browser


def test_other_methods_take_the_stage_and_the_table_has_them_all(browser_page: BrowserPage) -> None:
    page = browser_page.open("molecule?n=2&torsional_steps=5")
    sampled = coordinates(viewer(page, "replay"))
    press(page.get_by_role("radio", name="ETKDGv3", exact=True))
    shown = viewer(page, "still")
    wait(page, lambda: coordinates(shown).shape == sampled.shape)
    assert np.abs(coordinates(shown) - sampled).max() > 0.3, "other conformers, as many"
    press(page.get_by_role("tab", name="Comparison"))
    methods = page.locator('[data-testid="stTable"] tbody tr')
    wait(page, lambda: methods.count() == 5, tell=lambda: f"{methods.count()} rows")
    press(page.get_by_role("radio", name="Samples", exact=True))
    viewer(page, "replay")
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
