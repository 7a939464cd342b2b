"""Stores which tensors PyTorch allows to be changed in place between an op and its backward.

Usage: python make_saves.py (with torch 2.13.0 installed). Writes saves.json beside itself. It runs the samples of make_cases.py: for each
one, with all differentiable inputs requiring gradients and with each alone, it changes one tensor argument or one output after the op, and
notes whether backward then succeeds ("1") or complains of the change ("0"): arguments in order of appearance, then outputs.
"""

import json
import pathlib

import make_cases
import numpy as np
import torch
from make_cases import Unsupported, arguments, encode, flat, op_db, rounded, tensors


def copied(value):
    """Returns the value with copies of its tensors, in the order of `tensors`."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(copied(v) for v in value)
    return value


def change(t):
    with torch.no_grad():
        if t.dtype == torch.bool:
            t.logical_not_()
        elif t.dtype.is_floating_point:
            t.add_(1)
        else:
            t.zero_()


class Run:
    """Runs the op on copies of a sample's arguments, of which some require gradients."""

    def __init__(self, op, sample, needs):
        first, args = copied(sample.input), copied(sample.args)
        kwargs = {k: copied(v) for k, v in sample.kwargs.items()}
        copy = type(sample)(first, args=args, kwargs=kwargs)
        self.arguments = [t for v in arguments(op, copy).values() for t in tensors(v)]
        for t, need in zip(self.arguments, needs, strict=True):
            t.requires_grad_(need)
        self.outputs = flat(op(first, *args, **kwargs))
        self.wanted = [t for t, need in zip(self.arguments, needs, strict=True) if need]

    def backward(self):
        ys = [y for y in self.outputs if y.requires_grad]
        torch.autograd.grad(ys, self.wanted, [torch.ones_like(y) for y in ys], allow_unused=True)


def allowed(op, sample, needs):
    """Returns, for each argument and output, whether backward works after it was changed, or None if nothing requires a gradient."""
    count = Run(op, sample, needs)
    if not any(y.requires_grad for y in count.outputs):
        return None
    found = ""
    for i in range(len(count.arguments) + len(count.outputs)):
        run = Run(op, sample, needs)
        try:
            change((run.arguments + run.outputs)[i])
        except RuntimeError:
            # several elements share an address, so that it cannot be changed
            found += "-"
            continue
        try:
            run.backward()
            found += "1"
        except RuntimeError as error:
            assert "inplace" in str(error), error
            found += "0"
    return found


def entry(op, sample):
    sample.input, sample.args, sample.kwargs = rounded(sample.input), rounded(sample.args), {k: rounded(v) for k, v in sample.kwargs.items()}
    args = arguments(op, sample)
    for value in args.values():
        encode(value)
    for y in flat(op(sample.input, *sample.args, **sample.kwargs)):
        make_cases.encode_tensor(y)
    can = [t.requires_grad for v in args.values() for t in tensors(v)]
    alone = [[i == k for i in range(len(can))] for k, c in enumerate(can) if c]
    return {"".join(map(str, map(int, needs))): allowed(op, sample, needs) for needs in [can, *alone] if any(needs)}


def main():
    torch.manual_seed(make_cases.SEED)
    np.random.seed(make_cases.SEED)
    table = {}
    for op in op_db:
        if op.name not in make_cases.POSITIONAL or torch.float64 not in op.supported_dtypes("cpu"):
            continue
        for sample in op.sample_inputs("cpu", torch.float64, requires_grad=op.supports_autograd):
            entries = table.setdefault(op.name, [])
            if len(entries) >= make_cases.SAMPLES:
                break
            try:
                entries.append(entry(op, sample))
            except Unsupported:
                pass
    table = {name: entries for name, entries in table.items() if any(entries)}
    path = pathlib.Path(__file__).with_name("saves.json")
    path.write_text(json.dumps({"torch": torch.__version__, "allowed": table}, separators=(",", ":")) + "\n")
    print(f"{sum(len(e) for e in table.values())} samples of {len(table)} ops, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
