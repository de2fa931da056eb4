"""Importing torchvision's data sets beside a torch that its compiled operators were not built for."""

import importlib
from types import ModuleType

# Kept for the life of the process: torch forgets the operators when their library object goes.
_fragments: list[object] = []


def import_datasets() -> ModuleType:
    """The module torchvision.datasets.

    Beside a CPU torch, a torchvision wheel built for CUDA cannot load its operators, and its import then
    fails on describing two that are not there (nms, qnms). Data sets need neither, so their schemas are
    declared, and only then. Raises whatever else the import raises.
    """
    try:
        return importlib.import_module("torchvision.datasets")
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
    import torch

    fragment = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        fragment.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _fragments.append(fragment)
    return importlib.import_module("torchvision.datasets")
