"""KL, JS, total variation and W1 of discrete distributions and of densities on a grid."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from genlab.divergences._checks import refuse_negative, refuse_not_densities, refuse_shapes


def kl_discrete(p: Tensor, q: Tensor) -> Tensor:
    """KL(p || q) of two discrete distributions.

    sum p log(p / q), 0 log 0 = 0, and infinite where q = 0 < p (Kullback and Leibler 1951). [...,
    categories], summed over the last axis, in nats. Raises ValueError where the shapes differ, a
    probability is negative or a distribution does not sum to 1.
    """
    _refuse_not_distributions(p, q)
    return _kl_terms(p, q).sum(-1)


def js_discrete(p: Tensor, q: Tensor) -> Tensor:
    """JS(p || q) of two discrete distributions, from 0 (equal) to log 2 (disjoint).

    (KL(p || m) + KL(q || m)) / 2, m = (p + q) / 2 (Lin 1991). [..., categories], summed over the last axis,
    in nats. Raises ValueError as kl_discrete does.
    """
    _refuse_not_distributions(p, q)
    return _js_terms(p, q).sum(-1)


def kl_grid(p: Tensor, q: Tensor, cell: float) -> Tensor:
    """KL(p || q) of two densities given on one regular grid whose cells have length or area `cell`.

    cell * sum (p log(p / q) - p + q). The last two terms integrate to zero for densities that the grid
    covers; where it cuts a tail they keep KL >= 0. Infinite where q = 0 and p is not negligible. Any shape,
    summed over all axes, in nats. Raises ValueError where the shapes differ, there is no value, a density is
    negative or infinite, or cell is not a positive number.
    """
    _refuse_not_grids(p, q, cell)
    # Far out q underflows to 0 before p does; that must not make a finite KL infinite.
    negligible = p <= torch.finfo(p.dtype).eps * p.detach().max()
    return cell * _kl_terms(p, torch.where(negligible & (q == 0), p, q)).sum()


def kl_grid_log(log_p: Tensor, log_q: Tensor, cell: float) -> Tensor:
    """KL(p || q) of two densities whose logarithms are given on one regular grid of cells of size `cell`.

    cell * sum (p log(p / q) - p + q), as kl_grid, but right also where q or p underflows: two narrow, distant
    densities have a huge and finite KL, and one that is infinite is so however small p is where q = 0. Any shape,
    summed over all axes, in nats; -inf is the logarithm of 0. Raises ValueError where the shapes differ, there is no
    value, a logarithm is NaN or +inf, or cell is not a positive number.
    """
    refuse_shapes("log densities log_p and log_q", log_p, log_q)
    _refuse_no_size(cell)
    _refuse_no_cells(log_p)
    for name, values in (("log_p", log_p), ("log_q", log_q)):
        if not bool((values.detach() < torch.inf).all()):  # also true of NaN
            raise ValueError(f"log density {name} must be below +inf, got NaN or +inf; allowed: numbers and -inf.")
    nowhere, impossible = log_p == -torch.inf, log_q == -torch.inf
    p, q = log_p.exp(), log_q.exp()
    # Zeros stand in where p or q is 0, so that neither 0 * inf nor its gradient is computed.
    either = nowhere | impossible
    log_ratio = torch.where(either, 0.0, log_q) - torch.where(either, 0.0, log_p)
    # exp(t) - 1 - t cancels near t = 0 unless by expm1, and exp(t) overflows where q >> p.
    close = log_ratio.abs() < 1
    near = torch.where(close, log_ratio, 0.0)
    terms = torch.where(close, p * (torch.expm1(near) - near).clamp_min(0), q - p * (1 + log_ratio))
    return cell * torch.where(nowhere, q, torch.where(impossible, torch.inf, terms)).sum()


def js_grid(p: Tensor, q: Tensor, cell: float) -> Tensor:
    """JS(p || q) of two densities given on one regular grid whose cells have length or area `cell`.

    (KL(p || m) + KL(q || m)) / 2, m = (p + q) / 2, as a sum over cells (Lin 1991). Any shape, summed over
    all axes, in nats. Raises ValueError as kl_grid does.
    """
    _refuse_not_grids(p, q, cell)
    return cell * _js_terms(p, q).sum()


def kl_to_mixture_grid(p: Tensor, q: Tensor, cell: float) -> tuple[Tensor, Tensor]:
    """KL(p || m) and KL(q || m), m = (p + q) / 2: the two halves of JS, each from 0 to log 2.

    max_D V(D, G) = C(G) = -log 4 + KL(p_data || m) + KL(p_g || m) (Goodfellow et al. 2014, theorem 1, proof). Two
    scalars; shapes, unit and errors as js_grid.
    """
    _refuse_not_grids(p, q, cell)
    middle = p / 2 + q / 2
    return cell * _kl_terms(p, middle).sum(), cell * _kl_terms(q, middle).sum()


def tv_grid(p: Tensor, q: Tensor, cell: float) -> Tensor:
    """The total variation distance of two densities given on one regular grid of cells of size `cell`.

    cell / 2 * sum |p - q|: the largest difference in the probability of any event, from 0 (equal) to 1 (disjoint).
    Any shape, summed over all axes, a probability. Raises ValueError as kl_grid does.
    """
    _refuse_not_grids(p, q, cell)
    return 0.5 * cell * (p - q).abs().sum()


def wasserstein_grid(p: Tensor, q: Tensor, cell: float) -> Tensor:
    """W_1(p, q) of two densities on a line, given on one regular grid whose cells have length `cell`.

    The integral of |F_p - F_q|, F the distribution functions (Vallender 1974), by the trapezoidal rule. [cells], in
    the unit of cell. Raises ValueError as kl_grid does, and unless the grid has one axis.
    """
    _refuse_not_grids(p, q, cell)
    if p.ndim != 1:
        raise ValueError(f"densities on a line must have one axis, got shape {tuple(p.shape)}; allowed: [cells].")
    return cell * (cell * (p - q).cumsum(0)).abs().sum()


def _kl_terms(p: Tensor, q: Tensor) -> Tensor:
    """p log(p / q) - p + q: never negative, and its sum is KL where both sum to one."""
    both = (p > 0) & (q > 0)
    # Where p and q are close log1p keeps small divergences in float32; elsewhere plain logarithms. Ones stand in on the
    # other side of each choice before anything is divided, so that no infinity of it reaches a gradient.
    close = both & (p < 2 * q) & (q < 1.5 * p)
    near_p, near_q = torch.where(close, p, 1.0), torch.where(close, q, 1.0)
    relative = (near_q - near_p) / near_p
    near = near_p * (relative - torch.log1p(relative)).clamp_min(0)
    apart = both & ~close
    far_p, far_q = torch.where(apart, p, 1.0), torch.where(apart, q, 1.0)
    far = (far_q - far_p) - far_p * (torch.log(far_q) - torch.log(far_p))
    return torch.where(close, near, torch.where(both, far, torch.where(p > 0, torch.inf, q)))


def _js_terms(p: Tensor, q: Tensor) -> Tensor:
    # Small values twice: half of the smallest would round to a middle of 0; the largest would overflow.
    scale = torch.where((p < 1) & (q < 1), 2.0, 1.0)
    p, q = p * scale, q * scale
    middle = 0.5 * p + 0.5 * q
    return (_kl_terms(p, middle) + _kl_terms(q, middle)) * (0.5 / scale)


def _refuse_not_distributions(p: Tensor, q: Tensor) -> None:
    refuse_shapes("p and q", p, q)
    for name, values in (("p", p), ("q", q)):
        refuse_negative(f"probabilities {name}", values)
        totals = values.detach().double().sum(-1)
        if totals.numel() == 0:  # of no distribution there is nothing to refuse
            continue
        tolerance = 1e-4 if values.dtype == torch.float32 else 1e-6
        worst = totals.flatten()[(totals - 1).abs().argmax()].item()
        if not abs(worst - 1) <= tolerance:
            raise ValueError(f"probabilities {name} must sum to 1, got {worst:.6g}; allowed: 1 within {tolerance:g}.")


def _refuse_not_grids(p: Tensor, q: Tensor, cell: float) -> None:
    refuse_shapes("densities p and q", p, q)
    _refuse_no_cells(p)
    refuse_not_densities("density p", p)
    refuse_not_densities("density q", q)
    _refuse_no_size(cell)


def _refuse_no_cells(values: Tensor) -> None:
    if values.numel() == 0:
        raise ValueError(
            f"densities must be given on cells, got shape {tuple(values.shape)}; allowed: 1 cell and more."
        )


def _refuse_no_size(cell: float) -> None:
    if not 0 < cell < math.inf:
        raise ValueError(f"cell must be a length or an area, got {cell:g}; allowed: finite numbers above 0.")
