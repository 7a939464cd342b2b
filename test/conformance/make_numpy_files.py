"""Writes numpy_files.json.gz: files of numpy.save, savez and savez_compressed, and what is in them.

python test/conformance/make_numpy_files.py          (needs numpy)
python test/conformance/make_numpy_files.py --read FOLDER
    compares the files that test/engine/data/npy.test.ts has written to FOLDER (NUMPY=FOLDER) with their arrays, as NumPy reads them
"""

import base64
import gzip
import io
import json
import sys
from pathlib import Path

import numpy as np

random = np.random.default_rng(0)


def described(a):
    flat = a.reshape(-1)
    if np.iscomplexobj(flat):
        flat = np.stack([flat.real, flat.imag], -1).reshape(-1)
    return {"dtype": a.dtype.newbyteorder("=").name, "shape": list(a.shape), "elements": [float(v) for v in flat]}


def arrays():
    for dtype in "bool uint8 int8 int16 int32 int64 float16 float32 float64 complex64 complex128".split():
        for shape in [(), (3,), (2, 3, 4), (0, 2)]:
            a = (random.normal(size=shape) * 50).astype(np.float64)
            a = a.astype(bool) if dtype == "bool" else np.abs(a).astype(dtype) if dtype == "uint8" else a.astype(dtype)
            yield np.asarray(a)
            yield np.asarray(a).astype(np.asarray(a).dtype.newbyteorder(">"))
            yield np.asfortranarray(a)


def file_of(write):
    out = io.BytesIO()
    write(out)
    return base64.b64encode(out.getvalue()).decode()


def make():
    cases = [{"file": file_of(lambda out, a=a: np.save(out, a)), "arrays": {"": described(a)}} for a in arrays()]
    named = {"x": random.normal(size=(4, 5)), "names with blanks": np.arange(6), "zeros": np.zeros((50, 50), np.float32)}
    for save in [np.savez, np.savez_compressed]:
        cases.append({"file": file_of(lambda out, save=save: save(out, **named)), "arrays": {k: described(a) for k, a in named.items()}})
    path = Path(__file__).with_name("numpy_files.json.gz")
    path.write_bytes(gzip.compress(json.dumps(cases).encode(), 9, mtime=0))
    print(f"{len(cases)} files, {path.stat().st_size} bytes")


def read(folder):
    for name, wanted in json.loads((folder / "arrays.json").read_text()).items():
        value = np.load(folder / name)
        found = {k: described(value[k]) for k in value.files} if name.endswith("z") else {"": described(value)}
        assert found == wanted, (name, found, wanted)
        print("same", name)


if len(sys.argv) > 2:
    read(Path(sys.argv[2]))
else:
    make()
