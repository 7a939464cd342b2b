/** The safetensors format: 8 bytes with the length of a header, the header in JSON, and the elements of all tensors. */
import { bytesPerElement, type DType } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bytesOf, tensorOfBytes } from "./words.ts";

/** Tensors and texts of a file in the safetensors format. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const names: Readonly<Record<DType, string | null>> = {
  bool: "BOOL",
  uint8: "U8",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  float16: "F16",
  bfloat16: "BF16",
  float32: "F32",
  float64: "F64",
  complex64: "C64",
  complex128: null,
};

const dtypeOf: ReadonlyMap<string | null, DType> = new Map(
  Object.entries(names).map(([dtype, name]) => [name, dtype as DType]),
);

/** Bytes of the largest header that is read, as in the format's library. */
const maxHeader = 100_000_000;

/** An entry of the header. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Returns a file in the safetensors format, which the Python package of that name reads. Tensors are stored contiguously, largest dtypes first, so that each is
 * aligned.
 * @throws ArgumentError for complex128, which the format does not have.
 * @example
 * const bytes = serialization.encodeSafetensors({ w: tensor([1, 2]) });
 * serialization.decodeSafetensors(bytes).tensors["w"].toArray(); // [1, 2]
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const op = "encodeSafetensors";
  const order = Object.entries(tensors).sort(
    ([a, s], [b, t]) => bytesPerElement[t.dtype] - bytesPerElement[s.dtype] || (a < b ? -1 : 1),
  );
  const header: [string, Entry | Readonly<Record<string, string>>][] = [];
  if (Object.keys(metadata).length > 0) header.push(["__metadata__", metadata]);
  let size = 0;
  for (const [name, t] of order) {
    const dtype = names[t.dtype];
    if (dtype === null) throw new ArgumentError(op, `the format has no ${t.dtype}, the dtype of "${name}"`);
    if (name === "__metadata__") throw new ArgumentError(op, 'no tensor can be called "__metadata__"');
    const bytes = t.numel() * bytesPerElement[t.dtype];
    header.push([name, { dtype, shape: t.shape, data_offsets: [size, size + bytes] }]);
    size += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length);
  file.set(text, 8);
  let at = 8 + length;
  for (const [, t] of order) {
    const bytes = bytesOf(t);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

const invalid = (why: string): ArgumentError => new ArgumentError("decodeSafetensors", `the file is malformed: ${why}`);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Returns the header and the position behind it. */
function readHeader(file: Uint8Array): readonly [header: Readonly<Record<string, unknown>>, end: number] {
  if (file.length < 8) throw invalid(`expected at least 8 bytes, but got ${file.length}`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > maxHeader) throw invalid(`its header has ${length} bytes, more than ${maxHeader}`);
  const end = 8 + Number(length);
  if (end > file.length) throw invalid(`its header ends at byte ${end}, and the file at ${file.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, end)));
  } catch {
    throw invalid("its header is not JSON");
  }
  if (!isRecord(header)) throw invalid("its header is no object");
  return [header, end];
}

/** Returns a checked entry with its dtype. */
function readEntry(
  name: string,
  value: unknown,
): { readonly dtype: DType; readonly shape: number[]; readonly from: number; readonly to: number } {
  const { dtype: code, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (
    typeof code !== "string" ||
    !Array.isArray(shape) ||
    !shape.every(isSize) ||
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(isSize)
  )
    throw invalid(`the entry of "${name}" has no dtype, shape and offsets`);
  const dtype = dtypeOf.get(code);
  if (dtype === undefined)
    throw new ArgumentError(
      "decodeSafetensors",
      `"${name}" is of type ${code}; types that can be read: ${[...dtypeOf.keys()].filter((k) => k !== null).join(", ")}`,
    );
  const [from, to] = offsets as [number, number];
  const bytes = shape.reduce((a: number, b: number) => a * b, bytesPerElement[dtype]);
  if (bytes !== to - from)
    throw invalid(`"${name}" has ${to - from} bytes, but its shape [${shape.join(", ")}] needs ${bytes}`);
  return { dtype, shape, from, to };
}

/**
 * Returns the tensors and the metadata of a file in the safetensors format. Only memory for what the file holds is allocated: lengths and offsets are checked
 * first, as the format demands.
 * @throws ArgumentError for a malformed file, and for types without a counterpart (unsigned integers above 8 bits and floats of 8 bits).
 * @example serialization.decodeSafetensors(serialization.encodeSafetensors({}, { step: "3" })).metadata; // { step: "3" }
 */
export function decodeSafetensors(file: Uint8Array): SafetensorsFile {
  const [header, start] = readHeader(file);
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((v) => typeof v === "string"))
    throw invalid("its metadata are not texts");
  const entries = Object.entries(rest).map(([name, value]) => ({ name, ...readEntry(name, value) }));
  // together, the tensors cover the file without gaps and overlaps
  let at = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== at) throw invalid(`"${name}" begins at byte ${from} of the elements, expected ${at}`);
    at = to;
  }
  if (start + at !== file.length)
    throw invalid(`its tensors end at byte ${start + at}, and the file at ${file.length}`);
  const tensors = entries.map(({ name, dtype, shape, from, to }): [string, Tensor] => [
    name,
    tensorOfBytes(file.subarray(start + from, start + to), dtype, shape),
  ]);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Readonly<Record<string, string>> };
}
