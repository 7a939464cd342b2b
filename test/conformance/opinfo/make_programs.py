"""Writes random programs over all operators, with PyTorch's results: values, gradients, second derivatives, tangents, and values for a batch.

Usage: python make_programs.py --operators FILE --write FILE [--count N] [--seed N] (with torch 2.13.0, numpy and expecttest installed).
`npm run conformance -- --programs` writes the file of operators and calls this script.

A program has a few leaves and a few steps. A step calls an operator with the arguments of a random sample of PyTorch's database, in which tensors that have gradients are
replaced by b + 0.1 tanh(t): b is the sample's tensor, so that the operand stays in the operator's domain, and t the result of an earlier step, cut or repeated to the
shape. Or it changes a copy of a result in place, through a view. The output is the sum of the last results, weighted at random.
"""

import argparse
import gzip
import json
import pathlib
import random
import warnings

import numpy as np
import torch
from make_opinfo import RANDOM, SAME, LeftOut, bind, encode, encode_tensor, flat, is_differentiable, op_db, rounded, wrapper_of

LARGEST = 200
LIMIT = 1e4
# Operators whose results are not unique, depend on the layout in memory, or have wrong gradients in PyTorch, and casts, which have tests of their own.
EXCLUDED = RANDOM | {
    "zero_", "to_sparse", "empty_like", "new_empty", "new_empty_strided", "as_strided", "as_strided_copy", "as_strided_scatter", "contiguous", "resize_", "resize_as_",
    "float", "double", "half", "bfloat16", "cdouble", "cfloat", "chalf", "to", "linalg.qr", "qr", "linalg.svd", "svd", "geqrf", "linalg.eig", "linalg.eigh",
    "nn.functional.scaled_dot_product_attention", "view", "view_as", "native_group_norm", "float_power", "nn.functional.ctc_loss", "lu_unpack", "linalg.lu_unpack", "cov",
}  # fmt: skip

# Operators whose second derivatives and tangents are less precise in PyTorch than what is asked for (opinfo/deviations.ts).
FIRST_ORDER = {"logcumsumexp", "cholesky_inverse"}

IN_PLACE = {
    "add": 1, "sub": 1, "mul": 1, "copy": 1, "neg": 0, "tanh": 0, "sin": 0, "sigmoid": 0, "square": 0, "relu": 0, "exp": 0, "abs": 0,
}  # fmt: skip


class Discarded(Exception):
    """A program that PyTorch refuses, or whose results are too large to compare."""


def fit(t, shape, turned):
    """The elements of t, repeated or cut to a shape; `turned` exchanges the last two dimensions in memory."""
    n = int(np.prod(shape))
    if turned and len(shape) >= 2:
        return fit(t, [*shape[:-2], shape[-1], shape[-2]], False).transpose(-1, -2)
    line = t.reshape(-1)
    times = -(-n // max(1, line.numel()))
    return line.repeat(times).narrow(0, 0, n).reshape(list(shape))


def view_of(t, view):
    kind, *rest = view
    if kind == "narrow":
        return t.narrow(*rest)
    if kind == "select":
        return t.select(*rest)
    if kind == "transpose":
        return t.transpose(*rest)
    return t


class Step:
    """A call of an operator: its sample, and for each tensor that is replaced the slot of the result that it comes from."""

    def __init__(self, op, target, sample, slots):
        self.op, self.target, self.sample, self.slots = op, target, sample, slots

    def put(self, value, pool):
        if isinstance(value, torch.Tensor):
            if id(value) not in self.slots:
                return value.detach()
            slot, turned = self.slots[id(value)]
            base = value.detach()
            if base.numel() == 0:
                return base
            return base + 0.1 * torch.tanh(fit(pool[slot], base.shape, turned))
        if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
            return type(value)(self.put(v, pool) for v in value)
        return value

    def run(self, pool):
        s = self.sample
        kwargs = {k: self.put(v, pool) for k, v in s.kwargs.items()}
        result = self.op.op(self.put(s.input, pool), *self.put(tuple(s.args), pool), **kwargs)
        made = [y for y in flat(result) if y.dtype.is_floating_point][:2]
        if not made:
            raise Discarded("no float result")
        pool.extend(made)

    def stored(self):
        def put(value):
            if isinstance(value, torch.Tensor) and id(value) in self.slots:
                slot, turned = self.slots[id(value)]
                return {"slot": slot, "turned": turned, "base": encode_tensor(value)}
            if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
                return [put(v) for v in value]
            return encode(value)

        args = bind(self.op, self.sample, self.target["parameters"])
        return {"op": self.target["name"], "args": {k: put(v) for k, v in args.items()}}


class Change:
    """A change in place of a copy of an earlier result, through a view of it."""

    def __init__(self, rng, pool):
        self.slot = rng.randrange(len(pool))
        shape = pool[self.slot].shape
        self.name = rng.choice(list(IN_PLACE))
        self.other = rng.randrange(len(pool))
        dims = [d for d in range(len(shape)) if shape[d] > 0]
        self.view = ["whole"]
        if dims:
            d = rng.choice(dims)
            start = rng.randrange(shape[d])
            self.view = rng.choice(
                [["whole"], ["narrow", d, start, rng.randrange(1, shape[d] - start + 1)], ["select", d, start], ["transpose", d, rng.choice(dims)]]
            )

    def run(self, pool):
        t = pool[self.slot].clone()
        part = view_of(t, self.view)
        if part.numel() == 0:
            raise Discarded("nothing to change")
        others = [torch.tanh(fit(pool[self.other], part.shape, False))] if IN_PLACE[self.name] else []
        getattr(part, self.name + "_")(*others)
        pool.append(t)

    def stored(self):
        others = {"other": self.other} if IN_PLACE[self.name] else {}
        return {"change": camel(self.name) + "_", "slot": self.slot, "view": self.view, **others}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def tensors(value):
    return [t for part in value for t in tensors(part)] if isinstance(value, (list, tuple)) else [value] if isinstance(value, torch.Tensor) else []


def usable(sample):
    every = tensors([sample.input, list(sample.args), list(sample.kwargs.values())])
    if "options" in sample.kwargs:  # how linear_cross_entropy divides its work, which leaves second derivatives out
        return False
    return all(t.numel() <= LARGEST and t.layout == torch.strided and not t.dtype.is_complex for t in every) and any(t.requires_grad for t in every)


def samples_of(op):
    made = []
    for sample in op.sample_inputs("cpu", torch.float64, requires_grad=True):
        if usable(sample):
            sample.input, sample.args = rounded(sample.input), rounded(sample.args)
            sample.kwargs = {k: rounded(v) for k, v in sample.kwargs.items()}
            made.append(sample)
        if len(made) >= 40:
            break
    return made


def finite(*lists):
    for t in tensors(list(lists)):
        if not torch.isfinite(t).all() or (t.numel() and t.abs().max() > LIMIT):
            raise Discarded("large results")


def run(steps, leaves, weights, slots):
    pool = list(leaves)
    for step in steps:
        step.run(pool)
    return sum((pool[slot].to(torch.float64) * w.to(torch.float64)).sum() for slot, w in zip(slots, weights))


def program(rng, generator, table):
    draw = lambda shape: torch.randn(shape, dtype=torch.float64, generator=generator).to(torch.float32).to(torch.float64)
    shapes = [[rng.randrange(1, 4) for _ in range(rng.randrange(0, 3))], [rng.randrange(2, 7), rng.randrange(3, 6)]]
    leaves = [draw(s).requires_grad_() for s in shapes]
    pool, steps = list(leaves), []
    for _ in range(rng.randrange(2, 6)):
        if len(steps) > 0 and rng.random() < 0.25:
            step = Change(rng, pool)
        else:
            op, target, samples = rng.choice(table)
            sample = rng.choice(samples)
            every = tensors([sample.input, list(sample.args), list(sample.kwargs.values())])
            wanted = [t for t in every if t.requires_grad and t.dtype == torch.float64]
            slots = {id(t): (rng.randrange(len(pool)), rng.random() < 0.3) for t in wanted if rng.random() < 0.8}
            if not slots:
                continue
            step = Step(op, target, sample, slots)
        step.run(pool)
        finite(pool)
        steps.append(step)
    made = [i for i in range(len(leaves), len(pool)) if pool[i].requires_grad and pool[i].numel() > 0]
    if not made:
        raise Discarded("no result")
    slots = made[-2:]
    weights = [draw(pool[i].shape) for i in slots]
    value = run(steps, leaves, weights, slots)
    grads = torch.autograd.grad(value, leaves, create_graph=True, allow_unused=True)
    finite(value, [g for g in grads if g is not None])
    stored = {
        "leaves": [encode_tensor(x) for x in leaves],
        "steps": [s.stored() for s in steps],
        "slots": slots,
        "weights": [encode_tensor(w) for w in weights],
        "value": value.item(),
        "gradients": [None if g is None else encode_tensor(g, exact=True) for g in grads],
    }
    ops = [s.op for s in steps if isinstance(s, Step)]
    # how far float32 is from float64, which bounds what can be asked of float32
    try:
        singles = [x.detach().to(torch.float32).requires_grad_() for x in leaves]
        single = run(steps, singles, weights, slots)
        grads32 = torch.autograd.grad(single, singles, allow_unused=True)
        errors = [abs(single.item() - value.item())]
        errors += [(a.double() - b).abs().max().item() for a, b in zip(grads32, grads) if a is not None and b is not None and a.numel()]
        stored["single"] = max(errors)
    except (RuntimeError, TypeError, Discarded):
        pass
    if all(op.supports_gradgrad and op.name not in FIRST_ORDER for op in ops):
        try:
            directions = [draw(x.shape) for x in leaves]
            live = [(g, d) for g, d in zip(grads, directions) if g is not None and g.requires_grad]
            if live:
                seconds = torch.autograd.grad(sum((g * d).sum() for g, d in live), leaves, allow_unused=True)
                finite([s for s in seconds if s is not None])
                stored["directions"] = [encode_tensor(d) for d in directions]
                stored["seconds"] = [None if s is None else encode_tensor(s, exact=True) for s in seconds]
        except (RuntimeError, NotImplementedError, Discarded):
            pass
    if all(op.supports_forward_ad and op.name not in FIRST_ORDER for op in ops):
        try:
            tangents = [draw(x.shape) for x in leaves]
            _, pushed = torch.func.jvp(lambda *xs: run(steps, xs, weights, slots), tuple(x.detach() for x in leaves), tuple(tangents))
            finite(pushed)
            stored["tangents"], stored["tangent"] = [encode_tensor(t) for t in tangents], pushed.item()
        except (RuntimeError, NotImplementedError, ValueError, Discarded):
            pass
    try:
        batch = [torch.stack([x.detach(), x.detach() + draw(x.shape) * 0.25]) for x in leaves]
        batch = [b.to(torch.float32).to(torch.float64) for b in batch]
        torch.func.vmap(lambda *xs: run(steps, xs, weights, slots), randomness="error")(*batch)
        values = [run(steps, [b[i] for b in batch], weights, slots).item() for i in range(2)]
        finite(torch.tensor(values))
        stored["batch"], stored["values"] = [encode_tensor(b) for b in batch], values
    except (RuntimeError, NotImplementedError, ValueError, TypeError, IndexError, AssertionError, AttributeError, Discarded):
        pass
    return stored


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operators", required=True)
    parser.add_argument("--write", required=True)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    # which of several elements with one position max_unpool keeps would depend on the threads
    torch.set_num_threads(1)
    operators = json.loads(pathlib.Path(options.operators).read_text())
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    table = []
    for op in filter(is_differentiable, op_db):
        target = SAME[op.name][0] if op.name in SAME else op.name
        if target not in operators or op.name in EXCLUDED or wrapper_of(op) is not None or op.name.startswith("fft."):
            continue
        try:
            samples = samples_of(op)
        except Exception:  # an entry without samples on this machine
            continue
        if samples:
            table.append((op, operators[target], samples))
    rng, generator = random.Random(options.seed), torch.Generator().manual_seed(options.seed)
    made = tried = 0
    with gzip.GzipFile(options.write, "wb", mtime=0) as out:
        while made < options.count and tried < 20 * options.count:
            tried += 1
            try:
                line = program(rng, generator, table)
            except (Discarded, LeftOut, RuntimeError, TypeError, IndexError, ValueError, NotImplementedError, AttributeError):
                continue
            out.write((json.dumps(line, separators=(",", ":")) + "\n").encode())
            made += 1
    print(f"{made} programs over {len(table)} entries from {tried} attempts; {pathlib.Path(options.write).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
