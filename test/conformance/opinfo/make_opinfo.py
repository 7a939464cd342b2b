"""Walks PyTorch's operator database and writes its samples with PyTorch's results for every entry that an operator of this library answers to.

Usage: python make_opinfo.py --operators FILE --write FILE [--samples N] [--complex] [--only NAME ...] (with torch 2.13.0, numpy and expecttest installed).
`npm run conformance` writes the file of operators and calls this script.

The entries are those that are differentiable in float32 and float64 on the CPU, and the others for their values alone, in float64, int64 and bool; with --complex, those that are
differentiable in complex64 and complex128, with complex samples. Inputs are rounded to float32, so that one set serves both precisions. Results are
those of float64: outputs; gradients of the outputs weighted by random cotangents; gradients of these gradients, weighted at random; tangents of the outputs for
random tangents of the inputs. The file has one line of JSON for each sample, compressed by gzip; the last line lists what was left out, by entry and reason.
"""

import argparse
import base64
import collections
import gzip
import json
import pathlib
import warnings

import numpy as np
import torch
from torch.autograd import forward_ad
from torch.testing._internal.common_methods_invocations import op_db

SEED = 20261129
LARGEST = 20000

# Entries that have another name than the operator: [operator in PyTorch's names, order of its arguments or None].
SAME = {
    "torch.ops.aten._safe_softmax.default": ["ops.aten._safe_softmax", None],
    "uniform": ["Tensor.uniform_", None], "exponential": ["Tensor.exponential_", None], "cauchy": ["Tensor.cauchy_", None],
    "geometric": ["Tensor.geometric_", None], "log_normal": ["Tensor.log_normal_", None], "normal:in_place": ["Tensor.normal_", None],
    "bernoulli:in_place": ["Tensor.bernoulli_", None], "resize_as_": ["Tensor.resize_as_", None],
    "unfold": ["Tensor.unfold", None], "slice": ["ops.aten.slice", None], "conj_physical": ["conj_physical", None],
}  # fmt: skip

# The parameters in the order in which an entry passes them, where that is not the order of the op's signature.
ORDER = {
    "where": ["input", "condition", "other"],
    "einsum": ["operands", "equation"],
    "nn.functional.embedding": ["weight", "input"],
    "nn.functional.embedding_bag": ["weight", "input", "offsets"],
    "index_put": ["input", "indices", "values", "accumulate"],
    "clamp_max": ["input", "max"],
    "polygamma": ["input", "n"],
    "special.polygamma": ["input", "n"],
    "clamp_min": ["input", "min"],
}

# Entries whose results are random: shapes and dtypes are compared alone.
RANDOM = {"normal", "bernoulli", "nn.functional.rrelu", "nn.functional.dropout", "nn.functional.dropout2d", "nn.functional.dropout3d", "nn.functional.alpha_dropout", "nn.functional.multi_head_attention_forward", "nn.functional.feature_alpha_dropout", "nn.functional.fractional_max_pool2d", "nn.functional.fractional_max_pool3d", "uniform", "exponential", "cauchy", "geometric", "log_normal", "randn", "randn_like", "rand_like", "randint", "randint_like", "multinomial", "empty", "empty_like", "empty_strided", "empty_permuted", "new_empty", "new_empty_strided", "resize_", "resize_as_"}  # fmt: skip

DTYPES = {
    torch.float64: "float64", torch.float32: "float32", torch.float16: "float16", torch.bfloat16: "bfloat16", torch.int64: "int64", torch.int32: "int32",
    torch.int16: "int16", torch.int8: "int8", torch.uint8: "uint8", torch.bool: "bool", torch.complex64: "complex64", torch.complex128: "complex128",
}  # fmt: skip


class LeftOut(Exception):
    """A sample that cannot be written or bound, with the reason."""


def camel(name):
    plain = name.lstrip("_")
    head, *rest = plain.split("_")
    return name[: len(name) - len(plain)] + head + "".join(word.capitalize() for word in rest)


def label_of(op):
    return op.name + (":" + op.variant_test_name if op.variant_test_name else "")


def is_differentiable(op):
    return op.supports_autograd and all(d in op.supported_backward_dtypes("cpu") for d in (torch.float32, torch.float64))


def group_of(op):
    """The group of an entry: the namespace of its name, or that it has no gradient."""
    name = op.name
    if not is_differentiable(op):
        return "not differentiable"
    for prefix in ("linalg", "fft", "special", "masked", "nn.functional"):
        if name.startswith(prefix + "."):
            return prefix
    return "torch"


def encode_tensor(t, exact=False):
    if t.layout != torch.strided:
        raise LeftOut("a sparse layout")
    if t.numel() > LARGEST:
        raise LeftOut(f"more than {LARGEST} elements")
    if t.dtype not in DTYPES:
        raise LeftOut(str(t.dtype))
    t = t.detach().clone().resolve_conj().resolve_neg()
    if t.dtype in (torch.float16, torch.bfloat16):
        array, kind = t.float().numpy().astype("<f4"), "f4"
    elif t.dtype.is_floating_point:
        array = t.numpy()
        kind = "f8" if exact and not np.array_equal(array, array.astype("<f4"), equal_nan=True) else "f4"
        array = array.astype("<" + kind)
    elif t.dtype.is_complex:
        array, kind = torch.view_as_real(t).numpy().astype("<f8"), "f8"
    elif t.dtype == torch.bool:
        array, kind = t.numpy().astype("u1"), "u1"
    else:
        wide = t.numel() > 0 and (t.to(torch.int64).max() >= 2**31 or t.to(torch.int64).min() <= -(2**31))
        array, kind = t.numpy().astype("<i8" if wide else "<i4"), "i8" if wide else "i4"
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"tensor": DTYPES[t.dtype], "shape": list(t.shape), "kind": kind, "data": data}


def encode(value):
    if isinstance(value, torch.Tensor):
        return encode_tensor(value)
    if isinstance(value, torch.dtype):
        if value not in DTYPES:
            raise LeftOut(str(value))
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
    if isinstance(value, complex):
        return {"re": encode(value.real), "im": encode(value.imag)}
    raise LeftOut(f"an argument of type {type(value).__name__}")


def holds_gradients(t):
    return t.dtype.is_floating_point or t.is_complex()


def rounded(value):
    """Float and complex tensors with values that float32 holds, as leaves of float64."""
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided or not holds_gradients(value):
            return value
        single = torch.complex64 if value.is_complex() else torch.float32
        return value.detach().to(single).to(value.dtype).requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        made = [rounded(v) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value


def max_pool_backward(sample):
    """The arguments of the gradient of max pooling: the entry's function computes the indices, and takes cotangents of 1."""
    options = {k: v for k, v in sample.kwargs.items() if k != "return_indices"}
    out, indices = torch.nn.functional.max_pool2d_with_indices(sample.input.detach(), **options)
    stride = options["kernel_size"] if options.get("stride") is None else options["stride"]
    named = {"kernel_size": None, "stride": stride, "padding": 0, "dilation": 1, "ceil_mode": False}
    return {"gradOutput": torch.ones_like(out), "input": sample.input, **{camel(k): options.get(k, v) if k != "stride" else v for k, v in named.items()}, "indices": indices}


def bind(op, sample, parameters):
    """The arguments of a sample by the names of the operator's parameters."""
    names = list(ORDER.get(op.name, parameters))
    if op.name == "max_pool2d_with_indices_backward":
        return max_pool_backward(sample)
    given = [sample.input, *sample.args]
    if op.name == "broadcast_shapes":
        return {"shapes": given}
    if op.name == "_native_batch_norm_legit" and len(given) == 6:  # without running statistics
        given = [*given[:3], None, None, *given[3:]]
    if op.name in SAME and SAME[op.name][1] is not None:
        given = [given[i] for i in SAME[op.name][1]]
    if op.name == "arange" and len(given) == 1:
        names = ["end"]
    if op.name == "randint" and len(given) == 2:
        names = ["high", "size"]
    if op.name == "randint_like" and len(given) == 2:
        names = ["input", "high"]
    if op.name == "__getitem__":
        index = sample.args[0]
        return {"input": sample.input, "indices": list(index) if isinstance(index, tuple) else [index]}
    if wrapper_of(op) == "factors":
        # the op is that of the product of the first two tensors
        return {"A": sample.input, "factor": sample.args[0], **{camel(k): v for k, v in sample.kwargs.items()}}
    if op.name == "to":
        # the dtype is given by itself, behind a device, or by another tensor
        dtypes = [x.dtype if isinstance(x, torch.Tensor) else x for x in sample.args]
        return {"input": sample.input, "dtype": next(x for x in dtypes if isinstance(x, torch.dtype))}
    if op.name in ("max", "min") and len(given) > 1 and isinstance(given[1], torch.Tensor):
        names = ["input", "other"]
    if op.name in ("var", "std", "var_mean", "std_mean") and len(given) > 1 and isinstance(given[1], bool):
        names = ["input", "unbiased", "keepdim"]
    if names[0] in ("tensors", "operands") and isinstance(sample.input, torch.Tensor):
        given = [[x for x in given if isinstance(x, torch.Tensor)], *[x for x in given if not isinstance(x, torch.Tensor)]]
    if len(given) > len(names) and len(names) > 1:
        head = len(names) - 1
        given = [*given[:head], list(given[head:])]
    if len(given) > len(names):
        raise LeftOut(f"{len(given)} arguments for the parameters {', '.join(names)}")
    args = dict(zip(names, given))
    # the options of linear_cross_entropy decide how the result is computed, not what it is, and PairwiseDistance is the default of the triplet loss
    without = {"nn.functional.linear_cross_entropy": "options", "nn.functional.triplet_margin_with_distance_loss": "distance_function"}.get(op.name)
    for name, value in sample.kwargs.items():
        if name in ("memory_format", without):  # the elements do not depend on it
            continue
        if name == "device" and str(value) == "cpu" or name == "requires_grad" and value is False or name == "layout" and value in (None, torch.strided):
            continue
        if name in ("out", "device", "layout", "generator", "pin_memory", "non_blocking", "copy"):
            if value is None:
                continue
            raise LeftOut(f"the argument {name}")
        args[camel(name)] = value
    return args


def flat(result):
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, (list, tuple)):
        return [t for part in result for t in flat(part)]
    return []


def leaves(value):
    return [t for t in flat(value) if t.requires_grad]


def wrapper_of(op):
    """How PyTorch's own gradient check adapts the inputs, so that what the op requires of them survives a small change."""
    if op.name in ("cholesky_solve", "triangular_solve"):  # its adapter is a lambda
        return "triangularSecond"
    if op.name in ("zero_", "resize_", "resize_as_"):
        return "copied"
    if op.name in ("svd_lowrank", "pca_lowrank") or op.variant_test_name == "singular":
        return "factors"
    name = getattr(op.gradcheck_wrapper, "__name__", "")
    return {
        "gradcheck_wrapper_hermitian_input": "hermitian",
        "gradcheck_wrapper_triangular_input_real_positive_diagonal": "unitTriangular",
    }.get(name)


def adapted(op, kind):
    f = op.op
    if kind == "hermitian":
        return lambda x, *a, **k: f(x + x.mH, *a, **k)
    if kind == "unitTriangular":
        return lambda x, upper=False: f((x.triu(1) if upper else x.tril(-1)) + torch.eye(x.shape[-1], dtype=x.dtype), upper)
    if kind == "triangularSecond":
        return lambda b, x, upper=False: f(b, x.triu() if upper else x.tril(), upper)
    return f


# Functions of the outputs that PyTorch's tests look at, where the outputs themselves are not unique (signs of eigenvectors). The runner has the same by name.
def outputs_of(op, sample, result):
    """The outputs to compare, and the name of the function that makes them. A number or bool, as of `allclose`, is a tensor."""
    name = op.name
    if isinstance(result, torch.Size):
        return [torch.tensor(n, dtype=torch.float64) for n in result], None
    if name == "hash_tensor":  # the bits of uint64, which numpy and this library have as int64
        return [result.view(torch.int64)], None
    if isinstance(result, (bool, int, float)):
        return [torch.tensor(result, dtype=torch.bool if isinstance(result, bool) and name != "item" else torch.float64)], None
    if name in ("linalg.svd", "svd"):
        u, s, v = result
        k = s.shape[-1]
        if name == "svd":
            return [u[..., :k].abs(), s, v[..., :k].abs()], "absoluteColumns"
        return [u[..., :k].abs(), s, v[..., :k, :].abs()], "absoluteRows"
    if name == "linalg.eigh":
        return [result[0], result[1].abs()], "absoluteVectors"
    if name in ("pca_lowrank", "svd_lowrank"):
        u, s, v = result
        return [u @ v.mH, s], "lowRank"
    if op.variant_test_name == "grad_oriented":
        return flat(result), "firstTwo"
    if name in ("linalg.eig", "linalg.eigvals"):
        values, *vectors = flat(result)
        # eigenvalues have no order: by real part, up to rounding, and then by imaginary part
        order = torch.from_numpy(np.lexsort((values.detach().imag.numpy(), values.detach().real.numpy().round(6))))
        vectors = [v.abs().gather(-1, order.unsqueeze(-2).expand(v.shape)) for v in vectors]
        return [values.gather(-1, order), *vectors], "sortedEigen"
    return flat(result), None


def is_random(op, sample):
    """Whether the result differs from call to call. Low-rank decompositions of a matrix of that rank do not."""
    if op.name in ("svd_lowrank", "pca_lowrank"):
        return sample.kwargs.get("M") is not None or sample.kwargs.get("center", False)
    return op.name in RANDOM and sample.kwargs.get("p", 1) != 0 and sample.kwargs.get("training", True) is not False


# Functions of matrices that are not in the namespace linalg.
OF_MATRICES = {"cholesky_solve", "lu", "lu_solve", "lu_unpack", "ormqr", "qr", "svd", "logdet", "matrix_exp", "pinverse", "triangular_solve", "svd_lowrank", "pca_lowrank"}

# Values at which functions have kinks, ties, poles or limits.
KINKS = torch.tensor([-6, -3, -2, -1, -0.5, 0, 0, 0, 0.5, 1, 2, 3, 6], dtype=torch.float64)


def at_kinks(value, generator):
    """Tensors that require gradients with values at kinks, of which many are equal."""
    if isinstance(value, torch.Tensor):
        if not value.requires_grad or value.dtype != torch.float64:
            return value
        drawn = torch.randint(len(KINKS), value.shape, generator=generator)
        return KINKS[drawn].requires_grad_()
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        made = [at_kinks(v, generator) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value


def case(op, sample, parameters, target, generator, kinks=False):
    if op.name == "argsort" and not sample.kwargs.get("stable") and not sample.input.is_floating_point():
        raise LeftOut("equal elements in any order")
    if kinks:
        if wrapper_of(op) is not None or group_of(op) == "linalg" or op.name in OF_MATRICES or op.name in RANDOM or any(t.numel() > 60 for t in flat([sample.input, *sample.args])):
            raise LeftOut("kinks: decompositions, random numbers, or many elements")
        sample.input, sample.args = at_kinks(sample.input, generator), at_kinks(sample.args, generator)
        sample.kwargs = {k: at_kinks(v, generator) for k, v in sample.kwargs.items()}
    sample.input, sample.args, sample.kwargs = rounded(sample.input), rounded(sample.args), {k: rounded(v) for k, v in sample.kwargs.items()}
    args = bind(op, sample, parameters)
    stored = {name: encode(value) for name, value in args.items()}
    kind = wrapper_of(op)
    raw = adapted(op, kind)(sample.input, *sample.args, **sample.kwargs)
    outputs, view = outputs_of(op, sample, raw)
    entry = {"entry": op.name, "variant": op.variant_test_name, "group": group_of(op), "op": target, "args": stored}
    if "empty" in op.name:  # whatever was in memory
        outputs = [torch.zeros_like(y) for y in outputs]
    if kind:
        entry["wrapper"] = kind
    if view:
        entry["view"] = view
    if sample.kwargs.get("dropout_p", 0) > 0:
        raise LeftOut("dropout")
    if is_random(op, sample):
        entry["random"] = True
    entry["outputs"] = [encode_tensor(y, exact=True) for y in outputs]
    if entry.get("random"):
        return entry
    inputs = [t for value in args.values() for t in leaves(value)]
    differentiable = [y for y in outputs if y.requires_grad]
    if not inputs or not differentiable:
        return entry

    def draw(like):
        double, single = (torch.complex128, torch.complex64) if like.is_complex() else (torch.float64, torch.float32)
        return torch.randn(like.shape, dtype=double, generator=generator).to(single).to(like.dtype)

    # which of the float and complex tensors of the arguments the gradients belong to, in order of appearance
    entry["wanted"] = [t.requires_grad for value in args.values() for t in flat(value) if holds_gradients(t)]
    cotangents = [draw(y) for y in differentiable]
    second = op.supports_gradgrad and not kinks
    grads = torch.autograd.grad(differentiable, inputs, cotangents, allow_unused=True, create_graph=second)
    entry["differentiable"] = [y.requires_grad for y in outputs]
    entry["cotangents"] = [encode_tensor(c) for c in cotangents]
    entry["gradients"] = [None if g is None else encode_tensor(g, exact=True) for g in grads]
    if second:
        live = [g for g in grads if g is not None and g.requires_grad]
        if live:
            weights = [draw(g) for g in live]
            try:
                seconds = torch.autograd.grad(live, inputs, weights, allow_unused=True)
            except RuntimeError:  # native_layer_norm without a weight
                return entry
            entry["secondOf"] = [g is not None and g.requires_grad for g in grads]
            entry["weights"] = [encode_tensor(w) for w in weights]
            entry["seconds"] = [None if g is None else encode_tensor(g, exact=True) for g in seconds]
    if op.supports_forward_ad and not kinks:
        try:
            entry.update(forward(op, sample, kind, inputs, draw))
        except (NotImplementedError, RuntimeError):
            pass
    return entry


def forward(op, sample, kind, inputs, draw):
    tangents = [draw(x) for x in inputs]
    with forward_ad.dual_level():
        duals = {id(x): forward_ad.make_dual(x.detach(), t) for x, t in zip(inputs, tangents)}

        def put(value):
            if isinstance(value, torch.Tensor):
                return duals.get(id(value), value)
            if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
                return type(value)(put(v) for v in value)
            return value

        raw = adapted(op, kind)(put(sample.input), *put(tuple(sample.args)), **{k: put(v) for k, v in sample.kwargs.items()})
        outputs, _ = outputs_of(op, sample, raw)
        pushed = [forward_ad.unpack_dual(y).tangent for y in outputs]
        return {
            "tangents": [encode_tensor(t) for t in tangents],
            "outputTangents": [None if t is None else encode_tensor(t, exact=True) for t in pushed],
        }


def accepts(op, sample):
    """Whether PyTorch computes a sample of the error inputs, of which some are errors of its Python references alone."""
    try:
        op.op(sample.input, *sample.args, **sample.kwargs)
        return True
    except Exception:
        return False


def is_differentiable_complex(op):
    return op.supports_autograd and all(d in op.supported_backward_dtypes("cpu") for d in (torch.complex64, torch.complex128))


def dtypes_of(op, is_complex):
    """The dtypes of the samples: float64 or complex128 where an entry has gradients, and those of each kind elsewhere."""
    if is_complex:
        return [torch.complex128]
    if is_differentiable(op):
        return [torch.float64]
    found = [d for d in (torch.float64, torch.int64, torch.bool) if d in op.supported_dtypes("cpu")]
    return found or [d for d in (torch.complex128, torch.float32) if d in op.supported_dtypes("cpu")][:1]


def samples_of(op, is_complex):
    # an entry of complex inputs alone has its gradients among these
    differentiable = is_complex or is_differentiable(op) or is_differentiable_complex(op) and dtypes_of(op, False) == [torch.complex128]
    found = []
    for dtype in dtypes_of(op, is_complex):
        of_dtype = list(op.sample_inputs("cpu", dtype, requires_grad=differentiable))
        # comparisons and the like have hundreds of samples of one kind
        found += of_dtype if differentiable else of_dtype[:: max(1, len(of_dtype) // 100)]
    return found



def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operators", required=True)
    parser.add_argument("--write", required=True)
    parser.add_argument("--samples", type=int, default=10**9)
    parser.add_argument("--kinks", action="store_true", help="draw the inputs from values at kinks, and write values and gradients alone")
    parser.add_argument("--complex", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    # which of several elements with one position max_unpool keeps would depend on the threads
    torch.set_num_threads(1)
    operators = json.loads(pathlib.Path(options.operators).read_text())
    left = collections.defaultdict(collections.Counter)
    counts = collections.Counter()
    with gzip.GzipFile(options.write, "wb", mtime=0) as out:

        def put(line):
            out.write((json.dumps(line, separators=(",", ":")) + "\n").encode())

        for op in op_db:
            label = label_of(op)
            if not op.supported_dtypes("cpu") or label == "bmm:triton_optimized":
                continue
            if options.kinks and not is_differentiable(op) or options.complex and not is_differentiable_complex(op):
                continue
            target = SAME.get(label, SAME.get(op.name, [op.name]))[0]
            # inputs and cotangents of an entry do not depend on which other entries are written
            torch.manual_seed(SEED)
            np.random.seed(SEED)
            generator = torch.Generator().manual_seed(SEED)
            if options.only and op.name not in options.only and label not in options.only and target not in options.only:
                continue
            if target not in operators:
                left[label]["no operator"] += 1
                continue
            try:
                samples = samples_of(op, options.complex)
            except Exception as error:
                left[label][f"no samples: {error!r}"[:80]] += 1
                continue
            step = max(1, -(-len(samples) // options.samples))
            for sample in samples[::step]:
                try:
                    put(case(op, sample, operators[target]["parameters"], operators[target]["name"], generator, options.kinks))
                    counts[label] += 1
                except LeftOut as reason:
                    left[label][str(reason)] += 1
                except Exception as error:
                    left[label][f"PyTorch: {error!r}"[:100]] += 1
            if op.error_inputs_func is None or op.name in SAME or label in SAME or options.kinks or options.complex:
                continue
            for error in op.error_inputs("cpu"):
                if accepts(op, error.sample_input):
                    left[label]["error input that PyTorch accepts"] += 1
                    continue
                whole = [v for v in error.sample_input.args if isinstance(v, float) and v.is_integer()]
                if "invalid combination of arguments" in error.error_regex and whole:
                    left[label]["error input: a float that is an integer"] += 1
                    continue
                if error.error_regex == "" and not isinstance(error.sample_input.input, torch.Tensor):
                    left[label]["error input: a method of a number"] += 1
                    continue
                try:
                    args = {name: encode(value) for name, value in bind(op, error.sample_input, operators[target]["parameters"]).items()}
                except Exception as reason:  # a tensor that numpy cannot hold, or arguments that no parameter takes
                    left[label][f"error input: {reason}"] += 1
                    continue
                put({"entry": op.name, "variant": op.variant_test_name, "group": group_of(op), "op": operators[target]["name"], "args": args, "refused": str(error.error_regex)})
        put({"leftOut": left, "torch": torch.__version__})
    print(f"{sum(counts.values())} samples of {len(counts)} entries; {pathlib.Path(options.write).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
