"""Lists PyTorch's public functions and the entries of its operator database, which docs/operators.md has rows for.

Usage: python make_names.py (with torch 2.13.0, numpy and expecttest installed). Writes names.json beside itself.

The functions are those of `torch`, `torch.Tensor`, `torch.linalg`, `torch.special`, `torch.fft` and `torch.nn.functional`: all callables that are neither classes nor
private, those that `torch.overrides` lists as overridable, and Python's operators of tensors. An entry is described by what it needs: `complex` where an output is
complex for real inputs, `sparse` where an output or input is, `cuda` where the CPU
supports no dtype, `private` where the name is no public function.
"""

import inspect
import json
import pathlib
import warnings

import numpy as np
import torch
from torch.overrides import get_ignored_functions, get_testing_overrides, resolve_name
from torch.testing._internal.common_methods_invocations import op_db

SEED = 20261129
SPACES = {"torch": torch, "Tensor": torch.Tensor, "linalg": torch.linalg, "special": torch.special, "fft": torch.fft, "nn.functional": torch.nn.functional}


def is_function(value):
    return callable(value) and not inspect.isclass(value) and not inspect.ismodule(value)


def functions():
    """Names by namespace. Classes, modules, typing helpers and what a module imports from another one are left out."""
    found = {space: set() for space in SPACES}
    for space, module in SPACES.items():
        for name in dir(module):
            value = getattr(module, name, None)
            home = getattr(value, "__module__", None) or "torch"
            if name.startswith("_") or not is_function(value) or not home.startswith("torch"):
                continue
            found[space].add(name)
    for function in [*get_testing_overrides(), *get_ignored_functions()]:
        path = (resolve_name(function) or "").removeprefix("torch.")
        space, _, name = path.rpartition(".")
        space = space or "torch"
        # properties are listed by their getters
        name = name if space in found else ""
        if name and not name.startswith("_") and is_function(getattr(SPACES[space], name, None)):
            found[space].add(name)
    found["Tensor"] |= {name for name in vars(torch._C.TensorBase) | vars(torch.Tensor) if name.startswith("__") and is_function(getattr(torch.Tensor, name))}
    return {space: sorted(names) for space, names in found.items()}


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for part in value for t in tensors(part)]
    return []


def needs(op):
    if op.name.startswith(("_", "native_", "unsafe_", "torch.ops", "ops.")) or op.name.endswith("_copy") and op.name != "index_copy":
        return "private"
    dtypes = sorted(op.supported_dtypes("cpu"), key=str)
    if not dtypes:
        return "cuda"
    dtype = torch.float64 if torch.float64 in dtypes else dtypes[0]
    try:
        sample = next(iter(op.sample_inputs("cpu", dtype)))
        seen = tensors([sample.input, list(sample.args), list(sample.kwargs.values()), op.op(sample.input, *sample.args, **sample.kwargs)])
    except Exception:
        return ""
    if any(t.layout != torch.strided for t in seen):
        return "sparse"
    return "complex" if any(t.is_complex() for t in seen) or op.name.startswith("fft.") and not op.name.endswith("shift") else ""


def main():
    warnings.filterwarnings("ignore")
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    both = (torch.float32, torch.float64)
    entries = []
    for op in op_db:
        differentiable = op.supports_autograd and all(d in op.supported_backward_dtypes("cpu") for d in both)
        entries.append({"name": op.name, "variant": op.variant_test_name, "differentiable": differentiable, "needs": needs(op)})
    listed = {"torch": torch.__version__, "functions": functions(), "entries": entries}
    pathlib.Path(__file__).with_name("names.json").write_text(json.dumps(listed, indent=2) + "\n")


if __name__ == "__main__":
    main()
