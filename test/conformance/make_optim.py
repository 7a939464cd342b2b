"""Stores trajectories of PyTorch's optimizers and learning rates of its schedulers.

Usage: python make_optim.py (with torch 2.13.0 installed). Writes optim.json.gz beside itself.
"""

import gzip
import json
import math
import pathlib

import torch

STEPS = 100
SHOWN = [1, 2, 3, 10, 50, 100]

OPTIMIZERS = {
    "SGD": [
        {},
        {"lr": 0.01, "momentum": 0.9},
        {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        {"lr": 0.01, "momentum": 0.5, "dampening": 0.3, "maximize": True},
    ],
    "Adam": [
        {},
        {"lr": 0.05, "amsgrad": True},
        {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-3, "weight_decay": 0.1},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "amsgrad": True},
        {"lr": 0.05, "maximize": True},
    ],
    "AdamW": [{}, {"lr": 0.05, "weight_decay": 0.1, "amsgrad": True}, {"lr": 0.05, "maximize": True}],
    "Adamax": [{}, {"lr": 0.05, "betas": [0.8, 0.9], "weight_decay": 0.1}, {"lr": 0.05, "eps": 1e-2, "maximize": True}],
    "NAdam": [
        {},
        {"lr": 0.05, "momentum_decay": 0.1, "weight_decay": 0.1},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True},
    ],
    "RAdam": [
        {},
        {"lr": 0.05, "betas": [0.8, 0.9], "weight_decay": 0.1},
        {"lr": 0.05, "betas": [0.9, 0.99], "weight_decay": 0.1, "decoupled_weight_decay": True},
        {"lr": 0.05, "maximize": True},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3, "maximize": True},
    ],
    "Adadelta": [{}, {"lr": 0.5, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.1}, {"maximize": True}],
    "Adafactor": [
        {},
        {"lr": 0.05, "weight_decay": 0.1, "d": 2.0},
        {"lr": 0.05, "beta2_decay": -0.5, "eps": [1e-6, 1e-2], "maximize": True},
    ],
    "RMSprop": [
        {},
        {"centered": True},
        {"lr": 0.01, "alpha": 0.9, "momentum": 0.9, "centered": True, "weight_decay": 0.1},
        {"momentum": 0.5, "eps": 1e-3, "maximize": True},
    ],
    "Rprop": [{}, {"lr": 0.1, "etas": [0.4, 1.1], "step_sizes": [1e-3, 0.5]}, {"maximize": True}],
    "ASGD": [{}, {"lr": 0.05, "lambd": 1e-2, "alpha": 0.5, "t0": 20, "weight_decay": 0.1}, {"maximize": True}],
}

MUON = [
    {"lr": 0.02},
    {"lr": 0.02, "nesterov": False, "weight_decay": 0.0, "momentum": 0.8},
    {"lr": 0.02, "adjust_lr_fn": "match_rms_adamw", "ns_steps": 3},
]

LBFGS = [
    {"lr": 0.5},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "history_size": 3, "max_iter": 7, "lr": 0.3},
    {"lr": 0.1, "max_iter": 4, "max_eval": 3, "tolerance_change": 1e-12},
]


def values(n, seed, scale):
    return [scale * math.sin(1.7 * seed + 2.3 * k * k + 0.9 * k) for k in range(n)]


def parameters(dtype, shapes):
    return [
        torch.tensor(values(math.prod(s), i + 1, 1.5), dtype=torch.float64).reshape(s).to(dtype).requires_grad_()
        for i, s in enumerate(shapes)
    ]


def loss_of(ps, step):
    """A sum of wells with ripples, which every other step weighs less."""
    factor = 0.5 if step % 2 else 1.0
    return sum(((p - 0.4) ** 2).sum() + 0.3 * torch.cos(3 * p).sum() + 0.2 * (p * p.flip(-1)).sum() for p in ps) * factor


SHAPES = [[3], [5, 7], [2, 3, 4]]


def trajectory(name, options, dtype, shapes=SHAPES):
    ps = parameters(dtype, shapes)
    # the last parameter has a group of its own, which differs in its learning rate
    groups = [{"params": ps[:-1]}, {"params": ps[-1:], "lr": 0.02}]
    optimizer = getattr(torch.optim, name)(groups, **options)
    shown = {}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss_of(ps, step).backward()
        optimizer.step()
        if step in SHOWN:
            shown[step] = [v for p in ps for v in p.detach().double().flatten().tolist()]
    return {"values": shown, "state": state_of(optimizer)}


def state_of(optimizer):
    """The state after the last step, tensors by their shape and elements."""

    def plain(v):
        if isinstance(v, torch.Tensor):
            return {"shape": list(v.shape), "elements": v.double().flatten().tolist()}
        return v

    return {i: {k: plain(v) for k, v in s.items()} for i, s in optimizer.state_dict()["state"].items()}


def lbfgs(options, dtype):
    x = torch.tensor([-1.2, 1.0, 0.7, -0.3], dtype=dtype, requires_grad=True)
    y = torch.tensor(values(20, 3, 1.0), dtype=torch.float64).to(dtype).requires_grad_()
    optimizer = torch.optim.LBFGS([x, y], **options)

    def closure():
        optimizer.zero_grad()
        valley = ((1 - x[:-1]) ** 2 + 5 * (x[1:] - x[:-1] ** 2) ** 2).sum()
        loss = valley + ((y - 0.5) ** 2).sum() + 0.1 * (y**4).sum()
        loss.backward()
        return loss

    out = []
    for _ in range(6):
        loss = optimizer.step(closure)
        out.append([loss.item(), *x.tolist(), *y.tolist()])
    state = optimizer.state_dict()["state"][0]
    return {"values": out, "funcEvals": state["func_evals"], "nIter": state["n_iter"]}


def sgd(momentum=0.9):
    a, b = torch.zeros(2, requires_grad=True), torch.zeros(3, requires_grad=True)
    return torch.optim.SGD([{"params": [a]}, {"params": [b], "lr": 0.05}], lr=0.5, momentum=momentum)


def adam():
    return torch.optim.Adam([torch.zeros(2, requires_grad=True)], lr=0.5)


L = torch.optim.lr_scheduler
S = torch.optim.swa_utils
# what both sides build: the optimizer, and a scheduler by name with positional arguments and options
SCHEDULERS = [
    ("sgd", "StepLR", [4], {}),
    ("sgd", "StepLR", [3], {"gamma": 0.5}),
    ("sgd", "MultiStepLR", [[2, 7, 7, 20]], {"gamma": 0.3}),
    ("sgd", "ConstantLR", [], {}),
    ("sgd", "ConstantLR", [], {"factor": 0.25, "total_iters": 8}),
    ("sgd", "LinearLR", [], {}),
    ("sgd", "LinearLR", [], {"start_factor": 0.1, "end_factor": 0.6, "total_iters": 9}),
    ("sgd", "ExponentialLR", [0.9], {}),
    ("sgd", "PolynomialLR", [], {}),
    ("sgd", "PolynomialLR", [], {"total_iters": 12, "power": 2.0}),
    ("sgd", "CosineAnnealingLR", [6], {}),
    ("sgd", "CosineAnnealingLR", [10], {"eta_min": 0.01}),
    ("sgd", "CosineAnnealingWarmRestarts", [4], {}),
    ("sgd", "CosineAnnealingWarmRestarts", [3], {"T_mult": 2, "eta_min": 0.01}),
    ("sgd", "CyclicLR", [0.01, 0.3], {"step_size_up": 5}),
    ("sgd", "CyclicLR", [0.01, 0.3], {"step_size_up": 3, "step_size_down": 6, "mode": "triangular2"}),
    ("sgd", "CyclicLR", [[0.01, 0.02], [0.3, 0.4]], {"step_size_up": 4, "mode": "exp_range", "gamma": 0.9}),
    ("adam", "CyclicLR", [0.01, 0.3], {"step_size_up": 5, "base_momentum": 0.7, "max_momentum": 0.95}),
    ("sgd", "OneCycleLR", [0.4], {"total_steps": 30}),
    ("sgd", "OneCycleLR", [[0.4, 0.2]], {"epochs": 3, "steps_per_epoch": 10, "pct_start": 0.4, "anneal_strategy": "linear"}),
    ("adam", "OneCycleLR", [0.4], {"total_steps": 30, "three_phase": True, "div_factor": 10.0, "final_div_factor": 50.0}),
    ("sgd", "SWALR", [0.02], {}),
    ("sgd", "SWALR", [[0.02, 0.03]], {"anneal_epochs": 5, "anneal_strategy": "linear"}),
]

FACTORS = {"LambdaLR": lambda epoch: 0.95**epoch, "MultiplicativeLR": lambda epoch: 0.9 if epoch % 3 else 1.1}


def record(optimizer, scheduler, metrics=None, steps=30):
    out = []
    for k in range(steps):
        group = optimizer.param_groups[0]
        momentum = group["betas"][0] if "betas" in group else group["momentum"]
        out.append([*(g["lr"] for g in optimizer.param_groups), momentum])
        optimizer.step()
        if metrics is None:
            if k < steps - 1:
                scheduler.step()
        else:
            scheduler.step(metrics[k])
    return out


METRICS = [abs(math.sin(0.37 * k)) + 1 / (1 + k) for k in range(60)]

PLATEAUS = [
    {"patience": 2},
    {"mode": "max", "factor": 0.5, "patience": 1, "cooldown": 3, "threshold": 0.05, "min_lr": 0.01},
    {"patience": 3, "threshold_mode": "abs", "threshold": 0.1, "min_lr": [0.1, 0.001]},
    {"mode": "max", "threshold_mode": "abs", "threshold": 0.01, "patience": 0, "eps": 0.1},
]


def composed(name):
    optimizer = sgd()
    if name == "SequentialLR":
        parts = [L.ConstantLR(optimizer, factor=0.1, total_iters=4), L.ExponentialLR(optimizer, gamma=0.9), L.StepLR(optimizer, 3)]
        return record(optimizer, L.SequentialLR(optimizer, parts, milestones=[5, 14]))
    if name == "SequentialLR of warm-up and cosine":
        parts = [L.LinearLR(optimizer, start_factor=0.1, total_iters=5), L.CosineAnnealingLR(optimizer, 20)]
        return record(optimizer, L.SequentialLR(optimizer, parts, milestones=[5]))
    parts = [L.ConstantLR(optimizer, factor=0.1, total_iters=4), L.ExponentialLR(optimizer, gamma=0.9), L.CosineAnnealingLR(optimizer, 12)]
    return record(optimizer, L.ChainedScheduler(parts))


def schedule(kind, name, args, options):
    optimizer = {"sgd": sgd, "adam": adam}[kind]()
    scheduler = getattr(S if name == "SWALR" else L, name)(optimizer, *args, **options)
    return record(optimizer, scheduler)


def main():
    dtypes = {"float64": torch.float64, "float32": torch.float32}
    out = {
        "shapes": SHAPES,
        "optimizers": [
            {"name": name, "options": options, "dtype": label, **trajectory(name, options, dtype)}
            for name, variants in OPTIMIZERS.items()
            for options in variants
            for label, dtype in dtypes.items()
        ],
        "muon": [
            {"options": o, "dtype": label, **trajectory("Muon", o, dtype, [[5, 7], [6, 3], [4, 4]])} for o in MUON for label, dtype in dtypes.items()
        ],
        "lbfgs": [{"options": o, "dtype": label, **lbfgs(o, dtype)} for o in LBFGS for label, dtype in dtypes.items()],
        "schedulers": [
            {"optimizer": kind, "name": name, "args": args, "options": options, "values": schedule(kind, name, args, options)}
            for kind, name, args, options in SCHEDULERS
        ],
        "factors": {name: (lambda o: record(o, getattr(L, name)(o, f)))(sgd()) for name, f in FACTORS.items()},
        "metrics": METRICS,
        "plateaus": [
            {"options": o, "values": (lambda z: record(z, L.ReduceLROnPlateau(z, **o), METRICS, 60))(sgd())} for o in PLATEAUS
        ],
        "composed": {
            name: composed(name) for name in ["SequentialLR", "SequentialLR of warm-up and cosine", "ChainedScheduler"]
        },
    }
    path = pathlib.Path(__file__).with_name("optim.json.gz")
    path.write_bytes(gzip.compress(json.dumps(out).encode(), mtime=0))


main()
