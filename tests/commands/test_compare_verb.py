"""`compare` from the command line."""

from __future__ import annotations

import json

import pytest

from genlab.__main__ import main


def test_a_row_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--data", "ring8", "--seconds", "0.05", "--json"]) == 0
    printed = capsys.readouterr()
    found = [json.loads(line) for line in printed.out.splitlines()]
    assert [row["model"] for row in found] == ["pca_normal", "ae_normal", "ae_mixture", "vae", "gan"]
    for row in found:
        assert row.keys() == {"model", "data", "seconds", "steps", "metrics", "measured", "over_seconds"}
        assert all(0 <= seconds <= row["seconds"] + 1e-3 and js >= 0 for seconds, js in row["over_seconds"]["js"])
        assert {"js", "kl_pg_pdata", "modes", "high_quality"} <= row["metrics"].keys()
    assert "mse" not in found[-1]["metrics"]
    assert all(row["over_seconds"]["js"] for row in found)
    assert "vae: 0.05 s" in printed.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "nothing"], "data set: got 'nothing', allowed: mnist5k"),
        (["--seconds", "100000"], "--seconds: got 100000, allowed: up to 86400"),
        (["--threads", "0"], "--threads: got 0, allowed: 1 or more"),
        (["--seed", "-1"], "seed"),
    ],
)
def test_wrong_input_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert printed.err.count("\n") == 1
