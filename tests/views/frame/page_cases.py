"""What the pages' tests ask of a visitor's page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

TRAINING = {"learn/autoencoder": "ae", "learn/vae": "vae", "learn/gan": "gan"}


BUTTONS = ("start", "pause", "step", "stop")


def enabled(visitor: AppTest) -> set[str]:
    """Which of the four buttons can be pressed."""
    return {key for key in BUTTONS if not visitor.button(key).disabled}
