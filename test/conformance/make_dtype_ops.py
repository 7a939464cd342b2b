"""Writes dtype_ops.json.gz: PyTorch's results of ops on operands of every dtype, and which of them it refuses.

Usage: python make_dtype_ops.py (with torch 2.13.0 installed). An entry is [op, arguments, result]; a tensor among the arguments is {"dtype", "values"}, with
the values nested; a result is a list of [dtype, shape, values], or the name of the error.
"""

import gzip
import json
import math
import pathlib
import warnings

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import BinaryUfuncInfo, ReductionOpInfo, UnaryUfuncInfo

warnings.simplefilter("ignore")
NAMES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
DTYPES = {name: getattr(torch, name) for name in NAMES}
BACK = {v: k for k, v in DTYPES.items()}
X = [[0, 1, 3], [2, -2, 5]]
Z = [[1, 2, -3], [2, 5, 4]]
FLOATS = [[0.25, -1.5, 0.75], [0.5, 2.0, -0.125]]


def made(dtype, values):
    return torch.tensor(values, dtype=torch.float64).to(DTYPES[dtype])


def number(v):
    if isinstance(v, float) and not math.isfinite(v):
        return str(v)
    return str(v) if isinstance(v, int) and not isinstance(v, bool) and abs(v) >= 2**53 else v


def flat(y):
    # numbers of float32 in its digits
    if y.dtype == torch.float32:
        return [number(float(f"{v:.8g}")) for v in y.flatten().tolist()]
    return [number(v) for v in y.flatten().tolist()]


def outputs(y):
    if isinstance(y, torch.Tensor):
        return [y]
    return [t for part in y for t in outputs(part)] if isinstance(y, (tuple, list)) else []


def stored(value):
    if isinstance(value, torch.Tensor):
        return {"dtype": BACK[value.dtype], "values": value.tolist()}
    if isinstance(value, (list, tuple)):
        return [stored(v) for v in value]
    return BACK[value] if isinstance(value, torch.dtype) else value


def resolve(name):
    found = torch
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


entries = []


def record(name, args, rename=None):
    function = resolve(name)
    if function is None:
        return
    try:
        found = outputs(function(**args) if name != "logical_not" else function(*args.values()))
    except Exception as error:  # noqa: BLE001
        result = type(error).__name__
    else:
        if not found or any(y.dtype not in BACK for y in found):
            return
        result = [[BACK[y.dtype], list(y.shape), flat(y)] for y in found]
    entries.append([name, {camel((rename or {}).get(k, k)): stored(v) for k, v in args.items()}, result])


LEFT_OUT = {"empty", "rand", "bernoulli", "cauchy", "nn.functional.dropout", "to_sparse"}
unary = sorted({o.name for o in op_db if isinstance(o, UnaryUfuncInfo)} - LEFT_OUT)
binary = sorted({o.name for o in op_db if isinstance(o, BinaryUfuncInfo)})
reductions = sorted({o.name for o in op_db if isinstance(o, ReductionOpInfo)})

for name in unary:
    for d in NAMES:
        record(name, {"input": made(d, FLOATS if DTYPES[d].is_floating_point else X)})
for name in binary:
    second = "exponent" if name in ("pow", "float_power") else "other"
    for a in NAMES:
        for b in NAMES:
            # divisions by 0 and NaN among integers are undefined
            record(name, {"input": made(a, X), second: made(b, Z)})
        record(name, {"input": made(a, X), second: made("int64", 2)})
        record(name, {"input": made(a, X), second: made("float64", 2.5)})
        for v in (2, 2.5):
            record(name, {"input": made(a, X), second: v})
for name in reductions:
    for d in NAMES:
        record(name, {"input": made(d, X)})
        record(name, {"input": made(d, X), "dim": 1})
INDEX = torch.tensor([1, 0])
for d in NAMES:
    x, z = made(d, X), made(d, Z)
    for name in ("argmax", "argmin", "sort", "argsort", "cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "max", "min", "median", "mode", "nn.functional.softmax", "nn.functional.log_softmax", "flip", "diff", "unbind"):
        key = "dims" if name == "flip" else "dim"
        record(name, {"input": x, key: [1] if name == "flip" else 1})
    for name in ("cumsum", "cumprod", "sum", "prod"):
        for to in ("int8", "int32", "int64", "float16", "float32"):
            record(name, {"input": x, "dim": 1, "dtype": DTYPES[to]})
    record("topk", {"input": x, "k": 2})
    record("kthvalue", {"input": x, "k": 2})
    record("tril", {"input": x})
    record("triu", {"input": x})
    record("unique", {"input": x})
    record("clamp", {"input": x, "min": 1, "max": 3})
    record("clamp", {"input": x, "min": 0.5})
    record("clamp", {"input": x, "max": z})
    record("mm", {"input": x, "mat2": z.T.contiguous()})
    record("matmul", {"input": x, "other": z.T.contiguous()})
    record("dot", {"input": x[0], "tensor" if False else "tensor": z[0]}, {"tensor": "tensor"})
    record("outer", {"input": x[0], "vec2": z[0]})
    record("bmm", {"input": x[None], "mat2": z.T.contiguous()[None]})
    record("trace", {"input": x})
    record("nn.functional.linear", {"input": x, "weight": z})
    record("nn.functional.relu", {"input": x})
    record("nn.functional.gelu", {"input": x})
    record("index_select", {"input": x, "dim": 0, "index": INDEX})
    record("gather", {"input": x, "dim": 1, "index": INDEX[:, None]})
    record("scatter_add", {"input": x, "dim": 1, "index": INDEX[:, None], "src": z})
    record("index_add", {"input": x, "dim": 0, "index": INDEX, "source": z})
    record("bincount", {"input": x[0]})
    record("roll", {"input": x, "shifts": 1, "dims": 1})
    record("searchsorted", {"sorted_sequence": made(d, [0, 1, 3]), "input": x})
    record("bucketize", {"input": x, "boundaries": made(d, [0, 1, 3])})
    record("nn.functional.one_hot", {"input": x[0]})
    record("nonzero", {"input": x})
    record("count_nonzero", {"input": x})
    record("nn.functional.cross_entropy", {"input": torch.randn(2, 3, generator=torch.Generator().manual_seed(1)), "target": made(d, [2, 1])})
    record("nn.functional.embedding", {"weight": made("float32", Z), "input": made(d, [1, 0])})
    for e in NAMES:
        record("where", {"condition": made("bool", X), "input": x, "other": made(e, Z)})
        record("cat", {"tensors": [x, made(e, Z)]})
        record("addcmul", {"input": x, "tensor1": z, "tensor2": made(e, Z)})
        record("masked_fill", {"input": x, "mask": made("bool", X), "value": 2})

path = pathlib.Path(__file__).parent / "dtype_ops.json.gz"
text = json.dumps({"torch": torch.__version__, "entries": entries}, separators=(",", ":"))
path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
refused = sum(isinstance(r, str) for _, _, r in entries)
print(f"{len(entries)} entries, {refused} refused; {path.stat().st_size / 1e3:.0f} kB")
