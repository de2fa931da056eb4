"""python -m training.pretended CASE...: a step of each on a device that torch only pretends to have.

Its fake tensors have a shape and a device and no numbers. They refuse what joins tensors of two devices, and what reads
a number; backward and the optimisers' steps are made as on a true one. Prints each case that got through.
"""

from __future__ import annotations

import sys

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend
from training.test_devices import CASES, SMALL

from genlab.data import describe
from genlab.models import FAMILIES, Model, Step

NAME = "pretended"


def moved(model: Model, device: torch.device) -> Model:
    """The model with fake weights on the device, where real ones would be moved."""
    fakes: dict[int, nn.Parameter] = {}

    def fake(tensor: Tensor) -> Tensor:
        return torch.empty(tensor.shape, dtype=tensor.dtype).to(device)

    for module in model.modules():
        for name, weight in list(module.named_parameters(recurse=False)):
            fakes[id(weight)] = nn.Parameter(fake(weight), weight.requires_grad)
            module._parameters[name] = fakes[id(weight)]
        for name, buffer in list(module.named_buffers(recurse=False)):
            module._buffers[name] = fake(buffer)
    for optimiser in model.optimisers().values():
        for group in optimiser.param_groups:
            group["params"] = [fakes[id(weight)] for weight in group["params"]]
    return model


def main(cases: list[str]) -> None:
    """A step of each, and its terms on held-out examples."""
    _setup_privateuseone_for_python_backend(NAME)
    device = torch.device(NAME, 0)
    for case in cases:
        family, data, settings = CASES[case]
        found = describe(data)
        config = FAMILIES[family].preset("classroom", found.kind, SMALL | settings)
        real = FAMILIES[family].build(config, found.shape)
        with FakeTensorMode():
            model = moved(real, device)
            examples = torch.empty(config.batch, *found.shape).to(device)
            terms = model.train_step(Step(0, config.steps, torch.Generator(), lambda examples=examples: examples))
            assert all(term.device == device for term in terms.values()), terms
        print(case)


if __name__ == "__main__":
    main(sys.argv[1:])
