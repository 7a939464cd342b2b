"""Stores PyTorch's results of mixed dtypes, of int32, of kinks with infinite cotangents, and of optimizers in both precisions.

Usage: python make_numbers.py (with torch 2.13.0 installed). Writes numbers.json beside itself. Samples hold a few elements; the test repeats
them to sizes on both sides of those from which on kernels of WebAssembly run.
"""

import itertools
import json
import math
import pathlib
import warnings

import torch

INF, NAN = math.inf, math.nan
DTYPES = {"bool": torch.bool, "int32": torch.int32, "float32": torch.float32, "float64": torch.float64}
NAMES = {v: k for k, v in DTYPES.items()} | {torch.int64: "int32"}


def stored(values):
    """Returns a number as JSON, with NaN and infinities as text."""
    if isinstance(values, torch.Tensor):
        values = values.tolist()
    if isinstance(values, list):
        return [stored(v) for v in values]
    return str(values) if isinstance(values, float) and not math.isfinite(values) else values


# Comparisons and arithmetic of operands of two dtypes.

VALUES = [0.0, 1.0, 0.7, 0.1, 16777217.0, 2.0, -3.0]
SINGLES = [0.7, 16777217.0]
NUMBERS = [0.7, 16777217, 2, 1, True]
COMPARISONS = {name: getattr(torch, name) for name in ("eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or")}
ARITHMETIC = {
    "add": torch.add,
    "mul": torch.mul,
    "div": torch.div,
    "floor": lambda x, z: torch.div(x, z, rounding_mode="floor"),
    "trunc": lambda x, z: torch.div(x, z, rounding_mode="trunc"),
    "remainder": torch.remainder,
    "maximum": torch.maximum,
    "where": lambda x, z: torch.where(torch.tensor([True, False]).repeat(4)[: x.numel() if x.dim() else 1], x, z),
    "clamp": lambda x, z: torch.clamp(x, max=z),
}


def operands():
    """Yields pairs of operands: [dtype, values] with a list for a vector and a number for a scalar; a plain number has no dtype."""
    lefts = [(n, VALUES) for n in DTYPES] + [(n, v) for n in DTYPES for v in SINGLES]
    rights = [(n, list(reversed(VALUES))) for n in DTYPES]
    rights += [(n, v) for n in DTYPES for v in SINGLES] + [(n, [v]) for n in DTYPES for v in SINGLES] + [(None, v) for v in NUMBERS]
    return itertools.product(lefts, rights)


def made(dtype, values):
    return values if dtype is None else torch.tensor(values, dtype=torch.float64).to(DTYPES[dtype])


def mixed(functions):
    table = []
    for (a, x), (b, z) in operands():
        results = {}
        for name, f in functions.items():
            try:
                y = f(made(a, x), made(b, z))
            except (RuntimeError, TypeError):
                continue  # refused
            if y.dtype != torch.int64 and not (y.dtype == torch.int32 and not torch.isfinite(y.double()).all()):
                results[name] = [NAMES[y.dtype], stored(y)]
        table.append([a, x, b, z, results])
    return table


# int32 modulo 2^32.

INTEGERS = [123456789, 987654321, -2147483648, 2147483647, -7, 7, 1, 0, 46341, -65537]


def integers():
    x = torch.tensor(INTEGERS, dtype=torch.int32)
    z = x.flip(0)
    m = x.reshape(2, 5)
    safe = torch.where((z == 0) | ((x == -2147483648) & (z == -1)), 3, z).to(torch.int32)
    return {
        "x": INTEGERS,
        "add": stored(x + z),
        "sub": stored(x - z),
        "mul": stored(x * z),
        "mul 987654321": stored(x * 987654321),
        "square": stored(x.square()),
        "pow 3": stored(x.pow(3)),
        "pow": stored(x.pow(torch.arange(10, dtype=torch.int32))),
        "pow -2, -1, …": stored(x.pow(torch.arange(-2, 8, dtype=torch.int32))),
        "neg": stored(-x),
        "abs": stored(x.abs()),
        "sum": stored(x.sum(dtype=torch.int32)),
        "sum 0": stored(m.sum(0, dtype=torch.int32)),
        "matmul": stored(m @ m.T),
        "dot": stored(x @ z),
        "linear": stored(torch.nn.functional.linear(m, m)),
        "floor": stored(torch.div(x, safe, rounding_mode="floor")),
        "trunc": stored(torch.div(x, safe, rounding_mode="trunc")),
        "remainder": stored(torch.remainder(x, safe)),
        "add alpha 3": stored(torch.add(x, z, alpha=3)),
        "div": stored(x / safe),
        "sin": stored(x.sin()),
        "index add": stored(torch.zeros(2, dtype=torch.int32).index_add(0, torch.tensor([0, 1] * 5), x)),
    }


# Gradients and tangents of kinked ops, element by element, for finite, infinite and NaN cotangents.

POINTS = [-INF, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, INF, NAN]
OTHERS = [0.0, -2.0, 1.0, -0.5, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0]
ZEROS = [0.0] * 10
LOW = [-1.0, -2.0, -1.0, 1.0, NAN, -1.0, -1.0, -1.0, -1.0, -1.0]
HIGH = [1.0, 1.0, 1.0, -1.0, 1.0, NAN, 1.0, 1.0, 1.0, 1.0]
KINKS = {
    "relu": (torch.relu, [POINTS]),
    "abs": (torch.abs, [POINTS]),
    "sign": (torch.sign, [POINTS]),
    "floor": (torch.floor, [POINTS]),
    "ceil": (torch.ceil, [POINTS]),
    "trunc": (torch.trunc, [POINTS]),
    "round": (torch.round, [POINTS]),
    "div floor": (lambda x: torch.div(x, 2, rounding_mode="floor"), [POINTS]),
    "div trunc": (lambda x, z: torch.div(x, z, rounding_mode="trunc"), [POINTS, OTHERS]),
    "clamp numbers": (lambda x: x.clamp(-1, 1), [POINTS]),
    "clamp min": (lambda x: x.clamp(min=-1), [POINTS]),
    "clamp max": (lambda x: x.clamp(max=0.5), [POINTS]),
    "clamp tensors": (torch.clamp, [POINTS, LOW, HIGH]),
    "clamp tensor min": (lambda x, z: x.clamp(min=z), [POINTS, OTHERS]),
    "clamp tensor max": (lambda x, z: x.clamp(max=z), [POINTS, OTHERS]),
    "maximum": (torch.maximum, [POINTS, OTHERS]),
    "minimum": (torch.minimum, [POINTS, OTHERS]),
    "where": (lambda x, z: torch.where(x > 0, x, z), [POINTS, OTHERS]),
    "pow 0": (lambda x: x.pow(0), [POINTS]),
    "pow zeros": (lambda x, z: x.pow(z.detach()), [POINTS, ZEROS]),
    "relu sqrt": (lambda x: x.relu().sqrt(), [POINTS]),
    "clamp sqrt": (lambda x: x.clamp(0, 1).sqrt(), [POINTS]),
    "maximum log": (lambda x, z: torch.maximum(x, z).log(), [POINTS, ZEROS]),
}
# Rows that are reduced one by one, or are samples otherwise.
ROWS = [[3.0, 1.0, 3.0, -1.0], [0.0, -1.0, -2.0, 0.0], [1.0, 1.0, 1.0, 1.0], [-INF, 2.0, 2.0, INF], [1.0, NAN, 2.0, NAN]]
ROWWISE = {
    "amax": (lambda x: x.amax(1), [ROWS]),
    "amin": (lambda x: x.amin(1), [ROWS]),
    "max": (lambda x: x.max(1).values, [ROWS]),
    "min": (lambda x: x.min(1).values, [ROWS]),
    "std": (lambda x: x.std(1), [ROWS]),
    "max pool": (lambda x: torch.nn.functional.max_pool1d(x[:, None], 2)[:, 0], [ROWS]),
    "nll ignored": (lambda x: torch.nn.functional.nll_loss(x, torch.tensor([0, 1, 2, 3, 1]), ignore_index=1, reduction="none"), [ROWS]),
    "gather": (lambda x: x.gather(1, torch.tensor([[0, 2]] * 5)), [ROWS]),
}
# Ops where PyTorch multiplies by a derivative of 0 or 1, so that infinite cotangents become NaN. This library selects instead.
MULTIPLIED = {"abs", "amax", "amin"}


def slopes(name, f, inputs, cotangent, dtype):
    xs = [torch.tensor(x, dtype=dtype, requires_grad=True) for x in inputs]
    y = f(*xs)
    grads = torch.autograd.grad(y, xs, torch.full_like(y, cotangent), allow_unused=True)
    if name in MULTIPLIED and not math.isfinite(cotangent):
        ones = torch.autograd.grad(f(*xs), xs, torch.ones_like(y))
        grads = [torch.where((one == 0) & ~x.isnan(), 0.0, one * cotangent) for x, one in zip(xs, ones)]
    return y, [torch.zeros_like(x) if g is None else g for x, g in zip(xs, grads)]


def kinks():
    table = []
    for (name, (f, inputs)), cotangent in itertools.product((KINKS | ROWWISE).items(), [1.0, -2.0, INF, -INF, NAN]):
        y, grads = slopes(name, f, inputs, cotangent, torch.float64)
        table.append({"name": name, "inputs": stored(inputs), "cotangent": stored(cotangent), "value": stored(y), "gradients": [stored(g) for g in grads]})
    return table


# Parameters after each step of an optimizer. The gradients are equal for all.

START = [1.0, -2.0, 0.3, 0.0, 5.0]
STEPS = 6
OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.7, "dampening": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.03, "weight_decay": 0.1}),
    ("Adam", {"lr": 1}),
    ("Adam", {"lr": 0.01}),
    ("Adam", {"lr": 0.1, "betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "betas": (0.0, 0.999)}),
    ("Adam", {"lr": 0.1, "betas": (0.9, 0.99999)}),
    ("AdamW", {"lr": 0.1}),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.3}),
    ("SparseAdam", {"lr": 0.1, "betas": (0.8, 0.95)}),
]


def gradient(step, dtype):
    return torch.tensor([math.sin(7 * step + 3 * i) * (1 + i * i) for i in range(len(START))], dtype=torch.float32).to(dtype)


def trajectories():
    table = []
    for (name, options), dtype in itertools.product(OPTIMIZERS, (torch.float32, torch.float64)):
        p = torch.tensor(START, dtype=dtype, requires_grad=True)
        optimizer = getattr(torch.optim, name)([p], **options)
        values = []
        for step in range(STEPS):
            g = gradient(step, dtype)
            p.grad = torch.sparse_coo_tensor(torch.arange(len(START))[None], g, (len(START),)) if name == "SparseAdam" else g
            optimizer.step()
            values.append(stored(p.detach()))
        table.append({"name": name, "options": options, "dtype": NAMES[dtype], "values": values})
    return {"start": START, "gradients": [stored(gradient(s, torch.float64)) for s in range(STEPS)], "trajectories": table}


def main():
    warnings.filterwarnings("ignore", message="Sparse invariant checks")
    out = pathlib.Path(__file__).with_name("numbers.json")
    parts = {
        "torch": torch.__version__,
        "comparisons": mixed(COMPARISONS),
        "arithmetic": mixed(ARITHMETIC),
        "integers": integers(),
        "kinks": kinks(),
        "optimizers": trajectories(),
    }
    out.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in parts.items()) + "\n}\n")
    print(f"{len(parts['comparisons'])} pairs, {len(parts['kinks'])} kinks, {out.stat().st_size / 1e6:.2f} MB")


main()
