"""Writes saved.json.gz: files of torch.save and of safetensors, and what is in them.

python test/conformance/make_saved.py          (needs torch 2.13 and safetensors)
python test/conformance/make_saved.py --read FOLDER
    compares the files that test/conformance/saved.test.ts has written to FOLDER (SAVED=FOLDER) with their values, as PyTorch and safetensors read them
"""

import base64
import collections
import gzip
import io
import json
import sys
from pathlib import Path

import safetensors.torch
import torch

DTYPES = "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128".split()


def plain(value):
    """Describes a value as JSON."""
    if isinstance(value, torch.Tensor):
        t = value.detach().resolve_conj().contiguous()
        flat = torch.view_as_real(t).flatten() if t.is_complex() else t.flatten()
        elements = [str(v).replace("inf", "Infinity").replace("nan", "NaN") for v in flat.to(torch.float64 if flat.is_floating_point() else torch.int64).tolist()]
        return {"tensor": {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "elements": elements}}
    if isinstance(value, dict):
        return {"record": {str(k): plain(v) for k, v in value.items()}}
    if isinstance(value, (list, tuple, set)):
        return {"list": [plain(v) for v in value]}
    if isinstance(value, bool) or value is None:
        return {"value": value}
    if isinstance(value, (int, float)):
        return {"number": str(value).replace("inf", "Infinity").replace("nan", "NaN")}
    return {"value": str(value)}


def tensors():
    """A tensor of each dtype: 3 x 7 elements, one, and none."""
    torch.manual_seed(0)
    out = {}
    for name in DTYPES:
        dtype = getattr(torch, name)
        for shape in [(3, 7), (), (0, 2)]:
            t = torch.randn(shape, dtype=dtype) if dtype.is_floating_point or dtype.is_complex else torch.randint(0, 2 if name == "bool" else 100, shape).to(dtype)
            out[f"{name}.{len(shape)}{'x' if 0 in shape else ''}"] = t
    out["int64.large"] = torch.tensor([2**62, -(2**62), 2**53])
    out["float32.special"] = torch.tensor([float("nan"), float("inf"), -float("inf"), -0.0, 1e-45])
    return out


def values():
    """Names, and values that torch.save writes."""
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Flatten(), torch.nn.Linear(12, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    model(torch.randn(4, 2, 4, 4)).sum().backward()
    optimizer.step()
    base = torch.arange(24.0)
    shared = torch.nn.Parameter(torch.randn(2, 2))
    yield "all dtypes", tensors()
    yield "a model", model.state_dict()
    yield "a model and its optimizer", {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 7, "best": 0.25, "name": "run ä", "done": False, "rest": None}
    yield "views", {"rows": base.view(4, 6)[1:3], "columns": base.view(4, 6).t(), "step": base[::5], "expanded": base[:1].expand(3), "base": base}
    yield "tied weights", collections.OrderedDict(a=shared, b=shared)
    yield "containers", [1, 2.5, -3, 2**40, -(2**70), (1, (2,)), {"a": {"b": []}}, {3: "three"}, torch.Size([2, 3]), float("inf"), torch.float16, {1, 2}]
    yield "a tensor", torch.eye(2)


def make():
    cases = []
    for name, value in values():
        for protocol in [2, 4]:
            out = io.BytesIO()
            torch.save(value, out, pickle_protocol=protocol)
            cases.append({"name": f"{name}, protocol {protocol}", "format": "pt", "file": base64.b64encode(out.getvalue()).decode(), "value": plain(value)})
    stored = {k: v for k, v in tensors().items() if not k.startswith("complex128")}
    cases.append({"name": "all dtypes", "format": "safetensors", "file": base64.b64encode(safetensors.torch.save(stored, {"step": "3"})).decode(), "value": plain(stored)})
    path = Path(__file__).with_name("saved.json.gz")
    path.write_bytes(gzip.compress(json.dumps(cases).encode(), 9, mtime=0))
    print(f"{len(cases)} files, {path.stat().st_size} bytes")


def number(text):
    """Returns the number of a text; in JavaScript it may be another text of the same number."""
    return float(text) if abs(float(text)) < 2**53 or not text.lstrip("-").isdigit() else int(text)


def numbers(described):
    """Replaces texts of numbers by numbers."""
    if isinstance(described, list):
        return [numbers(d) for d in described]
    if not isinstance(described, dict):
        return described
    if set(described) == {"number"}:
        return {"number": number(described["number"])}
    return {k: [number(v) for v in d] if k == "elements" else numbers(d) for k, d in described.items()}


def read(folder):
    wrong = 0
    for case in json.loads((folder / "cases.json").read_text()):
        file = folder / case["file"]
        value = safetensors.torch.load_file(file) if file.suffix == ".safetensors" else torch.load(file, weights_only=True)
        same = json.dumps(numbers(plain(value)), sort_keys=True) == json.dumps(numbers(case["value"]), sort_keys=True)
        wrong += not same
        print("same " if same else "WRONG", case["file"])
        if not same:
            print(plain(value), case["value"], sep="\n")
    sys.exit(wrong > 0)


if len(sys.argv) > 2:
    read(Path(sys.argv[2]))
else:
    make()
