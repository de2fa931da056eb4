"""Fetching a data set from a page: offered where it is absent, a sentence where it cannot be had."""

from __future__ import annotations

import pytest
from views.conftest import Visit

from genlab.data import DataUnavailable
from genlab.views.frame import fetch


def test_a_data_set_that_is_here_is_not_offered(visit: Visit) -> None:
    assert "download" not in {button.key for button in visit("learn/vae").button}


@pytest.mark.parametrize("reachable", [True, False])
def test_an_absent_data_set_is_fetched_when_asked(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, reachable: bool
) -> None:
    here = {"mnist5k"}

    def get(name: str) -> None:
        if not reachable:
            raise DataUnavailable("fashion: no answer; mnist5k is embedded")
        here.add(name)

    monkeypatch.setattr(fetch, "available", here.__contains__)
    monkeypatch.setattr(fetch, "get", get)
    visitor = visit("learn/vae", data="fashion")
    visitor.button("download").click().run()
    assert not visitor.exception
    assert [error.value for error in visitor.error] == (
        [] if reachable else ["fashion: no answer; mnist5k is embedded"]
    )
    assert ("download" in {button.key for button in visitor.button}) != reachable
