"""Stores which tensors PyTorch allows to be changed in place between an op and its backward.

Usage: python make_saves.py --operators FILE (with torch 2.13.0, numpy and expecttest installed; `node operators.ts` prints the file of operators). Writes saves.json beside
itself. It runs the samples of samples.json.gz that have few elements: for each one, with all differentiable inputs requiring gradients and with each alone, it changes one
tensor argument or one output after the op, and notes whether backward then succeeds ("1") or complains of the change ("0"): arguments in order of appearance, then outputs.
"""

import argparse
import gzip
import json
import pathlib
import warnings

import make_opinfo
import numpy as np
import torch
from make_opinfo import bind, case, flat, is_differentiable, label_of, op_db

HERE = pathlib.Path(__file__).parent
LARGEST = 200
TENSORS = 6


def copied(value):
    """Returns the value with copies of its tensors."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        made = [copied(v) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
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

    def __init__(self, op, sample, parameters, needs):
        first, args = copied(sample.input), copied(sample.args)
        kwargs = {k: copied(v) for k, v in sample.kwargs.items()}
        copy = type(sample)(first, args=args, kwargs=kwargs)
        self.arguments = [t for v in bind(op, copy, parameters).values() for t in flat(v)]
        for t, need in zip(self.arguments, needs, strict=True):
            t.requires_grad_(need)
        self.outputs = flat(op(first, *args, **kwargs))
        self.wanted = [t for t, need in zip(self.arguments, needs, strict=True) if need]

    def backward(self):
        ys = [y for y in self.outputs if y.requires_grad]
        torch.autograd.grad(ys, self.wanted, [torch.ones_like(y) for y in ys], allow_unused=True)


def allowed(op, sample, parameters, needs):
    """Returns, for each argument and output, whether backward works after it was changed, or None if nothing requires a gradient."""
    count = Run(op, sample, parameters, needs)
    if not any(y.requires_grad for y in count.outputs):
        return None
    count.backward()
    found = ""
    for i in range(len(count.arguments) + len(count.outputs)):
        run = Run(op, sample, parameters, needs)
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
            if "inplace" not in str(error):
                return None
            found += "0"
    return found


def entry(op, sample, parameters):
    """Returns the results of a sample, by the inputs that require gradients."""
    given = [t for v in bind(op, sample, parameters).values() for t in flat(v)]
    can = [t.requires_grad for t in given]
    if sum(t.numel() for t in given) > LARGEST or len(given) > TENSORS or not any(can):
        return {}
    alone = [[i == k for i in range(len(can))] for k, c in enumerate(can) if c]
    results = {"".join(map(str, map(int, needs))): allowed(op, sample, parameters, needs) for needs in [can, *alone]}
    return {needs: marks for needs, marks in results.items() if marks is not None}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operators", required=True)
    parser.add_argument("--samples", type=int, default=8)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    operators = json.loads(pathlib.Path(options.operators).read_text())
    with gzip.open(HERE / "samples.json.gz", "rt") as lines:
        stored = [json.loads(line) for line in lines][:-1]
    table = {}
    for op in op_db:
        label = label_of(op)
        own = [s for s in stored if (s["entry"], s["variant"]) == (op.name, op.variant_test_name) and "refused" not in s]
        if not own or not is_differentiable(op) or any("random" in s or "wrapper" in s or "view" in s for s in own):
            continue
        parameters = operators[make_opinfo.SAME.get(label, make_opinfo.SAME.get(op.name, [op.name]))[0]]["parameters"]
        torch.manual_seed(make_opinfo.SEED)
        np.random.seed(make_opinfo.SEED)
        generator = torch.Generator().manual_seed(make_opinfo.SEED)
        samples = make_opinfo.samples_of(op, False)
        entries = []
        for sample in samples[:: max(1, -(-len(samples) // options.samples))]:
            try:
                # stored only if it can be bound and written
                case(op, sample, parameters, "", generator)
            except Exception:
                continue
            try:
                entries.append(entry(op, sample, parameters))
            except Exception:
                entries.append({})
        if len(entries) == len(own) and any(entries):
            table[label] = entries
    path = HERE / "saves.json"
    path.write_text(json.dumps({"torch": torch.__version__, "allowed": table}, separators=(",", ":")) + "\n")
    print(f"{sum(len(e) for e in table.values())} samples of {len(table)} entries, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
