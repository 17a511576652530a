"""The player alone in a browser page, without Streamlit: the same scripts, synthetic scenes.

``python -m tests.player_harness`` measures frames per second at 5,000 points x 100 frames.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, from_sources, start_server, stop_server, wait

HTML = (Path(__file__).parent / "player_harness.html").read_text()


def open_harness(page: Any, url: str, **scene: Any) -> Any:
    """The playwright page with a scene of random clouds playing."""
    page.route("**/harness", lambda route: route.fulfill(body=HTML, content_type="text/html"))
    from_sources(page)
    page.goto(f"{url}/harness")
    wait(page, lambda: page.evaluate("window.show !== undefined"))
    page.evaluate("scene => window.show(scene)", scene)
    page.locator(".player canvas").first.wait_for()
    return page


def main() -> None:
    """Print frames per second for several scenes."""
    from playwright.sync_api import sync_playwright

    scenes = [
        dict(count=5000),
        dict(count=5000, colours=True),
        dict(count=2500, panels=2),
        dict(count=20000),
    ]
    server = start_server()
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for scale in (1, 2):
            for dark in (False, True):
                context = chromium.new_context(
                    viewport={"width": 1000, "height": 700}, device_scale_factor=scale
                )
                for scene in scenes:
                    page = open_harness(context.new_page(), server.url, **scene)
                    page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
                    page.evaluate("scene => window.show(scene)", scene)
                    page.wait_for_timeout(1000)
                    rate = page.evaluate("window.fps(2500)")
                    print(f"{rate:5.1f} fps  scale {scale}  dark {dark}  {scene}", flush=True)
                    page.close()
                context.close()
        chromium.close()
    stop_server(server)


if __name__ == "__main__":
    main()
