"""Stores PyTorch's results at the edges: operands of other shapes and dtypes than an op expects, sizes of 0 and 1, NaN, infinities, denormals, and
random windows of convolutions and pooling. For each call the file has values and gradients, or that PyTorch refuses it.

Usage: python make_edges.py (with torch 2.13.0 installed). Writes edges.json.gz beside itself.
"""

import base64
import gzip
import itertools
import json
import math
import pathlib
import random
import warnings

import numpy as np
import torch

SEED = 20261128
DTYPES = {torch.float64: "float64", torch.float32: "float32", torch.int64: "int64", torch.int32: "int32", torch.bool: "bool"}
KINDS = {"float64": "f8", "float32": "f4", "int32": "i4", "int64": "i4", "bool": "u1"}

generator = torch.Generator().manual_seed(SEED)
rng = random.Random(SEED)


def snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def function_of(op):
    """Returns the function with a dotted name, such as nn.functional.relu."""
    found = torch
    for part in op.split("."):
        found = getattr(found, part)
    return found


def normal(*shape, dtype=torch.float64):
    return torch.randn(shape, dtype=torch.float64, generator=generator).to(torch.float32).to(dtype)


def integers(low, high, *shape):
    return torch.randint(low, high, shape, generator=generator).to(torch.int32)


def encode_tensor(t):
    dtype = DTYPES[t.dtype]
    array = t.detach().numpy()
    if KINDS[dtype] == "i4" and array.size and np.abs(array.astype(np.float64)).max() >= 2**31:
        raise ValueError("a large integer")
    data = base64.b64encode(np.ascontiguousarray(array).astype("<" + KINDS[dtype] if dtype != "bool" else "u1").tobytes()).decode()
    return {"tensor": dtype, "shape": list(t.shape), "kind": KINDS[dtype], "data": data}


def encode(value):
    if isinstance(value, torch.Tensor):
        return encode_tensor(value)
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    return value


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [t for v in value for t in tensors_in(v)] if isinstance(value, (list, tuple)) else []


def wide(value):
    """Returns int32 tensors as int64, which PyTorch requires of class targets and indices."""
    if isinstance(value, torch.Tensor):
        return value.long() if value.dtype == torch.int32 else value
    return [wide(v) for v in value] if isinstance(value, list) else value


def ones(value):
    """Returns floats as ones, which compress well."""
    if isinstance(value, torch.Tensor):
        return torch.ones_like(value) if value.dtype.is_floating_point else value
    return [ones(v) for v in value] if isinstance(value, list) else value


def outputs_of(result):
    return [result] if isinstance(result, torch.Tensor) else [t for t in result if isinstance(t, torch.Tensor)]


def quirk(op, args, entry):
    """Whether PyTorch's result is an accident of its implementation, from which this library differs."""
    name = op.split(".")[-1]
    shape = lambda key: list(args[key].shape) if args.get(key) is not None else None
    if name == "linear":
        # PyTorch merges leading dimensions of the input before it adds the bias, so that it refuses some biases that broadcast, and accepts others that do not
        return shape("bias") is not None and len(shape("bias")) > 1
    if name == "batch_norm":
        # PyTorch checks only the number of elements of weight and bias, and nothing for an empty input
        return 0 in shape("input") or any(len(shape(k) or [0]) > 1 for k in ("weight", "bias"))
    if name == "scaled_dot_product_attention":
        # PyTorch checks nothing for empty values; a 0-d mask fails only for inputs of four dimensions
        return 0 in shape("value") and "error" not in entry and shape("value")[:-1] != shape("key")[:-1] or shape("attnMask") == [] and len(shape("query")) == 4
    if name.startswith("conv_transpose"):
        # PyTorch does not check the output padding for an empty batch
        return 0 in shape("input") and any(p > 0 for p in np.ravel(args["outputPadding"]))
    if name.startswith("conv") and 0 in shape("input"):
        return True
    if name == "binary_cross_entropy_with_logits":
        # PyTorch's result has the dtype of the target
        return args["input"].dtype != args["target"].dtype
    if name == "index_add":
        return 0 in shape("input")
    if name == "logsumexp":
        return args["dim"] == []
    if name == "avg_pool3d":
        # PyTorch compares the window with the input without its padding
        return "smaller than kernel size" in entry.get("error", "")
    if name.startswith("max_pool") and len(entry.get("outputs", [])) == 2:
        # PyTorch's index of a window without elements is beyond the input
        index = np.frombuffer(base64.b64decode(entry["outputs"][1]["data"]), "<i4")
        return index.size > 0 and index.max() >= np.prod(shape("input")[2 - (args["input"].dim() == int(name[8]) + 1):])
    return False


cases, seen = [], set()


def record(op, args, exact=False, gradients=True):
    """Calls PyTorch's function and stores the result, or that it raised."""
    entry = {"op": op, "args": {name: encode(value) for name, value in args.items()}}
    if exact:
        entry["exact"] = True
    key = json.dumps(entry)
    if key in seen and gradients:
        return
    seen.add(key)
    # int64 where PyTorch's signature requires it for indices; int32 elsewhere, so that intermediate results have the same dtype
    given = {name: wide(value) if name in ("index", "target", "indices") or (op == "nn.functional.embedding" and name == "input") else value for name, value in args.items()}
    differentiated = False
    leaves = [t.requires_grad_() for value in given.values() for t in tensors_in(value) if t.dtype.is_floating_point and gradients]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if op.startswith("Tensor."):
                rest = {k: v for k, v in given.items() if k != "input"}
                outputs = outputs_of(method(op, given["input"], rest))
            else:
                outputs = outputs_of(function_of(op)(**{snake(k): v for k, v in given.items()}))
        if any(not torch.is_floating_point(y) and DTYPES.get(y.dtype) is None for y in outputs):
            return
        entry["outputs"] = [encode_tensor(y) for y in outputs]
        differentiable = [y for y in outputs if y.requires_grad]
        if differentiable:
            cotangents = [normal(*y.shape, dtype=y.dtype) for y in differentiable]
            differentiated = True
            grads = torch.autograd.grad(differentiable, leaves, cotangents, allow_unused=True)
            entry["cotangents"] = [encode_tensor(c) for c in cotangents]
            entry["gradients"] = [None if g is None else encode_tensor(g) for g in grads]
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError, NotImplementedError) as error:
        for t in leaves:
            t.requires_grad_(False)
        if differentiated or "not differentiable with respect to" in str(error):
            # PyTorch computes the value, but has no gradient for it
            return record(op, args, exact, gradients=False)
        entry["error"] = str(error).split("\n")[0][:100]
        # PyTorch refuses the shapes or dtypes, so that the elements need not be stored
        entry["args"] = {name: encode(ones(value)) for name, value in args.items()}
    for t in leaves:
        t.requires_grad_(False)
    if not quirk(op, args, entry):
        cases.append(entry)


def reshaped(t, shape):
    """Returns a tensor of another shape with elements of the same kind."""
    if t.dtype.is_floating_point:
        return normal(*shape, dtype=t.dtype)
    if t.dtype == torch.bool:
        return integers(0, 2, *shape).bool()
    return integers(0, 2, *shape)


def method(op, x, rest):
    if op == "Tensor.__getitem__":
        return x[tuple(rest["indices"])]
    return function_of(op)(x, **{snake(k): v for k, v in rest.items()})


def shapes_near(shape):
    """Returns shapes with one dimension more, one less, and one of size 0, 1 or one larger."""
    shape = list(shape)
    found = [[1, *shape], [2, *shape], [*shape, 1], shape[1:], shape[:-1], []]
    for d in range(len(shape)):
        found += [[*shape[:d], n, *shape[d + 1 :]] for n in (0, 1, shape[d] + 1)]
    return [s for s in found if s != shape]


def vary(op, args, dtypes=True, gradients=True):
    """Yields the call itself, and the call with each tensor in another shape or dtype."""
    record(op, args, gradients=gradients)
    for name, value in args.items():
        if isinstance(value, torch.Tensor):
            for shape in shapes_near(value.shape):
                record(op, {**args, name: reshaped(value, shape)}, gradients=gradients)
            for dtype in (torch.float32, torch.float64, torch.int32, torch.bool) if dtypes else ():
                if dtype != value.dtype:
                    record(op, {**args, name: value.to(dtype)}, exact=True, gradients=gradients)
                    record(op, {**args, name: reshaped(value.to(dtype), [])}, exact=True, gradients=gradients)
        if isinstance(value, list) and value and isinstance(value[0], torch.Tensor):
            for shape in shapes_near(value[-1].shape):
                record(op, {**args, name: [*value[:-1], reshaped(value[-1], shape)]}, gradients=gradients)
            record(op, {**args, name: []})


UNARY = "abs neg exp expm1 log log1p sqrt rsqrt sin cos tanh sigmoid erf sign floor ceil trunc round square reciprocal isnan isfinite logical_not clone nn.functional.relu nn.functional.gelu nn.functional.logsigmoid".split()
BINARY = "add sub mul div floor_divide remainder maximum minimum eq ne lt le gt ge logical_and logical_or".split()
SIZES = [[], [1], [3], [2, 3], [5, 6]]


def arithmetic():
    for op in UNARY:
        for shape in [*SIZES, [0], [2, 0]]:
            record(op, {"input": normal(*shape)})
        for dtype in (torch.int32, torch.bool):
            record(op, {"input": integers(0, 3, 3).to(dtype)}, exact=True)
    for op in [*BINARY, "pow"]:
        other = "exponent" if op == "pow" else "other"
        for a, b in itertools.product([[], [1], [3], [2, 1], [2, 3], [0], [5, 6], [4]], repeat=2):
            record(op, {"input": normal(*a).abs() + 0.5, other: normal(*b)})
        for a, b in itertools.product((torch.float32, torch.float64, torch.int32, torch.bool), repeat=2):
            for s, t in (([3], [3]), ([3], []), ([], [3]), ([], [])):
                record(op, {"input": integers(1, 3, *s).to(a), other: integers(1, 3, *t).to(b)}, exact=True)
        for dtype in (torch.float32, torch.int32, torch.bool):
            for number in (2, 1.5, True, -1, 0):
                if not (op in ("maximum", "minimum", "logical_and", "logical_or")):
                    record(op, {"input": integers(1, 3, 3).to(dtype), other: number}, exact=True)
    vary("clamp", {"input": normal(2, 3), "min": normal(3) - 1, "max": normal(2, 1) + 1})
    vary("clamp", {"input": normal(2, 3), "max": normal(2, 3)})
    for low, high in ((0.5, -0.5), (math.nan, 1), (0, math.nan), (-math.inf, math.inf), (1, 1)):
        record("clamp", {"input": normal(4), "min": low, "max": high})
    record("clamp", {"input": normal(4)})
    vary("where", {"condition": integers(0, 2, 2, 3).bool(), "input": normal(3), "other": normal(2, 1)})
    for decimals in (-3, -2, -1, 0, 1, 2, 3, 7):
        for dtype in (torch.float32, torch.float64):
            values = torch.tensor([0.5, 1.5, 2.5, -0.5, 1.25, -1.35, 12345.678, -99.5, 1e20, 0.0, -0.0, math.inf, math.nan], dtype=dtype)
            record("round", {"input": values, "decimals": decimals}, exact=True)
            record("round", {"input": normal(20, dtype=dtype) * 100, "decimals": decimals}, exact=True)
    record("round", {"input": integers(0, 30, 3), "decimals": -1}, exact=True)


# NaN, infinities, zeros of both signs, denormals of float64 and of float32, and numbers that overflow when they are squared
SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 1e-310, -1e-310, 1e-40, 1e300, -1e300, 1e30, 0.5, 2.0, -3.0, 1.0, 7.0]


def special_values():
    for dtype in (torch.float32, torch.float64):
        values = torch.tensor(SPECIAL, dtype=torch.float64).to(dtype)
        for op in UNARY:
            if op != "nn.functional.gelu":  # PyTorch's is NaN at infinity or not, depending on the number of elements
                record(op, {"input": values}, exact=True)
        rows = values[[0, 1, 2, 3, 7, 9, 13, 15]]
        for op in [*BINARY, "pow"]:
            other = "exponent" if op == "pow" else "other"
            if op == "remainder":
                rows = rows[rows.abs().nan_to_num(1) >= 1e-30]
            record(op, {"input": rows.reshape(-1, 1).clone(), other: rows.clone()}, exact=True, gradients=op in ("add", "sub", "mul", "div"))
        for op in "sum mean amax amin max min var std logsumexp softmax log_softmax argmax argmin".split():
            dim = {"dim": 0} if op in ("logsumexp", "softmax", "log_softmax") else {}
            for row in ([1, math.nan, 3], [math.nan, math.nan], [math.inf, 1], [math.inf, math.inf], [-math.inf, -math.inf], [-math.inf, math.inf], [1, 1, 1], [0.0, -0.0], [1e-310, 2e-310], [1e300, 1e300], [2.0]):
                for repeat in (1, 9):
                    if op in ("var", "std") and row[0] == 1e300:
                        continue
                    record(op, {"input": torch.tensor(row * repeat, dtype=dtype), **dim}, exact=True)
        for op in ("max", "min", "argmax", "argmin", "amax", "amin"):
            record(op, {"input": torch.tensor([[1, math.nan, 3], [2, 2, -math.inf], [math.nan, math.nan, 0]], dtype=dtype), "dim": 1}, exact=True)


def reductions():
    for shape in ([], [0], [1], [4], [2, 0], [0, 3], [2, 3], [2, 0, 3], [5, 4, 2]):
        dims = [None, *range(-len(shape) - 1, len(shape) + 1)]
        for op in "sum mean amax amin max min argmax argmin var std softmax log_softmax logsumexp".split():
            for dim, keepdim in itertools.product(dims, (False, True)):
                if dim is None and (op in ("softmax", "log_softmax", "logsumexp") or (keepdim and op in ("max", "min"))):
                    continue
                args = {"input": normal(*shape), **({} if dim is None else {"dim": dim})}
                if op not in ("softmax", "log_softmax") and keepdim:
                    args["keepdim"] = True
                if dim is None and keepdim and op not in ("argmax", "argmin"):
                    args["dim"] = list(range(len(shape)))
                record(op, args)
            if len(shape) > 1 and op in ("sum", "mean", "amax", "amin", "var", "std", "logsumexp"):
                for dim in ([0, 1], [0, -1], [0, 0], [1], []):
                    record(op, {"input": normal(*shape), "dim": dim})
        for correction in (0, 1, 2, 3, 4, 7, -1, 0.5):
            for op in ("var", "std"):
                record(op, {"input": normal(*shape), "correction": correction})
                if shape:
                    record(op, {"input": normal(*shape), "dim": 0, "correction": correction})
    for op in "sum mean amax amin max min argmax argmin var std".split():
        for dtype in (torch.int32, torch.bool):
            record(op, {"input": integers(0, 3, 2, 3).to(dtype)}, exact=True)
            record(op, {"input": integers(0, 3, 0).to(dtype)}, exact=True)


def arrangement():
    for shape in ([], [0], [1], [5], [0, 3], [2, 0], [3, 4], [6, 5]):
        for n in (-1, 0, 1, 2, 3, 7):
            for dim in (0, 1, -1, 2):
                record("chunk", {"input": normal(*shape), "chunks": n, "dim": dim})
                record("split", {"tensor": normal(*shape), "splitSizeOrSections": n, "dim": dim})
        for sections in ([], [0], [0, 0], [2, 3], [1, -1, 5], [5], [1, 1]):
            record("split", {"tensor": normal(*shape), "splitSizeOrSections": sections})
        for dim in (-3, -1, 0, 1, 2):
            record("unsqueeze", {"input": normal(*shape), "dim": dim})
            record("squeeze", {"input": normal(*shape), "dim": dim})
            for i in (-7, -1, 0, 1, 5):
                record("select", {"input": normal(*shape), "dim": dim, "index": i})
                for length in (-1, 0, 1, 3):
                    record("narrow", {"input": normal(*shape), "dim": dim, "start": i, "length": length})
            for other in (-1, 0, 1):
                record("transpose", {"input": normal(*shape), "dim0": dim, "dim1": other})
                record("flatten", {"input": normal(*shape), "startDim": dim, "endDim": other})
        for size in ([], [-1], [0], [1], [5], [0, -1], [-1, 0], [2, -1], [3, 0], [12], [4, 3], [-1, -1], [1, 5], [2, 3, 4], [-1, 5], [-2]):
            record("reshape", {"input": normal(*shape), "shape": size})
            record("Tensor.view", {"input": normal(*shape), "size": size})
            record("Tensor.expand", {"input": normal(*shape), "size": size})
        for dims in ([], [0], [1, 0], [0, 1], [-1, 0], [0, 0], [2, 0]):
            record("permute", {"input": normal(*shape), "dims": dims})
        record("t", {"input": normal(*shape)})
    for op in ("cat", "stack"):
        for dim in (0, 1, -1, 2):
            for a, b in itertools.product([[], [0], [1], [3], [0, 3], [2, 3], [2, 0], [4, 3], [5, 6]], repeat=2):
                record(op, {"tensors": [normal(*a), normal(*b)], "dim": dim})
        for a, b in itertools.product((torch.float32, torch.float64, torch.int32, torch.bool), repeat=2):
            record(op, {"tensors": [integers(0, 2, 3).to(a), integers(0, 2, 3).to(b)]}, exact=True)
        record(op, {"tensors": []})


def picking():
    vary("index_select", {"input": normal(3, 4), "dim": 1, "index": integers(0, 4, 5)})
    vary("index_add", {"input": normal(4, 3), "dim": 0, "index": integers(0, 4, 5), "source": normal(5, 3)})
    vary("gather", {"input": normal(3, 4), "dim": 1, "index": integers(0, 4, 3, 2)})
    vary("scatter_add", {"input": normal(3, 4), "dim": 1, "index": integers(0, 4, 3, 2), "src": normal(3, 2)})
    vary("nn.functional.embedding", {"input": integers(0, 3, 2, 3), "weight": normal(3, 4)})
    for i in (-4, -1, 0, 2, 3):
        index = torch.tensor([i], dtype=torch.int32)
        record("index_select", {"input": normal(3), "dim": 0, "index": index})
        record("gather", {"input": normal(3), "dim": 0, "index": index})
        record("scatter_add", {"input": normal(3), "dim": 0, "index": index, "src": normal(1)})
        record("index_add", {"input": normal(3), "dim": 0, "index": index, "source": normal(1)})
        record("nn.functional.embedding", {"input": index, "weight": normal(3, 2)})
        record("nn.functional.embedding", {"input": index.abs() % 3, "weight": normal(3, 2), "paddingIdx": i})
        record("Tensor.__getitem__", {"input": normal(3), "indices": [index]})
    masks = [torch.tensor(True), torch.tensor(False), torch.tensor([True, False, True]), torch.tensor([False] * 3), torch.tensor([True]), torch.zeros(0, dtype=torch.bool), torch.tensor([[True, False, True]]), integers(0, 2, 2, 3).bool(), integers(0, 2, 4, 3).bool()]
    for mask in masks:
        for shape in ([], [1], [3], [2, 3], [4, 3], [2, 1]):
            record("masked_select", {"input": normal(*shape), "mask": mask})
            record("Tensor.__getitem__", {"input": normal(*shape), "indices": [mask]})
            record("where", {"condition": mask, "input": normal(*shape), "other": normal(1)})
    vary("masked_select", {"input": normal(2, 3), "mask": integers(0, 2, 2, 3).bool()})


def layers():
    nn = "nn.functional."
    vary(nn + "linear", {"input": normal(2, 3), "weight": normal(4, 3), "bias": normal(4)})
    vary(nn + "linear", {"input": normal(5, 2, 3), "weight": normal(4, 3)})
    for x, b in itertools.product([[3], [2, 3], [0, 3]], [[], [1], [4], [2, 4], [1, 4], [2, 1], [5, 2, 4], [1, 2, 4], [3, 4]]):
        if len(x) > 1 or len(b) < 2:
            record(nn + "linear", {"input": normal(*x), "weight": normal(4, 3), "bias": normal(*b)})
    vary("matmul", {"input": normal(2, 3), "other": normal(3, 4)})
    vary("matmul", {"input": normal(2, 1, 2, 3), "other": normal(2, 3, 2)})
    vary(nn + "layer_norm", {"input": normal(2, 3, 4), "normalizedShape": [4], "weight": normal(4), "bias": normal(4)})
    vary(nn + "layer_norm", {"input": normal(2, 3, 4), "normalizedShape": [3, 4], "bias": normal(3, 4)})
    vary(nn + "rms_norm", {"input": normal(2, 3, 4), "normalizedShape": [4], "weight": normal(4)})
    for shape in ([], [4], [0], [5], [3, 4], [2, 3, 4], [1, 2, 3, 4]):
        for op in (nn + "layer_norm", nn + "rms_norm"):
            record(op, {"input": normal(2, 3, 4), "normalizedShape": shape})
    for training in (True, False):
        statistics = {"runningMean": normal(3), "runningVar": normal(3).abs() + 0.5}
        record(nn + "batch_norm", {"input": normal(4, 3, 2), "runningMean": None, "runningVar": None, "training": training})
        for chosen in ("runningMean", "runningVar"):
            record(nn + "batch_norm", {"input": normal(4, 3, 2), "runningMean": None, "runningVar": None, chosen: statistics[chosen], "training": training}, gradients=False)
        vary(nn + "batch_norm", {"input": normal(4, 3, 2), **statistics, "weight": normal(3), "bias": normal(3), "training": training}, gradients=False)
        for shape in ([1, 3], [1, 3, 1], [1, 3, 2], [0, 3], [2, 3, 0], [2, 3], [3], [], [4, 3, 2, 2]):
            record(nn + "batch_norm", {"input": normal(*shape), **statistics, "training": training}, gradients=False)
        for eps in (0.0, -1.0, 1e-3):
            record(nn + "batch_norm", {"input": normal(4, 3), **statistics, "training": training, "eps": eps}, gradients=False)


def losses():
    nn = "nn.functional."
    for reduction in ("mean", "sum", "none"):
        vary(nn + "binary_cross_entropy_with_logits", {"input": normal(2, 3), "target": normal(2, 3).sigmoid(), "weight": normal(3).abs(), "posWeight": normal(2, 3).abs(), "reduction": reduction}, dtypes=reduction == "mean")
        vary(nn + "mse_loss", {"input": normal(2, 3), "target": normal(2, 3), "weight": normal(2, 3).abs(), "reduction": reduction}, dtypes=reduction == "mean")
        vary(nn + "mse_loss", {"input": normal(2, 3), "target": normal(2, 3), "reduction": reduction})
        for op in (nn + "cross_entropy", nn + "nll_loss"):
            vary(op, {"input": normal(4, 3), "target": integers(0, 3, 4), "weight": normal(3).abs(), "reduction": reduction}, dtypes=reduction == "mean")
            vary(op, {"input": normal(2, 3, 4), "target": integers(0, 3, 2, 4), "reduction": reduction})
            for target in ([0, 3], [0, -1], [0, -100], [-100, -100], [2, 2]):
                args = {"input": normal(2, 3), "target": torch.tensor(target, dtype=torch.int32), "reduction": reduction}
                record(op, args)
                record(op, {**args, "weight": torch.tensor([1.0, 2.0, 0.0], dtype=torch.float64)})
                record(op, {**args, "ignoreIndex": 2})
                if op.endswith("entropy"):
                    record(op, {**args, "labelSmoothing": 0.25})
        vary(nn + "cross_entropy", {"input": normal(4, 3), "target": normal(4, 3).softmax(1), "weight": normal(3).abs(), "reduction": reduction, "labelSmoothing": 0.1}, dtypes=False)


def attention():
    op = "nn.functional.scaled_dot_product_attention"
    for dtype in (torch.float32, torch.float64):
        for lead in ([], [2], [1, 2]):
            q, k, v = normal(*lead, 4, 3, dtype=dtype), normal(*lead, 5, 3, dtype=dtype), normal(*lead, 5, 2, dtype=dtype)
            mask = integers(0, 2, 4, 5).bool()
            mask[1] = False
            mask[2] = True
            for m in (mask, torch.zeros(4, 5, dtype=dtype).masked_fill(~mask, -math.inf), torch.zeros(4, 5, dtype=torch.bool), torch.tensor(False)):
                record(op, {"query": q, "key": k, "value": v, "attnMask": m}, exact=True)
            for keys in (0, 1, 3):
                for causal in (False, True):
                    record(op, {"query": q, "key": normal(*lead, keys, 3, dtype=dtype), "value": normal(*lead, keys, 2, dtype=dtype), "isCausal": causal}, exact=True)
    for m in ([4, 5], [1, 5], [4, 1], [5], [1], [], [2, 4, 5], [2, 1, 5], [1, 4, 5], [3, 4, 5], [7, 2, 4, 5], [1, 2, 4, 5], [4, 4], [4]):
        for dtype in (torch.float64, torch.bool, torch.int32):
            record(op, {"query": normal(2, 4, 3), "key": normal(2, 5, 3), "value": normal(2, 5, 2), "attnMask": integers(0, 2, *m).to(dtype)}, exact=True)
    vary(op, {"query": normal(2, 4, 3), "key": normal(2, 5, 3), "value": normal(2, 5, 2)})
    record(op, {"query": normal(2, 0), "key": normal(3, 0), "value": normal(3, 2)})
    record(op, {"query": normal(2, 2), "key": normal(3, 2), "value": normal(3, 2), "attnMask": normal(2, 3), "isCausal": True})


def windows(count):
    """Records random convolutions and poolings, many with windows that do not fit the input."""

    def per_dim(rank, choices):
        values = [rng.choice(choices) for _ in range(rank)]
        return values if rng.random() < 0.7 else values[0]

    for i in range(count):
        rank = rng.choice((1, 1, 2, 2, 3))
        batch = rng.choice(([2], [1], [0], [], [])) if i % 4 else []
        sizes = [rng.choice((0, 1, 2, 3, 4, 5, 7)) if rng.random() < 0.3 else rng.choice((3, 4, 5, 7)) for _ in range(rank)]
        kernel = [rng.choice((1, 2, 3)) for _ in range(rank)]
        groups = rng.choice((1, 1, 2, 3))
        ins, outs = groups * rng.choice((1, 2)), groups * rng.choice((1, 2))
        common = {"stride": per_dim(rank, (1, 2, 3)), "dilation": per_dim(rank, (1, 1, 2, 4)), "groups": groups}
        if rng.random() < 0.1:
            common[rng.choice(("stride", "dilation", "groups"))] = 0
        wrong = rng.random() < 0.1
        bias = {} if rng.random() < 0.5 else {"bias": normal(outs + (1 if rng.random() < 0.1 else 0))}
        padding = rng.choice(("same", "valid")) if rng.random() < 0.2 else per_dim(rank, (0, 1, 2))
        x = normal(*batch, ins + wrong, *sizes)
        record(f"nn.functional.conv{rank}d", {"input": x, "weight": normal(outs, ins // groups, *kernel), **bias, **common, "padding": padding})
        x = normal(*batch, ins + wrong, *sizes)
        weight = normal(ins, outs // groups, *kernel)
        record(f"nn.functional.conv_transpose{rank}d", {"input": x, "weight": weight, **bias, **common, "padding": per_dim(rank, (0, 1, 2)), "outputPadding": per_dim(rank, (0, 1, 2, 3))})
        x = normal(*batch, 2, *sizes)
        # without ties, as those make the position of the largest element ambiguous
        x = torch.randperm(x.numel(), generator=generator).reshape(x.shape).to(torch.float64) / 8
        pool = {"input": x, "kernelSize": kernel if rng.random() < 0.5 else rng.choice((1, 2, 3, 5)), "padding": per_dim(rank, (0, 0, 1, 2)), "ceilMode": rng.random() < 0.6}
        if rng.random() < 0.6:
            pool["stride"] = per_dim(rank, (1, 2, 3, 4))
        record(f"nn.functional.max_pool{rank}d", {**pool, "dilation": per_dim(rank, (1, 1, 2, 3)), "returnIndices": rng.random() < 0.5})
        more = {"countIncludePad": rng.random() < 0.5}
        if rank > 1 and rng.random() < 0.3:
            more["divisorOverride"] = rng.choice((1, 3, -2, 0))
        record(f"nn.functional.avg_pool{rank}d", {**pool, **more})


def main():
    for part in (arithmetic, special_values, reductions, arrangement, picking, layers, losses, attention):
        part()
    windows(250)
    out = pathlib.Path(__file__).with_name("edges.json.gz")
    text = json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":"))
    out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    refused = sum("error" in c for c in cases)
    print(f"{len(cases)} cases of {len({c['op'] for c in cases})} ops, {refused} of them refused, {out.stat().st_size / 1e6:.2f} MB")


main()
