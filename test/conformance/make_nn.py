"""Lists PyTorch's modules, methods of modules, initializers and utilities, and stores results of lazy modules and of `torch.nn.utils`.

Usage: python make_nn.py (with torch 2.13.0 installed). Writes nn.json.gz beside itself.
"""

import gzip
import json
import math
import pathlib
import warnings

import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune, rnn

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)


def filled(shape, seed):
    n = math.prod(shape)
    return torch.tensor([0.6 * math.sin(1.3 * seed + 0.7 * k * k + 1.9 * k) for k in range(n)]).reshape(shape)


def flat(x):
    return [round(v, 12) for v in x.detach().flatten().tolist()]


def public(space, module):
    listed = getattr(module, "__all__", None) or [n for n, v in vars(module).items() if callable(v) and getattr(v, "__module__", "") == module.__name__]
    return sorted(n for n in listed if not n.startswith("_"))


def names():
    methods = [n for n in dir(nn.Module) if not n.startswith("_") and callable(getattr(nn.Module, n))]
    return {
        "nn": sorted([*nn.modules.__all__, "Parameter", "Buffer", "UninitializedParameter", "UninitializedBuffer"]),
        "nn.Module": sorted(methods),
        "nn.init": public("init", nn.init),
        "nn.utils": [n for n in public("utils", nn.utils) if n not in ("rnn", "stateless", "parametrize", "parametrizations")],
        "nn.utils.parametrize": public("parametrize", parametrize),
        "nn.utils.parametrizations": public("parametrizations", parametrizations),
        "nn.utils.prune": public("prune", prune),
        "nn.utils.rnn": public("rnn", rnn),
    }


def shapes(module):
    return {key: None if isinstance(v, nn.parameter.UninitializedTensorMixin) else list(v.shape) for key, v in module.state_dict().items()}


def fill(module):
    with torch.no_grad():
        for i, p in enumerate(module.parameters()):
            p.copy_(filled(p.shape, i + 1))


LAZY = [
    ("LazyLinear", [3], {}, [4, 5]),
    ("LazyLinear", [3], {"bias": False}, [2, 4, 20]),
    ("LazyConv1d", [4, 3], {"padding": 1}, [2, 3, 7]),
    ("LazyConv2d", [4, 3], {"groups": 2, "stride": 2}, [2, 6, 7, 7]),
    ("LazyConv3d", [2, 2], {"bias": False}, [1, 3, 3, 3, 3]),
    ("LazyConvTranspose1d", [4, 3], {}, [2, 3, 5]),
    ("LazyConvTranspose2d", [4, 3], {"groups": 2}, [2, 4, 3, 3]),
    ("LazyConvTranspose3d", [2, 2], {"bias": False}, [1, 3, 2, 2, 2]),
    ("LazyBatchNorm1d", [], {}, [4, 3, 5]),
    ("LazyBatchNorm2d", [], {"momentum": None}, [2, 3, 4, 4]),
    ("LazyBatchNorm3d", [], {"affine": False}, [2, 3, 2, 2, 2]),
    ("LazyInstanceNorm1d", [], {}, [4, 3, 5]),
    ("LazyInstanceNorm2d", [], {"affine": True, "track_running_stats": True}, [2, 3, 4, 4]),
    ("LazyInstanceNorm3d", [], {"affine": True}, [2, 3, 2, 2, 2]),
]


def lazy(name, args, options, shape):
    module = getattr(nn, name)(*args, **options)
    before = shapes(module)
    x = filled(shape, 50).requires_grad_()
    module(x)
    fill(module)
    y = module(x)
    (y * filled(y.shape, 90)).sum().backward()
    return {
        "name": name,
        "args": args,
        "options": options,
        "shape": shape,
        "before": before,
        "after": shapes(module),
        "becomes": type(module).__name__,
        "output": flat(y),
        "gradient": flat(x.grad),
        "gradients": [flat(p.grad) for p in module.parameters()],
        "buffers": {key: flat(b) for key, b in module.named_buffers()},
    }


def layer(name, args, options=None):
    module = getattr(nn, name)(*args, **(options or {}))
    fill(module)
    return module


def run(module, shape):
    """Output, gradients and shapes of the state of a module that has been changed."""
    module.zero_grad()
    x = filled(shape, 50)
    y = module(x)
    (y * filled(y.shape, 90)).sum().backward()
    return {"output": flat(y), "gradients": {key: flat(p.grad) for key, p in module.named_parameters() if p.grad is not None}, "state": shapes(module)}


def set_vectors(u, v):
    u.copy_(nn.functional.normalize(filled(u.shape, 7), dim=0))
    v.copy_(nn.functional.normalize(filled(v.shape, 8), dim=0))


def weight_norms():
    cases = []
    for name, args, shape in [("Linear", [5, 4], [3, 5]), ("Conv2d", [2, 3, 3], [1, 2, 4, 5]), ("ConvTranspose1d", [2, 3, 3], [1, 2, 5])]:
        for dim in [0, 1, None]:
            old = nn.utils.weight_norm(layer(name, args), dim=dim)
            new = parametrizations.weight_norm(layer(name, args), dim=dim)
            cases.append({"name": name, "args": args, "shape": shape, "dim": dim, "old": run(old, shape), "new": run(new, shape)})
    return cases


def spectral_norms():
    cases = []
    for name, args, shape, options in [
        ("Linear", [5, 4], [3, 5], {}),
        ("Conv2d", [2, 3, 3], [1, 2, 4, 5], {"n_power_iterations": 3}),
        ("ConvTranspose2d", [2, 3, 3], [1, 2, 4, 5], {"eps": 1e-6}),
        ("Linear", [30, 20], [3, 30], {"dim": 1, "n_power_iterations": 2}),
    ]:
        old = nn.utils.spectral_norm(layer(name, args), **options)
        new = parametrizations.spectral_norm(layer(name, args), **options)
        with torch.no_grad():
            set_vectors(old.weight_u, old.weight_v)
            set_vectors(new.parametrizations.weight[0]._u, new.parametrizations.weight[0]._v)
        found = {"old": [run(old, shape), run(old, shape), run(old.eval(), shape)], "new": [run(new, shape), run(new, shape), run(new.eval(), shape)]}
        cases.append({"name": name, "args": args, "shape": shape, "options": options, "u": flat(old.weight_u), **found})
    return cases


def orthogonals():
    cases = []
    for args in [[4, 4], [5, 3], [3, 5], [20, 18]]:
        for chosen in ["matrix_exp", "cayley", "householder"]:
            for trivial in [True, False]:
                module = layer("Linear", args)
                parametrizations.orthogonal(module, orthogonal_map=chosen, use_trivialization=trivial)
                with torch.no_grad():
                    module.parametrizations.weight.original.copy_(filled(module.parametrizations.weight.original.shape, 3))
                    if chosen == "householder":
                        module.parametrizations.weight.original.diagonal().copy_(torch.tensor([-1.0, 1.0, -1.0] * 6)[: min(args)])
                    base = getattr(module.parametrizations.weight[0], "base", None)
                    if base is not None:
                        base.copy_(torch.linalg.qr(filled(base.shape, 4)).Q)
                cases.append({"args": args, "map": chosen, "trivial": trivial, "weight": flat(module.weight), **run(module, [2, args[0]])})
    return cases


def masks():
    cases = []
    for amount in [0.3, 4, 0, 1]:
        cases.append({"method": "l1Unstructured", "args": [amount], "mask": flat(prune.l1_unstructured(layer("Linear", [5, 4]), "weight", amount).weight_mask)})
        for n, dim in [(1, 0), (2, 1), (math.inf, 0)]:
            if amount == 4 and dim == 0:
                continue
            m = prune.ln_structured(layer("Linear", [5, 4]), "weight", amount, n, dim)
            cases.append({"method": "lnStructured", "args": [amount, "Infinity" if n == math.inf else n, dim], "mask": flat(m.weight_mask)})
    return cases


def pruned():
    module = layer("Linear", [5, 4])
    prune.l1_unstructured(module, "weight", 0.25)
    first = flat(module.weight_mask)
    prune.ln_structured(module, "weight", 0.5, n=2, dim=1)
    second = flat(module.weight_mask)
    prune.l1_unstructured(module, "weight", 3)
    third = flat(module.weight_mask)
    result = run(module, [3, 5])
    prune.remove(module, "weight")
    net = nn.Sequential(layer("Linear", [5, 4]), layer("Conv1d", [2, 3, 2]))
    prune.global_unstructured([(net[0], "weight"), (net[1], "weight"), (net[1], "bias")], pruning_method=prune.L1Unstructured, amount=0.4)
    return {"masks": [first, second, third], **result, "removed": shapes(module), "weight": flat(module.weight), "global": {key: flat(b) for key, b in net.named_buffers()}, "state": shapes(net[0])}


def fused():
    cases = []
    for name, args, options, norm, shape in [
        ("Conv1d", [2, 3, 2], {}, "BatchNorm1d", [2, 2, 5]),
        ("Conv2d", [2, 4, 3], {"groups": 2, "bias": False}, "BatchNorm2d", [2, 2, 5, 5]),
        ("Conv3d", [2, 3, 2], {}, "BatchNorm3d", [1, 2, 3, 3, 3]),
        ("ConvTranspose2d", [2, 3, 3], {}, "BatchNorm2d", [2, 2, 4, 4]),
        ("Linear", [20, 18], {}, "BatchNorm1d", [3, 20]),
        ("Linear", [5, 4], {"bias": False}, "BatchNorm1d", [3, 5]),
    ]:
        first = layer(name, args, options)
        out = args[1]
        second = layer(norm, [out])
        with torch.no_grad():
            second.running_mean.copy_(filled([out], 5))
            second.running_var.copy_(filled([out], 6).abs() + 0.1)
        first.eval(), second.eval()
        if name == "Linear":
            both = nn.utils.fuse_linear_bn_eval(first, second)
        else:
            both = nn.utils.fuse_conv_bn_eval(first, second, transpose=name.startswith("ConvTranspose"))
        cases.append({"name": name, "args": args, "options": options, "norm": norm, "shape": shape, "weight": flat(both.weight), "bias": flat(both.bias), "output": flat(both(filled(shape, 50)))})
    return cases


result = {
    "names": names(),
    "lazy": [lazy(*c) for c in LAZY],
    "weightNorm": weight_norms(),
    "spectralNorm": spectral_norms(),
    "orthogonal": orthogonals(),
    "masks": masks(),
    "pruned": pruned(),
    "fused": fused(),
}
lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in result.items())
pathlib.Path(__file__).with_name("nn.json.gz").write_bytes(gzip.compress(("{" + lines + "}\n").encode(), mtime=0))
