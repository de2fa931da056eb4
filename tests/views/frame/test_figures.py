"""What a chart of the server says of itself."""

from __future__ import annotations

import plotly.graph_objects as go

from genlab.locale import translate
from genlab.views.frame.figures import MOST, told


def english(text: str) -> str:
    return translate(text, "en")


def test_each_curve_says_between_which_values_it_lies() -> None:
    figure = go.Figure()
    figure.add_scatter(x=[0, 1, 2], y=[3.0, 0.5, float("nan")], name="AE")
    figure.add_bar(x=[0.25], y=["KL"], orientation="h", name="KL")
    said = told(figure, "Two kinds.", english)
    assert said == "Two kinds. AE: 2 values from 0.5 to 3, the last 0.5. KL: 1 values from 0.25 to 0.25, the last 0.25"


def test_nobody_listens_to_a_hundred_curves() -> None:
    figure = go.Figure()
    figure.update_yaxes(title="nats")
    for _ in range(100):
        figure.add_scatter(x=[0], y=[1.0])
    assert told(figure, "Many", english).count("nats") == MOST
