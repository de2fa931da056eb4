"""The hand on latent space, as it moves, in Chromium."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch import nn

import genlab
from genlab.netfile import write_nets
from genlab.nets import decoder_mlp

pytestmark = pytest.mark.browser

STATIC = Path(genlab.__file__).parent / "live" / "static"
BLANK = b"<!doctype html><meta name=viewport content='width=device-width'><title>test</title><body>"


class Site(ThreadingHTTPServer):
    """The modules in genlab/live/static, and files held in memory, on an address of this machine alone."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {"/": BLANK}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        module = STATIC / self.path.removeprefix("/")
        body = self.server.files.get(self.path)
        if body is None and module.suffix == ".js" and module.is_file():
            body = module.read_bytes()
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/javascript" if module.suffix == ".js" else "text/html")
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1180, "height": 760})
    page.goto(site.address)
    yield page
    page.close()


# latent.js, in a shadow root as Streamlit gives it one.
MOUNT = """async ([file, options]) => {
  window.widget?.destroy();
  document.body.replaceChildren();
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  const { mountLatent } = await import("/shared/latent/latent.js");
  window.widget = mountLatent(root, options);
  window.bytes = async (name) => (await fetch(name)).arrayBuffer();
  widget.setWeights(await bytes(file));
  window.painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await painted();
}"""
PIXELS = """canvas => { const { width, height } = canvas;
  return Array.from(canvas.getContext("2d").getImageData(0, 0, width, height).data).join(); }"""


def pixels(tab: Page, name: str = "latent-image") -> str:
    tab.evaluate("painted()")
    return tab.get_by_test_id(name).evaluate(PIXELS)


def mount(tab: Page, site: Site, net: nn.Sequential, **options: Any) -> None:
    site.files["/decoder.bin"] = write_nets({"decoder": net}, {})["decoder"]
    tab.evaluate(MOUNT, ["/decoder.bin", options])


def decoder(latents: int, seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return decoder_mlp(latents, 64, 1, (1, 28, 28)).append(nn.Sigmoid())


def test_the_picture_is_what_torch_decodes(tab: Page, site: Site) -> None:
    net = decoder(3)
    mount(tab, site, net, start=[1, -0.5, 2])
    with torch.no_grad():
        grey = (net(torch.tensor([[1, -0.5, 2]])) * 255).flatten()
    shown = torch.tensor([float(value) for value in pixels(tab).split(",")]).view(-1, 4)
    assert (shown[:, 0] - grey).abs().max() <= 1
    assert shown[:, 3].eq(255).all()


def test_a_slider_moves_by_keyboard_and_the_picture_follows(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(2))
    before = pixels(tab)
    slider = tab.get_by_role("slider", name="z1")
    expect(slider).to_have_attribute("data-testid", "latent-slider-0")
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    expect(tab.get_by_test_id("latent-values")).to_have_text("[0.20, 0.00]")
    assert pixels(tab) != before


def test_dragging_on_the_plane_moves_two_latents_without_a_request(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(4), order=[2, 0])
    before = pixels(tab)
    box = tab.get_by_test_id("latent-plane").bounding_box()
    assert box
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    seen = set()
    for step in range(1, 6):
        tab.mouse.move(box["x"] + box["width"] * (0.5 + step / 12), box["y"] + box["height"] / 4)
        seen.add(pixels(tab))
    tab.mouse.up()
    assert len(seen) == 5
    assert before not in seen
    values = json.loads(tab.get_by_test_id("latent-values").inner_text())
    assert values == [pytest.approx(1.5, abs=0.05), 0, pytest.approx(2.5, abs=0.05), 0]
    tab.mouse.move(box["x"], box["y"])  # released: nothing follows the pointer any more
    tab.evaluate("painted()")
    assert json.loads(tab.get_by_test_id("latent-values").inner_text()) == values
    assert requests == []


def test_arrow_keys_move_the_handle(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(2))
    plane = tab.get_by_test_id("latent-plane")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
        plane.press(key)
    expect(tab.get_by_test_id("latent-values")).to_have_text("[-0.30, -0.10]")
    expect(plane).to_have_attribute(
        "aria-label", "Plane of two latents: drag, or use the arrow keys: z1 −0.30, z2 −0.10"
    )


def test_the_map_is_drawn_in_idle_time_and_follows_the_other_latents(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(3))
    plane = "document.querySelector('div').shadowRoot.querySelector('[data-testid=latent-plane]')"
    # The cell at the top left, away from the handle: its 56 x 56 pixels are 28 x 28 doubled.
    corner = f"{plane}.getContext('2d').getImageData(0, 0, 56, 56).data.join()"
    tab.wait_for_function(f"new Set({corner}.split(',')).size > 20")
    before = tab.evaluate(corner)
    tab.get_by_role("slider", name="z3").fill("2.5")
    tab.wait_for_function(f"before => {corner} !== before", arg=before)


def test_new_weights_keep_z_and_change_the_picture(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(2))
    tab.get_by_role("slider", name="z2").fill("1.25")
    before = pixels(tab)
    site.files["/later.bin"] = write_nets({"decoder": decoder(2, seed=5)}, {})["decoder"]
    tab.evaluate("async () => widget.setWeights(await bytes('/later.bin'))")
    assert pixels(tab) != before
    expect(tab.get_by_test_id("latent-values")).to_have_text("[0.00, 1.25]")


@pytest.mark.parametrize("broken", ["nan", "text", "points"])
def test_weights_that_cannot_be_shown_are_said_so_and_the_last_picture_stays(
    tab: Page, site: Site, broken: str
) -> None:
    mount(tab, site, decoder(2), labels={"broken": "cannot be shown"})
    before = pixels(tab)
    failed = decoder(2)
    nn.init.constant_(failed.get_parameter("0.bias"), float("nan"))
    nets = {"nan": failed, "points": decoder_mlp(2, 4, 1, (2,))}
    site.files["/broken.bin"] = write_nets({"net": nets[broken]}, {})["net"] if broken in nets else b"not a net at all"
    tab.evaluate("async () => widget.setWeights(await bytes('/broken.bin'))")
    expect(tab.get_by_test_id("latent-status")).to_have_text("cannot be shown")
    assert pixels(tab) == before
    tab.evaluate("async () => widget.setWeights(await bytes('/decoder.bin'))")
    expect(tab.get_by_test_id("latent-status")).to_have_text("")


def test_buttons_and_more_latents(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(12), order=[11, 3], labels={"random": "随机"})
    values = tab.get_by_test_id("latent-values")
    expect(tab.get_by_test_id("latent-slider-0")).to_have_attribute("aria-label", "latent z12")
    expect(tab.get_by_test_id("latent-slider-7")).to_be_visible()
    expect(tab.get_by_test_id("latent-slider-8")).to_be_hidden()
    tab.get_by_test_id("latent-more").locator("summary").click()
    expect(tab.get_by_test_id("latent-slider-11")).to_be_visible()
    zeros = json.dumps([0.0] * 12).replace("0.0", "0.00")
    expect(values).to_have_text(zeros)
    tab.get_by_role("button", name="随机").click()
    expect(values).not_to_have_text(zeros)
    assert all(abs(value) <= 3 for value in json.loads(values.inner_text()))
    tab.get_by_test_id("latent-mean").click()
    expect(values).to_have_text(zeros)


def test_reset_returns_to_the_start_and_its_axes(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(3), start=[1, 0, -1])
    across = tab.get_by_label("across")
    across.select_option("z2")  # the other axis: they swap
    expect(tab.get_by_label("up")).to_have_value("0")
    tab.get_by_test_id("latent-mean").click()
    expect(tab.get_by_test_id("latent-values")).to_have_text("[0.00, 0.00, 0.00]")
    tab.get_by_test_id("latent-reset").click()
    expect(tab.get_by_test_id("latent-values")).to_have_text("[1.00, 0.00, -1.00]")
    expect(across).to_have_value("0")


@pytest.mark.parametrize("latents", [1, 2])
def test_points_are_drawn_on_axes(tab: Page, site: Site, latents: int) -> None:
    torch.manual_seed(0)
    mount(tab, site, decoder_mlp(latents, 16, 1, (2,), nn.Tanh), points=True)
    before = pixels(tab)
    tab.get_by_role("slider", name="z1").fill("2")
    moved = pixels(tab)
    assert moved != before
    # The decoded curve or grid appears when it is complete, in the colour of what is generated.
    image = "document.querySelector('div').shadowRoot.querySelector('[data-testid=latent-image]')"
    orange = f"""() => {{ const d = {image}.getContext('2d').getImageData(0, 0, 560, 560).data; let count = 0;
      for (let i = 0; i < d.length; i += 4) if (d[i] === 230 && d[i + 1] === 159 && d[i + 2] === 0) count++;
      return count > 500; }}"""
    tab.wait_for_function(orange)


def test_a_phone_shows_it_in_one_column(tab: Page, site: Site) -> None:
    wide = tab.viewport_size
    assert wide
    tab.set_viewport_size({"width": 390, "height": 800})
    mount(tab, site, decoder(20))
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture, plane = (tab.get_by_test_id(name).bounding_box() for name in ("latent-image", "latent-plane"))
    tab.set_viewport_size(wide)
    assert picture
    assert plane
    assert plane["y"] >= picture["y"] + picture["height"]
    assert abs(picture["width"] - picture["height"]) < 1


def test_destroy_leaves_nothing_behind(tab: Page, site: Site) -> None:
    mount(tab, site, decoder(2))
    tab.evaluate("widget.destroy()")
    assert tab.evaluate("document.querySelector('div').shadowRoot.childElementCount") == 0
