"""KL, JS, total variation and W1 of discrete distributions and of densities on a grid."""

from __future__ import annotations

import torch
from torch import Tensor

from genlab.divergences._checks import refuse_negative, refuse_shapes


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
    summed over all axes, in nats. Raises ValueError where the shapes differ, a density is negative or cell
    is not positive.
    """
    _refuse_not_grids(p, q, cell)
    # Far out q underflows to 0 before p does; that must not make a finite KL infinite.
    negligible = p <= torch.finfo(p.dtype).eps * p.detach().max()
    return cell * _kl_terms(p, torch.where(negligible & (q == 0), p, q)).sum()


def kl_grid_log(log_p: Tensor, log_q: Tensor, cell: float) -> Tensor:
    """KL(p || q) of two densities whose logarithms are given on one regular grid of cells of size `cell`.

    cell * sum (p log(p / q) - p + q), as kl_grid, but right also where q or p underflows: two narrow, distant
    densities have a huge and finite KL. Any shape, summed over all axes, in nats; -inf is the logarithm of 0. Raises
    ValueError where the shapes differ, a logarithm is NaN or +inf, or cell is not positive.
    """
    refuse_shapes("log densities log_p and log_q", log_p, log_q)
    _refuse_no_size(cell)
    for name, values in (("log_p", log_p), ("log_q", log_q)):
        if not bool((values.detach() < torch.inf).all()):  # also true of NaN
            raise ValueError(f"log density {name} must be below +inf, got NaN or +inf; allowed: numbers and -inf.")
    nowhere = log_p == -torch.inf
    p, q = log_p.exp(), log_q.exp()
    # Zeros stand in where p = 0, so that neither 0 * inf nor its gradient is computed.
    log_ratio = torch.where(nowhere, 0.0, log_q) - torch.where(nowhere, 0.0, log_p)
    # exp(t) - 1 - t cancels near t = 0 unless by expm1, and exp(t) overflows where q >> p.
    close = log_ratio.abs() < 1
    near = torch.where(close, log_ratio, 0.0)
    terms = torch.where(close, p * (torch.expm1(near) - near).clamp_min(0), q - p * (1 + log_ratio))
    return cell * torch.where(nowhere, q, terms).sum()


def js_grid(p: Tensor, q: Tensor, cell: float) -> Tensor:
    """JS(p || q) of two densities given on one regular grid whose cells have length or area `cell`.

    (KL(p || m) + KL(q || m)) / 2, m = (p + q) / 2, as a sum over cells (Lin 1991). Any shape, summed over
    all axes, in nats. Raises ValueError as kl_grid does.
    """
    _refuse_not_grids(p, q, cell)
    return cell * _js_terms(p, q).sum()


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
    # Ones stand in where a logarithm would be infinite, so that gradients stay finite there.
    safe_p, safe_q = torch.where(both, p, 1.0), torch.where(both, q, 1.0)
    # log1p where p and q are close (it keeps small divergences in float32), plain logarithms elsewhere.
    relative = (safe_q - safe_p) / safe_p
    close = relative.abs() < 0.5
    log_ratio = torch.where(
        close, torch.log1p(torch.where(close, relative, 0.0)), torch.log(safe_q) - torch.log(safe_p)
    )
    inside = (safe_q - safe_p) - safe_p * log_ratio
    return torch.where(both, inside, torch.where(p > 0, torch.inf, q))


def _js_terms(p: Tensor, q: Tensor) -> Tensor:
    # Twice everything: half of the smallest density would round to a middle of 0.
    return 0.25 * (_kl_terms(2 * p, p + q) + _kl_terms(2 * q, p + q))


def _refuse_not_distributions(p: Tensor, q: Tensor) -> None:
    refuse_shapes("p and q", p, q)
    for name, values in (("p", p), ("q", q)):
        refuse_negative(f"probabilities {name}", values)
        totals = values.detach().double().sum(-1)
        tolerance = 1e-4 if values.dtype == torch.float32 else 1e-6
        worst = totals.flatten()[(totals - 1).abs().argmax()].item()
        if not abs(worst - 1) <= tolerance:
            raise ValueError(f"probabilities {name} must sum to 1, got {worst:.6g}; allowed: 1 within {tolerance:g}.")


def _refuse_not_grids(p: Tensor, q: Tensor, cell: float) -> None:
    refuse_shapes("densities p and q", p, q)
    refuse_negative("density p", p)
    refuse_negative("density q", q)
    _refuse_no_size(cell)


def _refuse_no_size(cell: float) -> None:
    if not cell > 0:
        raise ValueError(f"cell must be a length or an area, got {cell:g}; allowed: above 0.")
