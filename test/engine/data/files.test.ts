/** Files of NumPy, of MNIST and of CIFAR are read, ours are read by NumPy (NUMPY=FOLDER writes them for make_numpy_files.py), and malformed ones are errors. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type DType, data, ones, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { expectEditsHandled, expectTruncationErrors, type Reader } from "../../support/fuzz.ts";
import { inRoot } from "../../support/paths.ts";

interface Described {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly elements: readonly number[];
}
interface Case {
  readonly file: string;
  readonly arrays: Readonly<Record<string, Described>>;
}

const cases = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/numpy_files.json.gz"))).toString()) as Case[];
const bytesOf = ({ file }: Case): Uint8Array => new Uint8Array(Buffer.from(file, "base64"));

const described = (t: Tensor): Described => ({
  dtype: t.dtype,
  shape: [...t.shape],
  elements: (t.dtype.startsWith("complex") ? t.viewAsReal() : t).flatten().toArray<number[]>().map(Number),
});

/** Returns the arrays of a file by name; that of an .npy file has none. */
function arraysOf(bytes: Uint8Array): Record<string, Described> {
  if (bytes[0] !== 0x50) return { "": described(data.parseNpy(bytes)) };
  return Object.fromEntries(Object.entries(data.parseNpz(bytes)).map(([name, t]) => [name, described(t)]));
}

describe("NumPy", () => {
  test("files of all types, in both byte orders and in both orders of dimensions", () => {
    for (const stored of cases) expect(arraysOf(bytesOf(stored))).toEqual(stored.arrays);
  });
  test("what is written is read again", () => {
    const tensors = Object.fromEntries(
      cases.slice(0, 132).map((c, i) => [`a${i}`, data.parseNpy(bytesOf(c))] as const),
    );
    const files = new Map([
      ...Object.entries(tensors).map(([name, t]) => [`${name}.npy`, data.encodeNpy(t)] as const),
      ["all.npz", data.encodeNpz(tensors)] as const,
      [
        "view.npy",
        data.encodeNpy(
          tensor([
            [1, 2],
            [3, 4],
          ]).t(),
        ),
      ] as const,
    ]);
    expect(arraysOf(files.get("view.npy") as Uint8Array)[""].elements).toEqual([1, 3, 2, 4]);
    const read = Object.fromEntries(Array.from(files, ([name, bytes]) => [name, arraysOf(bytes)]));
    for (const [name, t] of Object.entries(tensors)) {
      expect(read[`${name}.npy`][""]).toEqual(described(t));
      expect(read["all.npz"][name]).toEqual(described(t));
    }
    const folder = process.env["NUMPY"];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, "arrays.json"), JSON.stringify(read));
  });
  test("types without a counterpart are errors that list those that have one", () => {
    const file = Buffer.from(data.encodeNpy(tensor([1]))).toString("latin1");
    for (const descr of ["'|O8'", "'<u4'", "'<U20'", "[('a', '<f4')]"]) {
      const other = Buffer.from(file.replace("'<f4'", descr.padEnd(5)).slice(0, 128) + file.slice(128), "latin1");
      expect(() => data.parseNpy(other), descr).toThrow(/cannot be read; types that can: b1, u1|needs \d+ bytes/);
    }
    expect(() => data.encodeNpy(ones([2], { dtype: "bfloat16" }))).toThrow("encodeNpy: NumPy has no bfloat16");
  });
});

/** Returns an IDX file. */
function idx(type: number, shape: readonly number[], elements: readonly number[], width = 1): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + elements.length * width);
  const view = new DataView(file.buffer);
  file.set([0, 0, type, shape.length]);
  shape.forEach((n, d) => {
    view.setUint32(4 + 4 * d, n);
  });
  elements.forEach((v, i) => {
    const at = 4 + 4 * shape.length + i * width;
    if (type === 0x0d) view.setFloat32(at, v);
    else if (type === 0x0e) view.setFloat64(at, v);
    else if (type === 0x0c) view.setInt32(at, v);
    else if (type === 0x0b) view.setInt16(at, v);
    else view.setUint8(at, v);
  });
  return file;
}

describe("IDX", () => {
  test.each<[number, DType, number, number[]]>([
    [0x08, "uint8", 1, [0, 127, 255, 3, 4, 5]],
    [0x0b, "int16", 2, [-1, 300, -300, 3, 4, 5]],
    [0x0c, "int32", 4, [-1, 70000, -70000, 3, 4, 5]],
    [0x0d, "float32", 4, [0.5, -1.25, 3, 3, 4, 5]],
    [0x0e, "float64", 8, [0.1, -1.25, 3, 3, 4, 5]],
  ])("type %i is %s, compressed or not", (type, dtype, width, elements) => {
    const file = idx(type, [2, 3], elements, width);
    for (const bytes of [file, new Uint8Array(gzipSync(file))])
      expect(described(data.parseIdx(bytes))).toEqual({ dtype, shape: [2, 3], elements });
  });
  test("from a file", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "tapelab-idx-")), "labels.gz");
    writeFileSync(path, gzipSync(idx(8, [3], [7, 2, 1])));
    expect((await data.readIdx(path)).toArray()).toEqual([7, 2, 1]);
  });
});

test("CIFAR's records, of 10 and of 100 classes", () => {
  const record = (...labels: number[]): number[] => [
    ...labels,
    ...Array.from({ length: 3072 }, (_, i) => (i + labels[0]) % 256),
  ];
  const ten = data.parseCifar(Uint8Array.from([...record(3), ...record(9)]));
  expect(ten.labels.toArray()).toEqual([3, 9]);
  expect(ten.images.shape).toEqual([2, 3, 32, 32]);
  expect(ten.images.at(1, 2, 31, 31).item()).toBe((3071 + 9) % 256);
  const hundred = data.parseCifar(Uint8Array.from(record(1, 42)), { classes: 100 });
  expect(hundred.labels.toArray()).toEqual([42]);
  expect(hundred.images.at(0, 0, 0, 0).item()).toBe(1);
  expect(() => data.parseCifar(Uint8Array.from(record(10)))).toThrow("parseCifar: labels must be below 10, but got 10");
  expect(() => data.parseCifar(new Uint8Array(3072))).toThrow("expected records of 3073 bytes for 10 classes");
});

describe("malformed files are errors, and take no more memory than they have", () => {
  const compressed = new Uint8Array(
    gzipSync(
      idx(
        8,
        [2, 30],
        Array.from({ length: 60 }, () => 7),
      ),
    ),
  );
  const readers: readonly Reader[] = [
    { name: "parseNpy", read: data.parseNpy, files: [data.encodeNpy(ones([3, 4]))] },
    {
      name: "parseNpz",
      read: data.parseNpz,
      files: [data.encodeNpz({ a: zeros([40, 4]), b: tensor([1, 2]) }), bytesOf(cases[cases.length - 1])],
    },
    { name: "parseIdx", read: data.parseIdx, files: [idx(8, [2, 3], [1, 2, 3, 4, 5, 6]), compressed] },
    // no bytes are no records
    { name: "parseCifar", read: (file) => data.parseCifar(file), files: [new Uint8Array(3073)], from: 1 },
  ];
  test("truncated", () => expectTruncationErrors(readers));
  test("with bytes changed, removed and inserted", () => expectEditsHandled(readers));
  test("texts with bytes changed, removed and inserted", async () => {
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    const path = join(mkdtempSync(join(tmpdir(), "texts-")), "tokens.json");
    const texts: readonly Reader[] = [
      {
        name: "parseCSV",
        read: (bytes) => data.parseCSV(text(bytes)).tensor(),
        files: [Buffer.from('a,"b, c"\n1,2\n-3.5,"4"\n\n1e3,0\n')],
      },
      {
        name: "readVocabulary",
        read: (bytes) => {
          writeFileSync(path, bytes);
          return data.text.readVocabulary(path);
        },
        files: [Buffer.from('{"unknown":"<unk>","tokens":["<unk>","a","the"]}')],
      },
    ];
    await expectEditsHandled(texts);
  });
  test("headers that claim more than a file can hold", () => {
    const gz = new Uint8Array(gzipSync(idx(8, [2], [1, 2])));
    new DataView(gz.buffer).setUint32(gz.length - 4, 0xfffffff0, true);
    expect(() => data.parseIdx(gz)).toThrow("parseIdx: the file is malformed: its compressed length is impossible");
    expect(() => data.parseIdx(idx(8, [0xffffffff, 0xffffffff, 0xffffffff], [1]))).toThrow("needs 7.92");
    const npy = Buffer.from(data.encodeNpy(tensor([1])));
    npy.write("'shape': (9999999999,), }", npy.indexOf("'shape'"), "latin1");
    expect(() => data.parseNpy(npy)).toThrow("its shape [9999999999] needs 39999999996 bytes, but it has 4");
  });
});
