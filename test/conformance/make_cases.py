"""Walks PyTorch's operator database and stores samples for the ops that this library has.

Usage: python make_cases.py (with torch 2.13.0 installed). Writes cases.json.gz beside itself. The inputs are rounded to float32, so
that one set serves both precisions; outputs and gradients (of a random cotangent) are those of float64.
"""

import base64
import gzip
import json
import pathlib

import numpy as np
import torch
from torch.testing._internal.common_methods_invocations import op_db

SEED = 20261124
LARGEST = 1500
SAMPLES = 40

# Parameters after the input, in the order of PyTorch's signatures. test/sweep/parameters.test.ts compares them with the records.
POSITIONAL = {
    "abs": [], "neg": [], "exp": [], "expm1": [], "log": [], "log1p": [], "sqrt": [], "rsqrt": [], "sin": [], "cos": [], "tanh": [],
    "sigmoid": [], "erf": [], "sign": [], "floor": [], "ceil": [], "trunc": [], "round": [], "square": [], "reciprocal": [], "isnan": [], "isfinite": [], "logical_not": [],
    "add": ["other"], "sub": ["other"], "mul": ["other"], "div": ["other"], "floor_divide": ["other"], "remainder": ["other"], "pow": ["exponent"],
    "maximum": ["other"], "minimum": ["other"],
    "eq": ["other"], "ne": ["other"], "lt": ["other"], "le": ["other"], "gt": ["other"], "ge": ["other"],
    "logical_and": ["other"], "logical_or": ["other"],
    "clamp": ["min", "max"], "where": ["condition", "other"],
    "sum": ["dim", "keepdim"], "mean": ["dim", "keepdim"], "amax": ["dim", "keepdim"], "amin": ["dim", "keepdim"],
    "max": ["dim", "keepdim"], "min": ["dim", "keepdim"], "argmax": ["dim", "keepdim"], "argmin": ["dim", "keepdim"],
    "var": ["dim", "unbiased", "keepdim"], "std": ["dim", "unbiased", "keepdim"],
    "softmax": ["dim"], "log_softmax": ["dim"], "logsumexp": ["dim", "keepdim"],
    "matmul": ["other"], "reshape": ["shape"], "view": ["size"], "transpose": ["dim0", "dim1"], "permute": ["dims"],
    "squeeze": ["dim"], "unsqueeze": ["dim"], "expand": ["size"], "flatten": ["startDim", "endDim"], "clone": [], "t": [],
    "chunk": ["chunks", "dim"], "masked_select": ["mask"],
    "cat": ["dim"], "stack": ["dim"], "split": ["splitSizeOrSections", "dim"],
    "narrow": ["dim", "start", "length"], "select": ["dim", "index"], "index_select": ["dim", "index"],
    "index_add": ["dim", "index", "source"], "gather": ["dim", "index"], "scatter_add": ["dim", "index", "src"],
    "__getitem__": ["indices"],
    "nn.functional.relu": [], "nn.functional.gelu": [], "nn.functional.logsigmoid": [], "nn.functional.linear": ["weight", "bias"],
    "nn.functional.cross_entropy": ["target"], "nn.functional.nll_loss": ["target"], "nn.functional.mse_loss": ["target"],
    "nn.functional.binary_cross_entropy_with_logits": ["target"],
    "nn.functional.conv1d": ["weight", "bias"], "nn.functional.conv2d": ["weight", "bias"], "nn.functional.conv3d": ["weight", "bias"],
    "nn.functional.conv_transpose1d": ["weight", "bias"], "nn.functional.conv_transpose2d": ["weight", "bias"],
    "nn.functional.conv_transpose3d": ["weight", "bias"],
    "nn.functional.max_pool1d": ["kernelSize"], "nn.functional.max_pool2d": ["kernelSize"], "nn.functional.max_pool3d": ["kernelSize"],
    "nn.functional.avg_pool1d": ["kernelSize", "stride"], "nn.functional.avg_pool2d": ["kernelSize", "stride"],
    "nn.functional.avg_pool3d": ["kernelSize", "stride"],
    "nn.functional.layer_norm": ["normalizedShape", "weight", "bias", "eps"], "nn.functional.rms_norm": ["normalizedShape", "weight", "eps"],
    "nn.functional.batch_norm": ["runningMean", "runningVar", "weight", "bias", "training", "momentum", "eps"],
    "nn.functional.embedding": ["input"],
    "nn.functional.scaled_dot_product_attention": ["key", "value", "attnMask", "dropoutP", "isCausal"],
}  # fmt: skip

# Names of first parameters other than input.
FIRST = {"cat": "tensors", "stack": "tensors", "nn.functional.embedding": "weight"}
DTYPES = {torch.float64: "float64", torch.float32: "float32", torch.int64: "int64", torch.int32: "int32", torch.bool: "bool"}


class Unsupported(Exception):
    """A sample with a feature that this library lacks, such as a complex dtype or a sparse layout."""


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def packed(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def encode_tensor(t, exact=False):
    if t.dtype not in DTYPES or t.is_sparse or t.numel() > LARGEST or t.dim() > 16:
        raise Unsupported(str(t.dtype))
    array = t.detach().cpu().resolve_conj().resolve_neg().numpy()
    dtype = DTYPES[t.dtype]
    kind = "f8" if exact else "f4"
    if not t.dtype.is_floating_point:
        kind = "u1" if t.dtype == torch.bool else "i4"
        if kind == "i4" and array.size and np.abs(array).max() >= 2**31:
            raise Unsupported("a large integer")
    return {"tensor": dtype, "shape": list(t.shape), "kind": kind, "data": packed(array.astype("<" + kind if kind != "u1" else "u1"))}


def encode(value):
    if isinstance(value, torch.Tensor):
        return encode_tensor(value)
    if isinstance(value, torch.dtype):
        if value not in (torch.float32, torch.float64, torch.bool):
            raise Unsupported(str(value))
        return DTYPES[value]
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return "..."
    if isinstance(value, (list, tuple, torch.Size)):
        return [encode(v) for v in value]
    if isinstance(value, float) and not np.isfinite(value):
        return {"number": str(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise Unsupported(type(value).__name__)


def rounded(value):
    """Returns the value with float tensors rounded to float32, as leaves of float64."""
    if isinstance(value, torch.Tensor):
        if not value.dtype.is_floating_point:
            return value
        return value.detach().to(torch.float32).to(torch.float64).requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(rounded(v) for v in value)
    return value


def arguments(op, sample):
    if len(sample.args) > len(POSITIONAL[op.name]):
        raise Unsupported("more arguments")
    names = POSITIONAL[op.name]
    if op.name in ("var", "std") and len(sample.args) == 1 and isinstance(sample.args[0], bool):
        names = ["unbiased"]
    if op.name in ("max", "min") and sample.args and isinstance(sample.args[0], torch.Tensor):
        names = ["other"]
    if op.name in ("reshape", "view", "expand", "permute") and sample.args and not isinstance(sample.args[0], (list, tuple)):
        raise Unsupported("sizes as arguments")
    args = {FIRST.get(op.name, "input"): sample.input}
    args.update(zip(names, sample.args))
    if op.name == "__getitem__":
        index = sample.args[0]
        args["indices"] = list(index) if isinstance(index, tuple) else [index]
    for name, value in sample.kwargs.items():
        if name in ("out", "device", "layout", "max_norm", "norm_type", "scale_grad_by_freq", "sparse", "enable_gqa"):
            raise Unsupported(name)
        if name == "dropout_p" and value > 0:
            raise Unsupported("random results")
        args[camel(name)] = value
    return args


def flat(result):
    if isinstance(result, torch.Tensor):
        return [result]
    return [t for t in result if isinstance(t, torch.Tensor)]


def leaves(value):
    if isinstance(value, torch.Tensor):
        return [value] if value.requires_grad else []
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in leaves(v)]
    return []


def case(op, sample, generator):
    sample.input, sample.args, sample.kwargs = rounded(sample.input), rounded(sample.args), {k: rounded(v) for k, v in sample.kwargs.items()}
    args = arguments(op, sample)
    stored = {name: encode(value) for name, value in args.items()}
    outputs = flat(op(sample.input, *sample.args, **sample.kwargs))
    entry = {"op": op.name, "args": stored, "outputs": [encode_tensor(y, exact=True) for y in outputs]}
    inputs = [t for value in args.values() for t in leaves(value)]
    differentiable = [y for y in outputs if y.requires_grad]
    if inputs and differentiable:
        cotangents = [torch.randn(y.shape, dtype=torch.float64, generator=generator).to(torch.float32).to(y.dtype) for y in differentiable]
        grads = torch.autograd.grad(differentiable, inputs, cotangents, allow_unused=True)
        entry["cotangents"] = [encode_tensor(c) for c in cotangents]
        entry["gradients"] = [None if g is None else encode_tensor(g, exact=True) for g in grads]
        # whether each stored float tensor has a gradient, in order of appearance
        entry["wanted"] = [t.requires_grad for value in args.values() for t in tensors(value) if t.dtype.is_floating_point]
    return entry


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in tensors(v)]
    return []


def main():
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    cases, errors, left = [], [], {}
    for op in op_db:
        if op.name not in POSITIONAL:
            continue
        supported = op.supported_dtypes("cpu")
        if not supported & {torch.float64, torch.bool}:
            continue
        dtype = torch.float64 if torch.float64 in supported else torch.bool
        count = 0
        for sample in op.sample_inputs("cpu", dtype, requires_grad=op.supports_autograd and dtype.is_floating_point):
            if count >= SAMPLES:
                break
            try:
                cases.append(case(op, sample, generator))
                count += 1
            except Unsupported as reason:
                left[str(reason)] = left.get(str(reason), 0) + 1
        if op.error_inputs_func is None:
            continue
        for error in op.error_inputs("cpu"):
            sample = error.sample_input
            try:
                stored = {name: encode(value) for name, value in arguments(op, sample).items()}
            except Unsupported:
                continue
            errors.append({"op": op.name, "args": stored, "message": str(error.error_regex)})
    out = pathlib.Path(__file__).with_name("cases.json.gz")
    text = json.dumps({"torch": torch.__version__, "cases": cases, "errors": errors}, separators=(",", ":"))
    out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(cases)} cases of {len({c['op'] for c in cases})} ops, {len(errors)} errors, {out.stat().st_size / 1e6:.2f} MB; left out: {left}")


if __name__ == "__main__":
    main()
