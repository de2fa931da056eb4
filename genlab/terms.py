"""Term: what every number on a page is. No bare numbers: a symbol, a label, a unit, and what better means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Better = Literal["lower", "higher", "neither"]
Role = Literal[
    "data", "generated", "latent", "prior", "discriminator", "reconstruction", "kl", "js", "total", "value",
    "variation", "transport",
]  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One quantity that a model reports while it trains or is evaluated.

    key: its name in histories, on the command line and in bundles; symbol: LaTeX; label, unit, expect: English
    (pages translate them), the unit "" where there is none; better: which way is improvement, "neither" where a loss
    does not measure quality; role: its one colour on every page; panel: curves that share axes share a panel, "" for a
    number of the formula without a curve; lines: (value, LaTeX) of reference lines; expect: a sentence that says what a
    newcomer should see; bound: it only bounds what its curve stands beside, and is drawn dashed; logarithmic: so is
    its panel's axis.
    """

    key: str
    symbol: str
    label: str
    unit: str
    better: Better
    role: Role
    panel: str
    expect: str = ""
    lines: tuple[tuple[float, str], ...] = ()
    held_out: bool = False
    bound: bool = False
    logarithmic: bool = False

    def on_held_out(self) -> Term:
        """The same quantity on data the model was not trained on; its key is `test_<key>`."""
        return replace(self, key=f"test_{self.key}", held_out=True)
