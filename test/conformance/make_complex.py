"""Writes random programs over complex tensors with PyTorch's results: values, gradients, and gradients of these.

Usage: python make_complex.py [--seed S] [--count N] --write FILE (with torch 2.13.0 and numpy installed).

A program starts with complex and real tensors, and each step applies an op to earlier results. Its loss is the weighted sum of the squared absolute values of all results, so that every
step has a gradient. A second loss, the sum of the real parts of the gradients times random weights, is differentiated too. Steps whose results are large or not finite are drawn again.
"""

import argparse
import gzip
import json
import random

import torch

UNARY = ["exp", "log", "sqrt", "square", "reciprocal", "neg", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "sigmoid", "log1p", "expm1", "log2", "log10", "exp2", "rsqrt", "sgn", "conj", "conj_physical"]  # fmt: skip
BINARY = ["add", "sub", "mul", "div", "pow"]
REAL_PARTS = ["abs", "angle", "real", "imag"]
SHAPED = ["flip", "roll", "cumsum", "cumprod", "tril", "transpose", "fft", "ifft", "mH"]


def apply(name, args, options):
    x = args[0]
    if name == "matmul":
        return x.mT @ args[1] if x.shape[-2] == args[1].shape[-2] else x @ args[1]
    if name == "complex":
        return torch.complex(*args)
    if name == "polar":
        # its gradient is wrong for a negative absolute value
        return torch.polar(args[0].abs(), args[1])
    if name in ("fft", "ifft", "rfft"):
        return getattr(torch.fft, name)(x, dim=options["dim"], norm=options["norm"])
    if name == "irfft":
        return torch.fft.irfft(x, n=options["n"], dim=options["dim"])
    if name == "cat":
        return torch.cat(list(args), options["dim"])
    if name == "where":
        return torch.where(args[0].abs() > args[1].abs(), args[0], args[1])
    if name == "roll":
        return x.roll(options["shifts"], options["dim"])
    if name == "flip":
        return x.flip([options["dim"]])
    if name == "scaleReal":
        y = x.clone()
        y.real.mul_(options["factor"])
        return y
    if name == "addImag":
        y = x.clone()
        y.imag.add_(args[1])
        return y
    if name == "transpose":
        return x.transpose(0, 1).contiguous().transpose(0, 1)
    if name == "mH":
        return x.mH.mH * 1
    if name in ("sum", "mean", "prod", "var"):
        return getattr(x, name)(options["dim"], keepdim=True) * torch.ones_like(x)
    if name in ("cumsum", "cumprod"):
        return getattr(x, name)(options["dim"])
    return getattr(torch, name)(*args)


def draw(r, complexes, reals):
    """A step: the op, the positions of its arguments, and its options."""
    kind = r.choice(["unary", "unary", "unary", "binary", "binary", "parts", "shaped", "shaped", "reduce", "complex", "special"])
    z = lambda: r.choice(complexes)
    dim = r.randrange(2)
    if kind == "unary":
        return r.choice(UNARY), [z()], {}
    if kind == "binary":
        return r.choice(BINARY), [z(), r.choice([z(), z(), r.choice(reals)])], {}
    if kind == "parts":
        return r.choice(REAL_PARTS), [z()], {}
    if kind == "shaped":
        name = r.choice(SHAPED)
        return name, [z()], {"dim": dim, "shifts": r.choice([1, -1]), "norm": r.choice(["backward", "ortho", "forward"])}
    if kind == "reduce":
        return r.choice(["sum", "mean", "prod", "var"]), [z()], {"dim": dim}
    if kind == "complex":
        return r.choice(["complex", "polar"]), [r.choice(reals), r.choice(reals)], {}
    name = r.choice(["where", "scaleReal", "addImag", "irfft", "rfft"])
    if name == "irfft":
        return name, [z()], {"n": 3, "dim": 1}
    if name == "rfft":
        return name, [r.choice(reals)], {"dim": 0, "norm": "ortho"}
    return name, [z(), r.choice(reals) if name == "addImag" else z()], {"factor": r.choice([2.0, -0.5])}


def make(seed):
    r = random.Random(seed)
    g = torch.Generator().manual_seed(seed)
    normal = lambda dtype: torch.randn(2, 3, dtype=dtype, generator=g).to(torch.complex64 if dtype.is_complex else torch.float32).to(dtype)
    values = [normal(torch.complex128), normal(torch.complex128), normal(torch.float64)]
    leaves = [v.requires_grad_() for v in values]
    program = []
    while len(program) < 6:
        complexes = [i for i, v in enumerate(values) if v.is_complex() and v.shape == (2, 3)]
        reals = [i for i, v in enumerate(values) if not v.is_complex() and v.shape == (2, 3)]
        name, at, options = draw(r, complexes, reals)
        # x / x is 1 up to rounding, and functions with a singularity there would magnify that
        if name == "div" and at[0] == at[1]:
            continue
        y = apply(name, [values[i] for i in at], options)
        if y.dtype not in (torch.complex128, torch.float64) or not torch.isfinite(y).all():
            continue
        size = y.abs().max().item()
        if size > 50 or y.abs().min().item() < 1e-3 and name != "tril":
            continue
        values.append(y)
        program.append([name, at, options])
    results = values[3:]
    loss = sum((y.abs() ** 2).sum() for y in results)
    grads = torch.autograd.grad(loss, leaves, create_graph=True, allow_unused=True)
    weights = [normal(x.dtype) for x in leaves]
    second = sum(((w.conj() * d).real if d.is_complex() else w * d).sum() for w, d in zip(weights, grads) if d is not None)
    seconds = torch.autograd.grad(second, leaves, allow_unused=True) if isinstance(second, torch.Tensor) and second.requires_grad else [None] * 3
    every = [t for t in [*grads, *seconds] if t is not None]
    if not all(torch.isfinite(t.abs()).all() and t.abs().max() < 1e6 for t in every):
        return None
    flat = lambda t: None if t is None else [float(f"{v:.12g}") for v in (torch.view_as_real(t.resolve_conj()) if t.is_complex() else t).detach().flatten().tolist()]
    return {
        "leaves": [flat(x) for x in leaves],
        "weights": [flat(w) for w in weights],
        "program": program,
        "results": [{"shape": list(y.shape), "complex": y.is_complex(), "elements": flat(y)} for y in results],
        "gradients": [flat(d) for d in grads],
        "seconds": [flat(d) for d in seconds],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--write", required=True)
    options = parser.parse_args()
    cases = []
    seed = options.seed
    while len(cases) < options.count:
        case = make(seed)
        seed += 1
        if case is not None:
            cases.append(case)
    with gzip.GzipFile(options.write, "wb", mtime=0) as out:
        out.write(json.dumps(cases, separators=(",", ":")).encode())
    print(f"{len(cases)} programs")


if __name__ == "__main__":
    main()
