"""Where a script has its data from: what torchvision fetches, what a density draws, or a file beside the script."""

from __future__ import annotations

import io
from dataclasses import fields
from pprint import pformat
from textwrap import indent
from typing import Any

import torch
from torch import Tensor

from genlab.data import DEFAULT, Description, describe, load
from genlab.data.own.points import OwnPoints
from genlab.data.points import PointData
from genlab.scripts.loop import EMBEDDED, FILE, LABELS, POINTS, ROWS, TORCHVISION

Data = Description | PointData
WIDTH = 110


def data_of(data: Data) -> str:
    """Where the examples come from."""
    if isinstance(data, OwnPoints):
        return ROWS.format(file=file_of(data.name))
    if isinstance(data, PointData):
        own = [f"    {one.name}={literal(getattr(data, one.name))}," for one in fields(data) if one.init]
        made = f"data = {type(data).__name__}(\n" + "\n".join(own) + "\n)"
        return POINTS.format(made=made)
    name = describe(data.name).torchvision_name
    if name is not None:
        return TORCHVISION.format(name=name)
    return (EMBEDDED if data.name == DEFAULT else FILE).format(file=file_of(data.name))


def labels_of(data: Data) -> str:
    """Where the labels of images come from, below `data_of`; points have theirs by their places."""
    if isinstance(data, PointData):
        return ""
    name = describe(data.name).torchvision_name
    if name is not None:
        return LABELS["torchvision"].format(name=name)
    return LABELS["embedded" if data.name == DEFAULT else "file"]


def literal(value: Any) -> str:
    """A value as Python writes it."""
    if isinstance(value, Tensor):
        numbers = indent(pformat(value.tolist(), width=WIDTH, compact=True), " " * 8)
        return f"torch.tensor(\n{numbers},\n        dtype={value.dtype},\n    )"
    return repr(value)


def file_of(data: str) -> str:
    """The name of the file beside a script that has its images."""
    return f"{data}.pt"


def beside(data: str) -> dict[str, bytes]:
    """Files that belong beside a script of that data, by name: what neither torchvision has nor a density draws."""
    if describe(data).torchvision_name is not None:  # so that it need not be here
        return {}
    found = load(data)
    if isinstance(found, OwnPoints):
        tensors = found.rows
    elif isinstance(found, PointData):
        return {}
    else:
        tensors = {part: torch.from_numpy(getattr(found, f"{part}_images").copy()) for part in ("train", "test")}
        if describe(data).classes:
            kept = {f"{part}_labels": getattr(found, f"{part}_labels").copy() for part in ("train", "test")}
            tensors |= {name: torch.from_numpy(labels) for name, labels in kept.items()}
    blob = io.BytesIO()
    torch.save(tensors, blob)
    return {file_of(data): blob.getvalue()}
