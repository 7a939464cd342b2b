"""Writes files of pyarrow and what is in them to columns: columns.json.gz, *.parquet and *.arrow.

python test/engine/data/make_columns.py          (needs pyarrow)
"""

import gzip
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

folder = Path(__file__).parent / "columns"
rows = 40


def column(type, f, nulls=True):
    return pa.array([None if nulls and i % 7 == 3 else f(i) for i in range(rows)], type)


def columns():
    for bits in (8, 16, 32, 64):
        top = 2 ** (bits - 1)
        yield f"i{bits}", column(pa.type_for_alias(f"int{bits}"), lambda i, top=top: (-top, top - 1, 0, -1, i)[i % 5])
        yield f"u{bits}", column(pa.type_for_alias(f"uint{bits}"), lambda i, top=top: (2 * top - 1, top, 0, 1, i)[i % 5])
    yield "f16", column(pa.float16(), lambda i: (0.5, -1.25, 65504.0, 6e-8, float(i))[i % 5])
    yield "f32", column(pa.float32(), lambda i: (0.5, -1.25, 1e30, math.inf, float(i))[i % 5])
    yield "f64", column(pa.float64(), lambda i: i * 0.1 - 1)
    yield "required", column(pa.float64(), lambda i: i * 0.25, nulls=False)
    yield "flag", column(pa.bool_(), lambda i: i % 3 == 0)
    yield "text", column(pa.string(), lambda i: ["", "a", "ä€😀", "long " * 9][i % 4])
    yield "large", column(pa.large_string(), lambda i: f"row {i}")
    yield "sort", pa.array([None if i % 7 == 3 else ["setosa", "virginica", "versicolor"][i % 3] for i in range(rows)]).dictionary_encode()
    yield "seconds", column(pa.timestamp("s"), lambda i: datetime(2020, 1, 1 + i % 28, tzinfo=UTC).replace(tzinfo=None))
    yield "micros", column(pa.timestamp("us"), lambda i: datetime(1969, 12, 31, 23, 59, i, 123456))
    yield "zoned", column(pa.timestamp("ms", "Europe/Berlin"), lambda i: datetime(2024, 6, 1, i % 24, tzinfo=UTC))
    yield "day", column(pa.date32(), lambda i: date(1960 + i, 2, 28))
    yield "money", column(pa.decimal128(12, 2), lambda i: Decimal(i * 1234567 - 9999) / 100)
    yield "constant", column(pa.int64(), lambda i: 7, nulls=False)
    yield "nothing", column(pa.float64(), lambda i: None)


def plain(v):
    if v is None or isinstance(v, bool | str):
        return v
    if isinstance(v, datetime):
        since = (v if v.tzinfo else v.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86400 + since.seconds) * 1000 + since.microseconds / 1000
    if isinstance(v, date):
        return (v - date(1970, 1, 1)).days * 86400000
    if isinstance(v, int) and abs(v) >= 2**53:
        return {"big": str(v)}
    v = float(v)
    return {"text": str(v)} if math.isinf(v) else v


def main():
    folder.mkdir(exist_ok=True)
    table = pa.table(dict(columns()))
    files = {}
    # pages of few rows, and groups of 16, so that files have several of each
    for codec in ("none", "snappy", "gzip", "zstd", "lz4"):
        files[f"{codec}.parquet"] = lambda path, codec=codec: pq.write_table(table, path, compression=codec, row_group_size=16)
    files["v2.parquet"] = lambda path: pq.write_table(table, path, data_page_version="2.0", data_page_size=100, write_batch_size=8, compression="zstd")
    files["plain.parquet"] = lambda path: pq.write_table(table, path, use_dictionary=False, version="1.0", coerce_timestamps="us")
    numbers = [name for name in table.column_names if pa.types.is_floating(table[name].type) and name != "f16"]
    files["split.parquet"] = lambda path: pq.write_table(table.select(numbers), path, use_dictionary=False, use_byte_stream_split=True)
    integers = ["i32", "i64", "constant"]
    delta = {name: "DELTA_BINARY_PACKED" for name in integers} | {"text": "DELTA_LENGTH_BYTE_ARRAY"}
    files["delta.parquet"] = lambda path: pq.write_table(table.select([*integers, "text"]), path, use_dictionary=False, column_encoding=delta)
    for codec in ("uncompressed", "lz4", "zstd"):
        files[f"{codec}.feather"] = lambda path, codec=codec: feather.write_feather(table, path, compression=codec, chunksize=16)

    def stream(path):
        with ipc.new_stream(str(path), table.schema) as out:
            for batch in table.to_batches(max_chunksize=16):
                out.write_batch(batch)

    def basic(path):
        with ipc.new_file(str(path), table.schema) as out:
            out.write_table(table)

    def deltas(path):
        options = ipc.IpcWriteOptions(emit_dictionary_deltas=True)
        grown = [pa.DictionaryArray.from_arrays(indices, pa.array(words)) for indices, words in (([0, 1], ["a", "b"]), ([2, 0], ["a", "b", "c"]))]
        schema = pa.schema([("word", grown[0].type)])
        with ipc.new_stream(str(path), schema, options=options) as out:
            for array in grown:
                out.write_batch(pa.record_batch([array], schema=schema))

    def views(path):
        view = pa.table({"view": pa.array(["short", None, "a text of more than twelve bytes", ""], pa.string_view())})
        with ipc.new_stream(str(path), view.schema) as out:
            out.write_table(view)

    files |= {"stream.arrows": stream, "basic.arrow": basic, "deltas.arrows": deltas, "views.arrows": views}
    nested = pa.table({"x": [1.0, 2.0], "list": [[1], [2, 3]], "record": [{"a": 1}, {"a": 2}], "y": ["p", "q"]})
    files["nested.parquet"] = lambda path: pq.write_table(nested, path)
    files["nested.feather"] = lambda path: feather.write_feather(nested, path)
    expected = {}
    for name, write in files.items():
        path = folder / name
        write(path)
        read = pq.read_table(path) if name.endswith(".parquet") else ipc.open_stream(path).read_all() if name.endswith("s") else feather.read_table(path)
        keep = [c for c in read.column_names if not pa.types.is_nested(read[c].type)]
        expected[name] = {c: [plain(v) for v in read[c].to_pylist()] for c in keep}
    data = gzip.compress(json.dumps(expected).encode(), 9, mtime=0)
    (folder / "columns.json.gz").write_bytes(data)
    print({name: (folder / name).stat().st_size for name in files}, len(data))


main()
