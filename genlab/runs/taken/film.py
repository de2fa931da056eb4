"""What was recorded of a run, as a film that plays anywhere."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from genlab.data.images import tiled
from genlab.models.points import VIEW
from genlab.runs.arrays import unpack
from genlab.runs.store.record import Run, RunError

if TYPE_CHECKING:
    from PIL.Image import Image

    from genlab.runs.store.store import Store

IN_A_ROW = 8
# Milliseconds a frame, and the last one.
PACE, REST = 90, 2000
# Of points: the picture's side, a point's radius; data blue and generated orange as everywhere.
PLANE, DOT = 260, 2
PAPER, DATA, GENERATED = (255, 255, 255), (0, 114, 178), (230, 159, 0)
LINE = 16  # the room of the step below


def recording_gif(store: Store, run: Run) -> bytes:
    """The samples of every kept moment, one fixed noise through all of them, as a GIF that repeats: each with its step.

    Raises RunError where nothing was recorded.
    """
    probe = store.net(run.id, "probe")
    examples = unpack(probe[1]).get("examples") if probe else None
    frames = []
    for step in store.frame_steps(run.id):
        samples = unpack(store.frame(run.id, step)).get("samples")
        if samples is not None:
            frames.append(captioned(picture(samples, examples), step))
    if not frames:
        raise RunError("film: the run has no frames yet")
    file = BytesIO()
    durations = [*[PACE] * (len(frames) - 1), REST]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return file.getvalue()


def picture(samples: np.ndarray, examples: np.ndarray | None) -> Image:
    """Images in a grid, or points among the data's."""
    from PIL import Image, ImageDraw

    if samples.ndim == 3:
        return Image.fromarray(tiled(samples, IN_A_ROW)).convert("RGB")
    plane = Image.new("RGB", (PLANE, PLANE), PAPER)
    drawn = ImageDraw.Draw(plane)
    for points, colour in ((examples, DATA), (samples, GENERATED)):
        for point in points if points is not None else ():
            x, y = point[0], point[1] if len(point) > 1 else 0.0
            middle = ((x / VIEW + 1) * PLANE / 2, (1 - y / VIEW) * PLANE / 2)
            drawn.circle(middle, DOT, fill=colour)
    return plane


def captioned(image: Image, step: int) -> Image:
    """The picture with its step below."""
    from PIL import Image, ImageDraw

    whole = Image.new("RGB", (image.width, image.height + LINE), PAPER)
    whole.paste(image, (0, 0))
    ImageDraw.Draw(whole).text((4, image.height + 2), f"{step:,}", fill=(0, 0, 0))
    return whole
