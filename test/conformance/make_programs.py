"""Stores random programs with PyTorch's values, gradients, second derivatives and errors.

Usage: python make_programs.py [--seed N] [--count N] [--write FILE] (with torch 2.13.0 installed). Writes programs.json.gz beside itself by default.

A program is a list of leaves and a list of steps. Leaves are drawn by a generator that is easily written in any language (`numbers`). A step is
[op, argument, ...], where "$3" stands for the tensor in slot 3; its results go into the next free slots. Results are the values of some slots, the
gradients of their sum, weighted at random, by the leaves, and the gradients of the weighted sum of those.
"""

import argparse
import base64
import gzip
import json
import math
import pathlib
import random

import torch
import torch.nn.functional as F

SEED = 20261128
COUNT = 2000
DTYPES = {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64, "bool": torch.bool}
NAMES = {torch.float32: "float32", torch.float64: "float64", torch.int64: "int64", torch.bool: "bool"}


def numbers(seed, count):
    """The generator mulberry32: uniform numbers in [0, 1) from 32-bit integers."""
    state, out = seed & 0xFFFFFFFF, []
    for _ in range(count):
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        out.append((t ^ (t >> 14)) / 2**32)
    return out


def drawn(shape, dtype, seed, coarse):
    """Returns numbers in [-2, 2) that float32 represents; multiples of 0.5 if `coarse`, so that there are ties and zeros."""
    unit = 0.5 if coarse else 2**-16
    values = [math.floor((4 * u - 2) / unit) * unit for u in numbers(seed, math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).to(dtype)


def integers(shape, below, seed):
    return torch.tensor([math.floor(u * below) for u in numbers(seed, math.prod(shape))], dtype=torch.int64).reshape(shape)


UNARY = ["neg", "exp", "sin", "cos", "tanh", "sigmoid", "relu", "abs", "square", "erf", "sign", "floor", "ceil", "trunc", "round", "sqrt", "log", "log1p", "expm1", "reciprocal", "rsqrt", "gelu", "logSigmoid", "clone", "contiguous", "detach"]  # fmt: skip
SMOOTH = ["exp", "sin", "cos", "tanh", "sigmoid", "relu", "abs", "square", "neg", "clone"]
# In PyTorch a view that was made in no_grad says that it requires a gradient, but has none.
VIEWS = ["reshape", "transpose", "permute", "unsqueeze", "squeeze", "expand", "narrow", "select", "split", "chunk", "flatten", "view", "contiguous", "index", "to", "detach"]  # fmt: skip
INPLACE = ["neg_", "exp_", "sin_", "cos_", "tanh_", "sigmoid_", "relu_", "abs_", "square_", "zero_", "sqrt_"]
BINARY = ["add", "sub", "mul", "div", "maximum", "minimum", "remainder"]
COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"]
SNAKE = {"logSigmoid": F.logsigmoid, "gelu": F.gelu, "logicalAnd": torch.logical_and, "logicalOr": torch.logical_or, "logicalNot": torch.logical_not}


def execute(step, slots):
    """Returns the results of a step, given the tensors of the slots."""
    name, *args = step
    args = [[slots[int(v[1:])] if isinstance(v, str) and v[0] == "$" else v for v in a] if isinstance(a, list) else slots[int(a[1:])] if isinstance(a, str) and a[0] == "$" else a for a in args]  # fmt: skip
    x = args[0]
    rest = args[1:]
    if name in SNAKE:
        return [SNAKE[name](*args)]
    if name in ("sum", "mean", "amax", "amin", "var", "std", "logsumexp"):
        o = rest[0]
        if o["dim"] is None:
            return [getattr(x, name)()]
        kwargs = {"correction": o["correction"]} if "correction" in o else {}
        return [getattr(x, name)(tuple(o["dim"]), keepdim=o["keepdim"], **kwargs)]
    if name in ("max", "min"):
        return list(getattr(x, name)(rest[0], keepdim=rest[1]["keepdim"]))
    if name == "softmax":
        return [x.softmax(rest[0])]
    if name == "logSoftmax":
        return [x.log_softmax(rest[0])]
    if name == "layerNorm":
        return [F.layer_norm(x, rest[0])]
    if name == "linear":
        return [F.linear(*args)]
    if name == "where":
        return [torch.where(*args)]
    if name in ("cat", "stack"):
        return [getattr(torch, name)(x, rest[0])]
    if name in ("split", "chunk"):
        return list(getattr(x, name)(rest[0], rest[1]))
    if name == "to":
        return [x.to(DTYPES[rest[0]])]
    if name in ("indexSelect", "maskedSelect", "indexAdd", "scatterAdd"):
        torch_name = {"indexSelect": "index_select", "maskedSelect": "masked_select", "indexAdd": "index_add", "scatterAdd": "scatter_add"}[name]
        return [getattr(x, torch_name)(*rest)]
    if name == "index":
        return [x[tuple(rest)] if len(rest) > 1 else x[rest[0]]]
    if name == "add" and len(rest) == 2:
        return [x.add(rest[0], alpha=rest[1]["alpha"])]
    if name == "retainGrad":
        x.retain_grad()
        return []
    result = getattr(x, name)(*rest)
    return [] if name.endswith("_") else [result]


class Maker:
    """Draws steps whose operands are among the tensors of the program."""

    def __init__(self, rng, slots):
        self.rng, self.slots = rng, slots

    def pick(self, wanted=lambda t: True):
        found = [i for i, t in enumerate(self.slots) if wanted(t)]
        if not found:
            raise LookupError
        # later tensors are drawn more often
        return found[min(len(found) - 1, int(len(found) * math.sqrt(self.rng.random())))]

    def floats(self, wanted=lambda t: True):
        return self.pick(lambda t: t.is_floating_point() and wanted(t))

    def partner(self, i):
        """Returns a float tensor that broadcasts with another one."""
        shape = self.slots[i].shape

        def fits(t):
            try:
                return math.prod(torch.broadcast_shapes(shape, t.shape)) <= 200
            except RuntimeError:
                return False

        return self.floats(fits)

    def dim(self, t):
        return self.rng.randrange(-t.dim(), t.dim())

    def factorized(self, count):
        options = [[count], [1, count], [count, 1], [-1]]
        options += [[a, count // a] for a in range(2, count) if count % a == 0]
        return self.rng.choice(options)

    def step(self):
        rng = self.rng
        kind = rng.choices(
            ["unary", "binary", "number", "inplace", "inplaceBinary", "reduce", "view", "index", "matmul", "soft", "where", "join", "other"],
            [14, 16, 8, 7, 9, 8, 18, 9, 5, 4, 5, 5, 6],
        )[0]
        return getattr(self, kind)()

    def unary(self):
        return [self.rng.choice(UNARY if self.rng.random() < 0.5 else SMOOTH), f"${self.floats()}"]

    def binary(self):
        i = self.floats()
        if self.rng.random() < 0.15:
            return ["add", f"${i}", f"${self.partner(i)}", {"alpha": self.rng.choice([2, -0.5])}]
        return [self.rng.choice(BINARY), f"${i}", f"${self.partner(i)}"]

    def number(self):
        value = self.rng.choice([0.5, 2, -1.5, 3, 0.25, 1, -1])
        name = self.rng.choice(["add", "sub", "mul", "div", "pow", "clamp", "remainder"])
        i = self.floats()
        if name == "pow":
            return ["pow", f"${i}", self.rng.choice([2, 3, 0.5, -1, 1, 0, 1.5])]
        if name == "clamp":
            return ["clamp", f"${i}", *self.rng.choice([[-0.5, 0.5], [-1, None], [None, 1], [0, 1]])]
        return [name, f"${i}", value]

    def inplace(self):
        i = self.floats(lambda t: 0 not in t.stride())
        if self.rng.random() < 0.3:
            return [self.rng.choice(["add_", "mul_", "fill_", "div_", "sub_"]), f"${i}", self.rng.choice([2, 0.5, -1])]
        # only PyTorch allows fill_ and zero_ of an expanded tensor on the tape
        return [self.rng.choice(INPLACE), f"${i}"]

    def inplaceBinary(self):
        i = self.floats()
        target = self.slots[i]
        shape = target.shape

        def fits(t):
            # for an operand that overlaps the result, PyTorch's values depend on the order of its loops
            alike = t.data_ptr() == target.data_ptr() and t.stride() == target.stride()
            if t.untyped_storage().data_ptr() == target.untyped_storage().data_ptr() and not alike:
                return False
            try:
                return torch.broadcast_shapes(shape, t.shape) == shape
            except RuntimeError:
                return False

        return [self.rng.choice(["add_", "sub_", "mul_", "copy_", "mul_", "add_"]), f"${i}", f"${self.floats(fits)}"]

    def reduce(self):
        i = self.floats()
        t = self.slots[i]
        name = self.rng.choice(["sum", "sum", "mean", "amax", "amin", "var", "std", "logsumexp", "max", "min"])
        if name in ("max", "min"):
            i = self.floats(lambda t: t.dim() > 0)
            return [name, f"${i}", self.dim(self.slots[i]), {"keepdim": self.rng.random() < 0.5}]
        if t.dim() == 0 or (self.rng.random() < 0.3 and name != "logsumexp"):
            return ["sum", f"${i}", {"dim": None}] if t.dim() == 0 or name == "logsumexp" else [name, f"${i}", {"dim": None}]
        dims = sorted(self.rng.sample(range(t.dim()), self.rng.randint(1, t.dim())))
        options = {"dim": dims, "keepdim": self.rng.random() < 0.5}
        if name in ("var", "std"):
            options["correction"] = self.rng.choice([0, 1])
        return [name, f"${i}", options]

    def view(self):
        rng = self.rng
        name = rng.choice(["reshape", "transpose", "permute", "unsqueeze", "squeeze", "expand", "narrow", "narrow", "select", "select", "split", "chunk", "flatten", "view"])
        if name in ("reshape", "view"):
            i = self.floats()
            return [name, f"${i}", self.factorized(self.slots[i].numel())]
        if name == "unsqueeze":
            i = self.floats(lambda t: t.dim() < 4)
            return [name, f"${i}", rng.randint(0, self.slots[i].dim())]
        if name in ("squeeze", "flatten"):
            return [name, f"${self.floats()}"]
        if name == "expand":
            i = self.floats(lambda t: t.numel() <= 60)
            shape = [rng.choice([2, 3]) if n == 1 else n for n in self.slots[i].shape]
            return [name, f"${i}", ([2] if rng.random() < 0.3 else []) + shape]
        i = self.floats(lambda t: t.dim() > 0)
        t = self.slots[i]
        d = self.dim(t)
        n = t.shape[d]
        if name == "transpose":
            return [name, f"${i}", d, self.dim(t)]
        if name == "permute":
            return [name, f"${i}", rng.sample(range(t.dim()), t.dim())]
        if name == "narrow":
            start = rng.randrange(n)
            return [name, f"${i}", d, start, rng.randint(1, n - start)]
        if name == "select":
            return [name, f"${i}", d, rng.randrange(-n, n)]
        return [name, f"${i}", rng.randint(1, max(1, n - 1)), d]

    def index(self):
        rng = self.rng
        i = self.floats(lambda t: t.dim() > 0)
        t = self.slots[i]
        d = rng.randrange(t.dim())
        n = t.shape[d]
        name = rng.choice(["indexSelect", "gather", "index", "scatterAdd", "indexAdd", "maskedSelect"])
        seed = rng.randrange(2**31)
        if name == "maskedSelect":
            masks = [k for k, m in enumerate(self.slots) if m.dtype == torch.bool and m.shape == t.shape]
            if not masks:
                return ["gt", f"${i}", 0]
            return [name, f"${i}", f"${rng.choice(masks)}"]
        if name in ("indexSelect", "index"):
            return [{"integers": [[rng.randint(1, 5)], n, seed]}, name, i, d]
        if name == "gather":
            shape = [rng.randint(1, m) if k != d else rng.randint(1, 4) for k, m in enumerate(t.shape)]
            return [{"integers": [shape, n, seed]}, name, i, d]
        if name == "scatterAdd":
            j = self.floats(lambda s: s.dim() == t.dim() and s.dtype == t.dtype)
            shape = [min(a, b) if k != d else b for k, (a, b) in enumerate(zip(t.shape, self.slots[j].shape, strict=True))]
            return [{"integers": [shape, n, seed]}, name, i, d, j]
        j = self.floats(lambda s: s.dim() == t.dim() and s.dtype == t.dtype and all(k == d or a == b for k, (a, b) in enumerate(zip(t.shape, s.shape, strict=True))))
        return [{"integers": [[self.slots[j].shape[d]], n, seed]}, name, i, d, j]

    def matmul(self):
        i = self.floats(lambda t: t.dim() > 0)
        t = self.slots[i]
        if self.rng.random() < 0.3:
            j = self.floats(lambda s: s.dim() == 2 and s.shape[1] == t.shape[-1] and s.dtype == t.dtype)
            return ["linear", f"${i}", f"${j}"]
        j = self.floats(lambda s: s.dim() > 0 and s.shape[max(0, s.dim() - 2)] == t.shape[-1] and s.dtype == t.dtype)
        return ["matmul", f"${i}", f"${j}"]

    def soft(self):
        i = self.floats(lambda t: t.dim() > 0)
        t = self.slots[i]
        if self.rng.random() < 0.25:
            return ["layerNorm", f"${i}", [t.shape[-1]]]
        return [self.rng.choice(["softmax", "logSoftmax"]), f"${i}", self.dim(t)]

    def where(self):
        masks = [k for k, m in enumerate(self.slots) if m.dtype == torch.bool]
        if not masks or self.rng.random() < 0.3:
            i = self.floats()
            return [self.rng.choice(COMPARE), f"${i}", self.rng.choice([0, 0.5, -1, f"${self.partner(i)}"])]
        k = self.rng.choice(masks)
        i = self.partner(k)
        if self.rng.random() < 0.15:
            return ["logicalNot", f"${k}"]
        return ["where", f"${k}", f"${i}", self.rng.choice([0, 1, f"${self.partner(i)}"])]

    def join(self):
        i = self.floats(lambda t: t.dim() > 0 and t.numel() <= 60)
        t = self.slots[i]
        j = self.floats(lambda s: s.shape == t.shape)
        return [self.rng.choice(["cat", "stack"]), [f"${i}", f"${j}"], self.rng.randrange(t.dim())]

    def other(self):
        i = self.floats()
        return self.rng.choice([["to", f"${i}", "float64"], ["to", f"${i}", "float32"], ["detach", f"${i}"], ["retainGrad", f"${i}"], ["retainGrad", f"${i}"]])


def steps_of(made, count):
    """Returns a random step, or two: an index tensor and the op that uses it."""
    if not isinstance(made[0], dict):
        return [made]
    source, name, i, d, *more = made
    at = f"${count}"
    if name == "index":
        return [["integers", *source["integers"]], ["index", f"${i}", at] if d == 0 else ["indexSelect", f"${i}", d, at]]
    return [["integers", *source["integers"]], [name, f"${i}", d, at, *(f"${j}" for j in more)]]


def run_step(step, slots):
    if step[0] == "integers":
        slots.append(integers(*step[1:]))
    elif step[0] == "noGrad":
        with torch.no_grad():
            slots.extend(execute(step[1], slots))
    else:
        slots.extend(execute(step, slots))


AUTOGRAD = ("a leaf Variable", "a view of a leaf", "inplace", "in-place", "no_grad", "retains_grad", "can't retain_grad")


def is_autograd(error):
    return any(text in str(error) for text in AUTOGRAD)


def make(rng, seed):
    """Returns a random program: leaves, steps, and the index of a step that PyTorch refuses, or None."""
    large = rng.random() < 0.5
    sizes = [3, 4, 5] if large else [1, 2, 3]
    rank = rng.choice([1, 2, 2, 2, 3])
    base = [rng.choice(sizes) for _ in range(rank)]
    while (math.prod(base) > 16) != large or math.prod(base) > 80:
        base = [rng.choice(sizes + [6]) for _ in range(rng.choice([2, 2, 3]) if large else rank)]
    main = rng.choice(["float32", "float64"])
    leaves = []
    for k in range(rng.randint(1, 3)):
        shape = base if k == 0 else rng.choice([base, base[1:], [1 if rng.random() < 0.4 else n for n in base], base[::-1], []])
        dtype = main if rng.random() < 0.88 else rng.choice(["float32", "float64"])
        leaves.append([shape, dtype, rng.random() < 0.85 or k == 0, rng.random() < 0.15])
    slots = tensors_of({"leaves": leaves, "seed": seed}, None)
    steps, failed = [], None
    wanted = rng.randint(3, 12)
    tries = 0
    while len(steps) < wanted and tries < 200:
        tries += 1
        try:
            drawn_steps = steps_of(Maker(rng, slots).step(), len(slots))
        except (LookupError, ValueError):
            continue
        no_grad = rng.random() < 0.05
        before = len(slots)
        done = []
        try:
            for step in drawn_steps:
                step = ["noGrad", step] if no_grad and step[0] not in ("integers", "retainGrad", *VIEWS) else step
                run_step(step, slots)
                done.append(step)
        except (RuntimeError, IndexError, TypeError) as error:
            # PyTorch refuses a change of one of several views of an op even where only the other views would become stale
            if not is_autograd(error) or "multiple views" in str(error):
                del slots[before:]
                continue
            if rng.random() > 0.1:
                del slots[before:]
                continue
            steps += [*done, step]
            failed = len(steps) - 1
            break
        steps += done
        if len(slots) > 40 or any(t.numel() > 400 for t in slots):
            break
    return {"seed": seed, "leaves": leaves, "steps": steps, **({} if failed is None else {"refused": failed})}


def tensors_of(program, dtype):
    """Returns the leaves, in one dtype if it is given."""
    return [
        drawn(shape, dtype or DTYPES[name], program["seed"] + k, coarse).clone().requires_grad_(needs)
        for k, (shape, name, needs, coarse) in enumerate(program["leaves"])
    ]


class Results:
    """Returns the results of a program, in the order of storage."""

    def __init__(self):
        self.tensors, self.error = [], None


def run(program, dtype=None, copies=False):
    """Runs a program: returns values, gradients and second derivatives, or the index of the step that raised. With `copies` ops save copies, which no in-place change invalidates."""
    if copies:
        with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):
            return run(program, dtype)
    found = Results()
    slots = tensors_of(program, dtype)
    leaves = list(slots)
    stage = "steps"
    try:
        for step in program["steps"]:
            if dtype is not None and step[0] == "to":
                step = ["to", step[1], "float64"]
            run_step(step, slots)
        wanted = [x for x in leaves if x.requires_grad]
        outputs = [slots[k] for k in program["outputs"]]
        found.tensors += [y.detach().clone() for y in outputs]
        found.tensors.append(torch.stack([t.detach().to(torch.float64).sum() for t in slots]))

        def weighted(ts, salt):
            return sum((t * drawn(t.shape, t.dtype, program["seed"] + salt + k, False)).sum().to(torch.float64) for k, t in enumerate(ts))

        stage = "first"
        grads = torch.autograd.grad(weighted(outputs, 100), wanted, create_graph=True, allow_unused=True)
        found.tensors += [None if g is None else g.detach().clone() for g in grads]
        stage = "second"
        second = weighted([g for g in grads if g is not None], 200)
        if isinstance(second, torch.Tensor) and second.requires_grad:
            found.tensors += torch.autograd.grad(second, wanted, retain_graph=True, allow_unused=True)
        else:
            found.tensors += [None for _ in wanted]
        stage = "backward"
        weighted(outputs, 100).backward()
        found.tensors += [x.grad for x in wanted]
        # the retained gradients of views depend on the order of in-place changes
        if not any(s[0].endswith("_") or s[0] == "noGrad" for s in program["steps"]):
            found.tensors += [t.grad for t in slots if t.retains_grad]
    except RuntimeError as error:
        if not is_autograd(error):
            raise
        found.error = stage
    found.tensors = [None if t is None else torch.zeros_like(t) if t._is_zerotensor() else t.detach().clone() for t in found.tensors]
    return found


def scale(t):
    finite = t[torch.isfinite(t)]
    return float(finite.abs().max()) if finite.numel() else 0.0


def steady(exact, rounded):
    """Whether rounding to float32 changes the results little, so that another order of summation does too."""
    if len(exact.tensors) != len(rounded.tensors):
        return False
    for a, b in zip(exact.tensors, rounded.tensors, strict=True):
        if (a is None) != (b is None):
            return False
        if a is None:
            continue
        a, b = a.to(torch.float64), b.to(torch.float64)
        if not torch.equal(torch.isfinite(a), torch.isfinite(b)):
            return False
        off = (a - b)[torch.isfinite(a)]
        if off.numel() and float(off.abs().max()) > 2e-5 * max(1.0, scale(a)):
            return False
    return True


def stored(program, rng):
    """Returns the program with its results, or None if it has no gradients, or none that are numerically certain."""
    slots = tensors_of(program, None)
    if "refused" in program:
        return program
    for step in program["steps"]:
        run_step(step, slots)
    if any(not t.is_floating_point() and t.dtype != torch.bool and t.numel() and int(t.abs().max()) > 2**30 for t in slots):
        return None
    candidates = [k for k, t in enumerate(slots) if t.is_floating_point() and t.requires_grad and t.numel()]
    if not candidates:
        return None
    count = min(len(candidates), rng.randint(1, 3))
    program["outputs"] = sorted({candidates[-1], *rng.sample(candidates, count - 1)})
    found = run(program)
    expected = found
    if found.error is not None:
        program["error"] = found.error
        expected = run(program, copies=True)
        if expected.error is not None:
            program["always"] = True
    if any(t is not None and scale(t.to(torch.float64)) > 1e6 for t in expected.tensors):
        return None
    names = {name for _, name, *_ in program["leaves"]} | {s[-1] for s in program["steps"] if s[0] == "to"}
    exact = run(program, dtype=torch.float64, copies=True)
    if "float32" in names and (exact.error != expected.error or not steady(exact, expected)):
        return None
    program["results"] = [None if t is None else [NAMES[t.dtype], list(t.shape)] for t in expected.tensors]
    single = b"".join(t.to(torch.float32).numpy().tobytes() for t in expected.tensors if t is not None and t.dtype == torch.float32)
    double = b"".join(t.to(torch.float64).numpy().tobytes() for t in expected.tensors if t is not None and t.dtype != torch.float32)
    program["data"] = [base64.b64encode(single).decode(), base64.b64encode(double).decode()]
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--write", type=pathlib.Path, default=pathlib.Path(__file__).with_name("programs.json.gz"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    rng = random.Random(options.seed)
    programs, left = [], 0
    while len(programs) < options.count:
        try:
            program = stored(make(rng, rng.randrange(2**31)), rng)
        except RuntimeError:
            # PyTorch has no gradient, as for scatter_add of a source that is larger than the index
            program = None
        if program is None:
            left += 1
        else:
            programs.append(program)
    text = json.dumps({"torch": torch.__version__, "programs": programs}, separators=(",", ":"))
    options.write.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    errors = sum("error" in p for p in programs)
    refused = sum("refused" in p for p in programs)
    print(f"{len(programs)} programs, {errors} with errors in backward, {refused} refused; {left} left out; {options.write.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
