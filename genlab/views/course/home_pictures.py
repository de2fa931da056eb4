"""Small pictures of the lab's pages, in the colours that things have on them."""

from __future__ import annotations

from collections.abc import Sequence

from genlab.views.frame.pictures import source

DATA, GENERATED, LATENT, KL = "#0072B2", "#E69F00", "#009E73", "#D55E00"
INK = 'fill="none" stroke="#8A8F9C" stroke-width="2"'


def picture(body: str) -> str:
    """A drawing of 120 x 64, as HTML; beside its title it says nothing to who cannot see it."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 64">{body}</svg>'
    # As a picture: markup of drawings is taken out of a page's HTML.
    return f'<img alt="" src="{source(drawing, "svg+xml")}" style="width:100%;display:block">'


def bell(center: float, width: float, height: float, color: str) -> str:
    """A bell-shaped curve on the base line."""
    left, right = center - 2 * width, center + 2 * width
    top = 56 - height
    return (
        f'<path d="M{left} 56C{center - width} 56 {center - width * 0.7} {top} {center} {top}S{center + width} 56 '
        f'{right} 56" fill="{color}" fill-opacity=".25" stroke="{color}" stroke-width="2.5"/>'
    )


def dots(places: Sequence[tuple[float, float]], color: str, radius: float = 3) -> str:
    """Points."""
    return "".join(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{color}"/>' for x, y in places)


RING = [(60, 10), (78, 16), (86, 32), (78, 48), (60, 54), (42, 48), (34, 32), (42, 16)]
NEAR = [(62, 13), (75, 19), (83, 34), (58, 51), (44, 45), (37, 29)]
CLOUD = [(20, 30), (28, 22), (31, 36), (24, 41), (36, 27), (16, 24)]

PICTURES = {
    "pages/learn/autoencoder.py": picture(
        f'<path d="M12 8L52 26V38L12 56Z" {INK}/><path d="M108 8L68 26V38L108 56Z" {INK}/>'
        f'<rect x="56" y="26" width="8" height="12" fill="{LATENT}"/>'
    ),
    "pages/learn/vae.py": picture(
        f'<circle cx="26" cy="32" r="22" fill="{LATENT}" fill-opacity=".18"/>{dots(CLOUD, LATENT)}'
        f'<path d="M52 32H68M62 26L68 32L62 38" {INK}/><path d="M82 46C82 18 104 18 104 30S84 40 84 48H108" {INK}/>'
    ),
    "pages/learn/gan.py": picture(
        f'<path d="M8 20C40 52 60 12 112 40" fill="none" stroke="{GENERATED}" stroke-width="3"/>'
        f'<path d="M8 44C36 14 70 52 112 24" fill="none" stroke="{DATA}" stroke-width="3"/>'
    ),
    "pages/play/playground.py": picture(dots(RING, DATA, 4) + dots(NEAR, GENERATED)),
    "pages/measure/divergences.py": picture(bell(44, 18, 44, DATA) + bell(76, 20, 34, GENERATED)),
    "pages/play/latent.py": picture(
        f'<rect x="30" y="6" width="60" height="52" rx="4" {INK}/>{dots([(48, 42), (56, 24), (76, 18)], LATENT)}'
        f'<circle cx="68" cy="36" r="7" fill="none" stroke="{LATENT}" stroke-width="3"/>'
    ),
    "pages/measure/compare.py": picture(
        "".join(
            f'<rect x="16" y="{top}" width="12" height="10" rx="2" {INK}/>'
            f'<rect x="36" y="{top + 1}" width="{length}" height="8" fill="#8A8F9C"/>'
            for top, length in ((6, 68), (20, 50), (34, 30), (48, 16))
        )
    ),
    "pages/measure/runs.py": picture(
        f'<path d="M10 8V56H112" {INK}/><path d="M14 14C30 46 60 48 110 50" fill="none" stroke="{KL}" '
        f'stroke-width="2.5"/><path d="M14 22C34 34 60 40 110 42" fill="none" stroke="{DATA}" stroke-width="2.5"/>'
    ),
}
