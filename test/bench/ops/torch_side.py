"""PyTorch's side of the comparison of ops: calls an op by its dotted name on the elements of files, and times it on request."""

import json
import re
import sys
import time
import warnings

import numpy as np
import torch

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
READS = {"float32": np.float32, "int32": np.int32, "index": np.int32, "bool": np.bool_, "float64": np.float64, "complex64": np.complex64, "complex128": np.complex128}


def snake(name):
    return name if len(name) == 1 else re.sub("([A-Z])", lambda m: "_" + m[1].lower(), name)


def load(value):
    x = torch.from_numpy(np.fromfile(value["path"], READS.get(value["tensor"], np.int32)).reshape(value["shape"]))
    if value["tensor"] not in READS or value["tensor"] == "index":
        x = x.to(torch.int64 if value["tensor"] == "index" else getattr(torch, value["tensor"]))
    if value["isTransposed"] and x.dim() > 1:
        x = x.transpose(-1, -2).contiguous().transpose(-1, -2)
    return x


def argument(value):
    if isinstance(value, list):
        return [argument(v) for v in value]
    if isinstance(value, dict):
        if value.get("kind") == "dtype":
            return getattr(torch, value["name"])
        if value.get("kind") == "slice":
            return slice(*value["range"])
        return load(value)
    return value


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [t for v in value for t in tensors(v)] if isinstance(value, (list, tuple)) else []


def resolved(name):
    f = torch
    for part in name.split("."):
        f = getattr(f, part)
    return f


def spread(values):
    """The tensors of lists as separate arguments."""
    return [t for v in values for t in (v if isinstance(v, list) and v and isinstance(v[0], torch.Tensor) else [v])]


def calls(name, args):
    """Ways to call a function: by names, by position, the first ones by position, and with the tensors of a list apart."""
    f = resolved(name)
    if name == "Tensor.__getitem__":
        yield lambda: f(args["input"], tuple(args["indices"]))
        return
    values, named = list(args.values()), {snake(k): v for k, v in args.items()}
    rest = dict(list(named.items())[1:])
    yield lambda: f(**named)
    yield lambda: f(values[0], **rest)
    yield lambda: f(*values)
    yield lambda: f(*spread(values[:1]), **rest)
    yield lambda: f(*spread(values))


def caller(name, args):
    first = None
    for call in calls(name, args):
        try:
            with torch.no_grad():
                call()
            return call
        except (TypeError, RuntimeError, ValueError) as error:
            first = first or error
    raise first


def is_float(x):
    return x.is_floating_point() or x.is_complex()


def magnitude(x):
    x = x.detach()
    x = x.abs().double() if x.is_complex() else x.double()
    x = x[torch.isfinite(x)]
    return float(x.abs().mean()) if x.numel() else 0.0


def timed(step, seconds):
    began = time.perf_counter()
    step()
    once = time.perf_counter() - began
    if once > seconds:
        return [once]
    count = max(1, int(0.001 / max(once, 1e-7)))
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 2:
        began = time.perf_counter()
        for _ in range(count):
            step()
        times.append((time.perf_counter() - began) / count)
    return times


steps = {}


def differentiated(call, floats, wanted):
    """The step that computes gradients of these inputs, and its first result; None where PyTorch computes none."""
    inputs = [floats[i] for i in wanted]
    for x in floats:
        x.requires_grad_(False)
    for x in inputs:
        x.requires_grad_(True)
    try:
        live = [y for y in tensors(call()) if y.requires_grad]
        if not live or not inputs:
            return None
        ones = [torch.ones_like(y) for y in live]

        def step():
            return torch.autograd.grad([y for y in tensors(call()) if y.requires_grad], inputs, ones, allow_unused=True)

        return step, step()
    except RuntimeError:
        return None


def prepare(request):
    steps.clear()
    args = {k: argument(v) for k, v in request["args"].items()}
    call = caller(request["torch"], args)

    def forward():
        with torch.no_grad():
            call()

    with torch.no_grad():
        outputs = tensors(call())
    steps["forward"] = forward
    answer = {"shapes": [list(y.shape) for y in outputs], "magnitudes": [magnitude(y) for y in outputs if is_float(y)], "wanted": [], "gradients": []}
    floats = [t for value in args.values() for t in tensors(value) if is_float(t)]
    for wanted in (list(range(len(floats))), [0][: len(floats)]):
        found = differentiated(call, floats, wanted)
        if found is None:
            continue
        step, gradients = found
        steps["both"] = step
        answer["wanted"], answer["gradients"] = wanted, [0 if g is None else magnitude(g) for g in gradients]
        break
    return answer


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = prepare(request) if request["do"] == "prepare" else {"times": timed(steps[request["what"]], request["seconds"])}
    except Exception as error:
        answer = {"error": f"PyTorch: {error!r}"[:300]}
    print(json.dumps(answer), flush=True)
