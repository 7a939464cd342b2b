/** Files of torch.save and of safetensors are read, ours are read by both (SAVED=FOLDER writes them for make_saved.py), and malformed ones are errors. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { arange, type DType, nn, ones, optim, serialization, Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { expectEditsHandled, expectTruncationErrors, type Reader } from "../support/fuzz.ts";
import { inRoot } from "../support/paths.ts";

/** A value as make_saved.py describes it. */
type Described =
  | {
      readonly tensor: {
        readonly dtype: DType;
        readonly shape: readonly number[];
        readonly elements: readonly string[];
      };
    }
  | { readonly record: Readonly<Record<string, Described>> }
  | { readonly list: readonly Described[] }
  | { readonly number: string }
  | { readonly value: string | boolean | null };

interface Case {
  readonly name: string;
  readonly format: "pt" | "safetensors";
  readonly file: string;
  readonly value: Described;
}

const cases = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/saved.json.gz"))).toString()) as Case[];
const bytesOf = ({ file }: Case): Uint8Array => new Uint8Array(Buffer.from(file, "base64"));

const decode = (format: Case["format"], bytes: Uint8Array): serialization.SavedValue =>
  format === "pt" ? serialization.decodePt(bytes) : serialization.decodeSafetensors(bytes).tensors;

/** A number of which the sign of 0 counts; beyond 2^53 a BigInt. */
const numberOf = (text: string): number | bigint =>
  /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text)) ? BigInt(text) : Number(text);

/** Returns the numbers of a tensor, two for each complex one. */
function elementsOf(t: Tensor): (number | bigint)[] {
  const list = (t.dtype.startsWith("complex") ? t.viewAsReal() : t).flatten().toArray<(number | bigint | boolean)[]>();
  return list.map((v) => (typeof v === "boolean" ? Number(v) : v));
}

/** Describes a value as make_saved.py does. */
function described(v: serialization.SavedValue): Described {
  if (v instanceof Tensor) {
    const elements = elementsOf(v).map((e) => (Object.is(e, -0) ? "-0.0" : String(e)));
    return { tensor: { dtype: v.dtype, shape: [...v.shape], elements } };
  }
  if (typeof v === "number" || typeof v === "bigint") return { number: String(v) };
  if (v === null || typeof v === "string" || typeof v === "boolean") return { value: v };
  if (Array.isArray(v)) return { list: (v as serialization.SavedValue[]).map(described) };
  return {
    record: Object.fromEntries(
      Object.entries(v as object).map(([k, item]) => [k, described(item as serialization.SavedValue)]),
    ),
  };
}

/** Replaces texts of numbers by numbers. */
function withNumbers(d: Described): unknown {
  if ("tensor" in d) return { ...d.tensor, elements: d.tensor.elements.map(numberOf) };
  if ("record" in d) return Object.fromEntries(Object.entries(d.record).map(([k, v]) => [k, withNumbers(v)]));
  if ("list" in d) return d.list.map(withNumbers);
  return "number" in d ? numberOf(d.number) : d.value;
}

test.each(cases)("$format: $name", (stored) => {
  const value = decode(stored.format, bytesOf(stored));
  expect(withNumbers(described(value))).toEqual(withNumbers(stored.value));
});

test("tensors that shared memory in PyTorch share it here, and dtypes keep their halves of bits", () => {
  const tied = serialization.decodePt<Record<string, Tensor>>(
    bytesOf(cases.find(({ name }) => name.startsWith("tied")) as Case),
  );
  tied["a"].fill_(5);
  expect(tied["b"].toArray()).toEqual([
    [5, 5],
    [5, 5],
  ]);
});

/** Values of ours that PyTorch and safetensors are to read. */
function ours(): Record<string, serialization.SavedValue> {
  const model = new nn.Sequential(new nn.Linear(3, 20), new nn.BatchNorm1d(20), new nn.Linear(20, 2));
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
  model
    .forward(ones([4, 3]))
    .sum()
    .backward();
  optimizer.step();
  const dtypes = cases.find(({ format }) => format === "safetensors") as Case;
  const complex = cases[0];
  return {
    "dtypes.safetensors": decode("safetensors", bytesOf(dtypes)),
    "model.safetensors": model.stateDict(),
    "dtypes.pt": decode("pt", bytesOf(complex)),
    "model.pt": model.stateDict(),
    "checkpoint.pt": {
      model: model.stateDict(),
      optimizer: optimizer.stateDict() as unknown as serialization.SavedValue,
      epoch: 7,
      negative: [-1, -128, -129, 255, 256, 2 ** 31, -(2 ** 31), 2 ** 40, -(2 ** 52), 2n ** 70n, -(2n ** 70n), 0.5],
      texts: ["", "ä €", "x".repeat(300)],
      flags: [true, false, null],
      empty: { list: [], record: {} },
      view: arange(12).reshape([3, 4]).t(),
    },
  };
}

const encode = (name: string, value: serialization.SavedValue): Uint8Array =>
  name.endsWith(".pt")
    ? serialization.encodePt(value)
    : serialization.encodeSafetensors(value as Record<string, Tensor>, { made: "by a test" });

test("what is written is read again", () => {
  const folder = process.env["SAVED"];
  const list: object[] = [];
  for (const [file, value] of Object.entries(ours())) {
    const bytes = encode(file, value);
    const again = decode(file.endsWith(".pt") ? "pt" : "safetensors", bytes);
    expect(withNumbers(described(again)), file).toEqual(withNumbers(described(value)));
    if (folder === undefined) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), bytes);
    list.push({ file, value: described(value) });
  }
  if (folder !== undefined) writeFileSync(join(folder, "cases.json"), JSON.stringify(list));
});

describe("malformed files are errors", () => {
  const samples = [
    ...cases
      .filter(({ name }) => /containers|tied|views/.test(name))
      .map((c) => ({ format: c.format, bytes: bytesOf(c) })),
    {
      format: "safetensors" as const,
      bytes: serialization.encodeSafetensors({ a: ones([2, 3]), b: zeros([2], { dtype: "int64" }) }, { k: "v" }),
    },
  ];
  const readers = samples.map(
    ({ format, bytes }): Reader => ({
      name: format,
      read: (file) => described(decode(format, file)),
      files: [bytes],
    }),
  );
  test("truncated at any length", () => expectTruncationErrors(readers));
  test("with bytes changed, removed and inserted", () => expectEditsHandled(readers));
  /** Returns a safetensors file with a header. */
  const withHeader = (header: unknown, data = 0, length?: bigint): Uint8Array => {
    const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
    const file = new Uint8Array(8 + text.length + data);
    new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
    file.set(text, 8);
    return file;
  };
  const entry = (from: number, to: number, shape = [1], dtype = "F32"): object => ({
    dtype,
    shape,
    data_offsets: [from, to],
  });
  test.each<[string, Uint8Array, string]>([
    ["a header of 2^63 bytes", withHeader({}, 0, 2n ** 63n), "its header has 9223372036854775808 bytes"],
    ["a header behind the end", withHeader({}, 0, 90n), "its header ends at byte 98, and the file at 10"],
    ["no JSON", withHeader("{"), "its header is not JSON"],
    ["a list", withHeader([]), "its header is no object"],
    [
      "more elements than bytes",
      withHeader({ a: entry(0, 4, [2 ** 40, 2 ** 40]) }, 4),
      "its shape [1099511627776, 1099511627776] needs",
    ],
    ["negative sizes", withHeader({ a: entry(0, 4, [-1, -1]) }, 4), 'the entry of "a" has no dtype, shape and offsets'],
    ["elements behind the end", withHeader({ a: entry(0, 400, [100]) }, 4), "its tensors end at byte"],
    [
      "overlapping tensors",
      withHeader({ a: entry(0, 4), b: entry(0, 4) }, 8),
      '"b" begins at byte 0 of the elements, expected 4',
    ],
    ["gaps", withHeader({ a: entry(0, 4), b: entry(8, 12) }, 12), '"b" begins at byte 8 of the elements, expected 4'],
    ["bytes that no tensor has", withHeader({ a: entry(0, 4) }, 8), "its tensors end at byte"],
    [
      "a type that we do not have",
      withHeader({ a: entry(0, 4, [1], "U32") }, 4),
      '"a" is of type U32; types that can be read: BOOL',
    ],
    ["metadata that are no texts", withHeader({ __metadata__: { a: 1 } }), "its metadata are not texts"],
  ])("safetensors: %s", (_name, file, message) => {
    expect(() => serialization.decodeSafetensors(file)).toThrow(message);
  });
  /** Returns a file of torch.save with a pickle. */
  const withPickle = (pickle: string): Uint8Array => {
    const file = serialization.encodePt("x".repeat(pickle.length));
    const at = Buffer.from(file).indexOf("\x80\x02X", 0, "latin1");
    // the text leaves as many bytes as the pickle has; the rest of it follows the end
    file.set(Buffer.from(pickle, "latin1"), at);
    return file;
  };
  test.each<[string, string, string]>([
    [
      "a function of the system",
      "cos\nsystem\n(X\x02\0\0\0lstR.",
      "the file needs os.system, and only tensors, containers, numbers and texts are read",
    ],
    ["a class", "c__main__\nModel\n)R.", "the file needs __main__.Model"],
    ["eval by its new name", "\x8c\x08builtins\x8c\x04eval\x93.", "the file needs builtins.eval"],
    ["a call of a text", "X\x01\0\0\0a)R.", "it calls what is no function"],
    ["a value that was never stored", "h\x05.", "it refers to a value that it has not stored"],
    ["an empty stack", "0.", "the stack is empty"],
    ["a list that contains itself", "]q\x00h\x00a.", "a container contains itself"],
    ["a length behind the end", "X\xff\xff\xff\x7fa.", "it ends too early"],
    [
      "a storage without a file",
      "(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x009X\x03\0\0\0cpuK\x01tQ.",
      "it has no file data/9",
    ],
    ["an opcode of other pickles", "I1\n.", "it has the opcode 0x49"],
  ])("torch.save: %s", (_name, pickle, message) => {
    expect(() => serialization.decodePt(withPickle(pickle))).toThrow(message);
  });
  test("torch.save: a tensor that ends behind its storage", () => {
    const file = serialization.encodePt(ones([2, 3]));
    const text = Buffer.from(file);
    // the sizes 2 and 3 of the shape, of which the first becomes 200
    const at = text.indexOf(Buffer.from("(J\x02\0\0\0J\x03\0\0\0t", "latin1"));
    file[at + 2] = 200;
    expect(() => serialization.decodePt(file)).toThrow("a tensor ends at element 600 of a storage of 6");
  });
  test("values that refer to others many times take no more memory than their file", () => {
    // 40 lists, each of which has the one before it twice
    const pickle = `]q\x00${Array.from({ length: 40 }, (_, i) => `](h${String.fromCharCode(i)}h${String.fromCharCode(i)}eq${String.fromCharCode(i + 1)}`).join("")}.`;
    let value = serialization.decodePt<unknown>(withPickle(pickle));
    for (let depth = 0; depth < 40; depth++) value = (value as unknown[])[1];
    expect(value).toEqual([]);
  });
});

test("values that cannot be saved are errors that say where they are", () => {
  const loop: Record<string, serialization.SavedValue> = {};
  loop["self"] = loop;
  expect(() => serialization.encodePt({ a: [1, new Map()] })).toThrow(
    'encodePt: "a.1" is an object of class Map; tensors, numbers, texts, lists and records can be saved',
  );
  expect(() => serialization.encodePt({ f: () => 1 })).toThrow('"f" is a function');
  expect(() => serialization.encodePt(loop)).toThrow('"self" contains itself');
  expect(() => serialization.encodeSafetensors({ z: tensor([1]).to("complex128") })).toThrow(
    "the format has no complex128",
  );
});
