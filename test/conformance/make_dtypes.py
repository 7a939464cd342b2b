"""Writes dtypes.json: PyTorch's type promotion, ranges of dtypes, and casts between all of them. Run it with PyTorch installed."""
import itertools
import json
import math
import pathlib

import torch

NAMES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
DTYPES = {name: getattr(torch, name) for name in NAMES}


def name(dtype):
    return str(dtype).removeprefix("torch.")


def operand(kind):
    """A tensor with dimensions, a 0-d tensor, or a number."""
    rank, what = kind.split(" ")
    if rank == "number":
        return {"int": 3, "float": 2.5, "bool": True}[what]
    return torch.ones([2] if rank == "vector" else [], dtype=DTYPES[what])


KINDS = [f"{rank} {n}" for rank in ("vector", "scalar") for n in NAMES] + ["number int", "number float", "number bool"]


def plain(v):
    if isinstance(v, float) and not math.isfinite(v):
        return str(v)
    return str(v) if isinstance(v, int) and not isinstance(v, bool) and abs(v) >= 2**53 else v


VALUES = {
    "bool": [True, False],
    "uint8": [0, 1, 127, 128, 255],
    "int8": [0, 1, -1, 127, -128],
    "int16": [0, 1, -1, 255, 256, -129, 32767, -32768],
    "int32": [0, 1, -1, 255, 300, 65536, 16777217, 2**31 - 1, -(2**31)],
    "int64": [0, 1, -1, 300, 2**24 + 1, 2**31, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)],
}
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 1 / 3, 2049.0, 2051.0, 100.7, -100.7, 65504.0, 65519.0, 65520.0, 1e-7, 2.9802322387695312e-08,
          2.98023224e-08 * 1.5, 5.9604644775390625e-08, 6.1e-05, 6.0975551605224609e-05, 1e38, 3.4e38, 1e-40, 257.0, 258.5]
SPECIAL = [math.inf, -math.inf, math.nan]


def casts():
    for a, b in itertools.product(NAMES, NAMES):
        values = VALUES.get(a) or [*FLOATS, *SPECIAL]
        x = torch.tensor(values, dtype=DTYPES[a])
        # conversions of floats that the integer dtype does not have are undefined
        if x.is_floating_point() and b in VALUES and b != "bool":
            info = torch.iinfo(DTYPES[b])
            x = x[(x.double() > float(info.min) - 1) & (x.double() < min(info.max + 1.0, 2.0**62))]
        yield [a, b, [plain(v) for v in x.tolist()], [plain(v) for v in x.to(DTYPES[b]).tolist()]]


def info(dtype):
    if dtype.is_floating_point:
        f = torch.finfo(dtype)
        return {k: getattr(f, k) for k in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution")}
    return {k: plain(getattr(torch.iinfo(dtype), k)) for k in ("bits", "max", "min")}


tensors = {kind: operand(kind) for kind in KINDS}
result = {
    "promote": [[name(torch.promote_types(DTYPES[a], DTYPES[b])) for b in NAMES] for a in NAMES],
    "canCast": [[torch.can_cast(DTYPES[a], DTYPES[b]) for b in NAMES] for a in NAMES],
    "kinds": KINDS,
    "results": [[name(torch.result_type(tensors[a], tensors[b])) for b in KINDS] for a in KINDS],
    "info": {n: info(DTYPES[n]) for n in NAMES if n != "bool"},
    "casts": list(casts()),
}
path = pathlib.Path(__file__).parent / "dtypes.json"
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
