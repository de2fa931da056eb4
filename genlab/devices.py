"""Which processor a run trains on, and how what it has made comes back to arrays.

Random numbers are drawn on the CPU and moved, so that a run has the same noise on each device, and on each it is exact:
sliced, killed and resumed it ends with the same weights. Between devices sums differ in their last digits.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import Tensor, nn

VARIABLE = "GENLAB_DEVICE"
AUTO, CPU = "auto", "cpu"
# The accelerators that `auto` looks for, in this order, each with the size of a step (examples x weights) above which
# it is faster. An accelerator needs about 1 ms a step (mps 3) to be told what to do, however small the nets are; a CPU
# of 100 (beside mps some 600) GFLOP/s has made a smaller step by then, at six operations a weight and example.
WORTH = {"cuda": 2e7, "mps": 3e8}
NAMES = (AUTO, CPU, *WORTH)


def as_array(values: Tensor) -> np.ndarray:
    """A tensor of any device as an array."""
    return values.detach().cpu().numpy()


def of_environment() -> str:
    """The name in GENLAB_DEVICE, `auto` where there is none. Raises ValueError as `checked`."""
    return checked(os.environ.get(VARIABLE) or AUTO, VARIABLE)


def checked(name: str, what: str) -> str:
    """The name itself; raises ValueError where it is none of NAMES, or of a device that is not there. what: who says
    so. Only for an accelerator's name is torch imported."""
    if name not in NAMES:
        raise ValueError(f"{what}: got {name!r}, allowed: {', '.join(NAMES)}")
    if name in WORTH and name not in present():
        here = ", ".join((AUTO, CPU, *present()))
        raise ValueError(f"{what}: got {name!r}, which this machine or its PyTorch has not; allowed here: {here}")
    return name


def present() -> list[str]:
    """The accelerators that torch can use here."""
    import torch

    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [name for name in WORTH if found[name]]


def chosen(name: str, model: nn.Module, batch: int) -> torch.device:
    """The device by that name, one of NAMES; auto: an accelerator where steps are large enough for it to be faster,
    else the CPU, on which the small nets of points stay."""
    import torch

    if name == AUTO:
        work = batch * sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
        name = next((found for found in present() if work >= WORTH[found]), CPU)
    if name != CPU:
        be_exact()
    return torch.device(name)


def be_exact() -> None:
    """Has accelerators add in one order always, as a CPU does; without it two runs of the same seed drift apart."""
    import torch

    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS adds in one order only with this
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False


def state_on_cpu(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors on the CPU, where files are written from."""
    return {name: tensor.detach().cpu() for name, tensor in tensors.items()}
