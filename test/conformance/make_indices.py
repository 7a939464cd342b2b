"""
Writes test/conformance/indices.json: random indices in brackets with what NumPy picks and assigns.
Usage: .venv/bin/python test/conformance/make_indices.py [--seed 7] [--count 600] [--write PATH]

An entry is an integer, text with slices, null, true, false, or a nested array of integers or booleans. `picked` are the elements of arange(n) that the
index picks, with their shape; `assigned` are all elements after those were replaced by `value`. Cases that NumPy refuses have `error` instead.
"""
import argparse
import json
import random
from pathlib import Path

import numpy


def bound(rng, size):
    return rng.choice(["", str(rng.randint(-size - 2, size + 2))])


def text(rng, size):
    start, stop = bound(rng, size), bound(rng, size)
    step = rng.choice(["", "", ":", f":{rng.choice([1, 2, 3, -1, -2, -3])}"])
    return f"{start}:{stop}{step}"


def indices(rng, size, shape):
    if size == 0:
        return numpy.zeros(shape, dtype=int)
    # some are out of range
    high = size if rng.random() > 0.12 else size + 3
    return numpy.array([rng.randrange(-size, high) for _ in range(int(numpy.prod(shape)))], dtype=int).reshape(shape)


def entries(rng, shape):
    """Returns the entries as JSON and as NumPy takes them."""
    out = []
    common = [rng.randint(1, 3) for _ in range(rng.randint(1, 2))]
    dim = 0
    ellipsis = False
    # behind "...", all dimensions that are left have an entry
    while (rng.random() < 0.9 and len(out) < 7) or (ellipsis and dim < len(shape)):
        roll = rng.random()
        if roll < 0.1 and not ellipsis:
            ellipsis = True
            out.append(("...", ...))
            dim = rng.randint(dim, len(shape))
        elif roll < 0.2:
            out.append((None, None))
        elif roll < 0.24:
            flag = rng.random() < 0.7
            out.append((flag, flag))
        elif dim >= len(shape):
            break
        elif roll < 0.45 and shape[dim] > 0:
            i = rng.randint(-shape[dim] - (rng.random() < 0.08), max(shape[dim] - 1, 0))
            out.append((i, i))
            dim += 1
        elif roll < 0.7 or shape[dim] == 0 and roll > 0.8:
            t = text(rng, shape[dim])
            out.append((t, slice(*[int(p) if p else None for p in t.split(":")])))
            dim += 1
        elif roll < 0.88:
            own = [n if rng.random() < 0.7 else 1 for n in common][rng.randint(0, len(common) - 1):]
            # an empty array in JSON is a vector
            own = own if shape[dim] > 0 else [0]
            a = indices(rng, shape[dim], own)
            out.append((a.tolist(), a))
            dim += 1
        else:
            rank = rng.randint(1, min(2, len(shape) - dim))
            mask = numpy.array([rng.random() < 0.5 for _ in range(int(numpy.prod(shape[dim:dim + rank])))], dtype=bool)
            mask = mask.reshape(shape[dim:dim + rank])
            # an empty array is one of integers in JSON
            if mask.size == 0:
                continue
            out.append((mask.tolist(), mask))
            dim += rank
    return out


def joined(rng, given):
    """Joins neighbouring texts, integers and new dimensions to one text, sometimes."""
    out = []
    for entry in given:
        isText = entry is None or type(entry) is int or isinstance(entry, str)
        if isText and out and out[-1][1] and rng.random() < 0.4:
            out[-1] = (f"{shown(out[-1][0])}, {shown(entry)}", True)
        else:
            out.append((entry, isText))
    return [entry for entry, _ in out]


def shown(entry):
    return "null" if entry is None else str(entry)


def value(rng, shape):
    """Returns a value that broadcasts to the shape, with another leading dimension sometimes."""
    kept = [n if rng.random() < 0.7 else 1 for n in shape]
    kept = kept[rng.randint(0, len(kept)):] if rng.random() < 0.4 else kept
    if rng.random() < 0.2 and len(kept) == len(shape) > 0:
        kept = [1, *kept]
    return -1.0 - numpy.arange(int(numpy.prod(kept))).reshape(kept)


def case(rng):
    shape = [rng.choice([0, 1, 2, 2, 3, 3, 4, 6]) for _ in range(rng.randint(0, 4))]
    pairs = entries(rng, shape)
    x = numpy.arange(float(numpy.prod(shape))).reshape(shape)
    index = joined(rng, [plain for plain, _ in pairs])
    key = tuple(given for _, given in pairs)
    try:
        picked = x[key]
        v = value(rng, picked.shape)
        x2 = x.copy()
        try:
            x2[key] = v
        except TypeError:
            # at a single mask, NumPy takes no further dimension
            v = v[0]
            x2[key] = v
    except IndexError as error:
        return {"shape": shape, "index": index, "error": str(error)}
    return {
        "shape": shape,
        "index": index,
        "picked": {"shape": list(picked.shape), "elements": picked.ravel().astype(int).tolist()},
        "value": {"shape": list(v.shape), "elements": v.ravel().astype(int).tolist()},
        "assigned": x2.ravel().astype(int).tolist(),
    }


parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--count", type=int, default=600)
parser.add_argument("--write", default=str(Path(__file__).parent / "indices.json"))
args = parser.parse_args()
source = random.Random(args.seed)
cases = [case(source) for _ in range(args.count)]
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
Path(args.write).write_text(f'{{"numpy":"{numpy.__version__}","cases":[\n{lines}\n]}}\n')
