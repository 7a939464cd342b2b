/* oxlint-disable typescript/no-unnecessary-type-parameters -- the caller knows what the file holds */
/** Reads the files of `torch.save`: a zip archive with a pickle, and the elements of each storage in a file of its own. */
import { unzipSync } from "fflate";
import { asStrided } from "../ops/shape/strided.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { bytesPerElement, type DType, dtypes } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { dtypeOfStorage } from "./pt-names.ts";
import type { SavedValue } from "./state.ts";
import { type Box, type Globals, isBox, isGlobal, tupleItems, unpickle } from "./unpickle.ts";
import { tensorOfBytes } from "./words.ts";

const op = "decodePt";
const malformed = (why: string): ArgumentError => new ArgumentError(op, `the file is malformed: ${why}`);

/** Returns the files of an archive by their names without the folder. They must be stored without compression, as PyTorch does, so that none takes more than the archive. */
function filesOf(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  if (archive.length < 4 || archive[0] !== 0x50 || archive[1] !== 0x4b)
    throw new ArgumentError(
      op,
      "expected a zip archive, as torch.save writes since PyTorch 1.6; save an older file again",
    );
  let total = 0;
  const check = (file: {
    readonly name: string;
    readonly size: number;
    readonly originalSize: number;
    readonly compression: number;
  }): boolean => {
    total += file.originalSize;
    if (file.compression !== 0) throw new ArgumentError(op, `"${file.name}" is compressed, as torch.save does not do`);
    if (file.size !== file.originalSize || total > archive.length)
      throw malformed(`its files have ${total} bytes, more than the archive's ${archive.length}`);
    return true;
  };
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(archive, { filter: check });
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw malformed("it is no valid zip archive");
  }
  return new Map(Object.entries(files).map(([name, bytes]) => [name.replace(/^[^/]*\//, ""), bytes]));
}

const isSize = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

/** Returns the sizes in a tuple. */
function sizesOf(v: unknown, what: string): number[] {
  const items = tupleItems(v, what);
  if (!items.every(isSize)) throw malformed(`${what} has entries that are no sizes`);
  return [...items];
}

/** Returns the tensor of PyTorch's `_rebuild_tensor_v2(storage, offset, size, stride, …)`: a view of its storage, so that tensors that shared memory still do. */
function rebuildTensor([storage, offset, size, stride]: readonly unknown[]): Tensor {
  if (!(storage instanceof Tensor) || !isSize(offset)) throw malformed("a tensor has no storage");
  const [shape, strides] = [sizesOf(size, "the size of a tensor"), sizesOf(stride, "the stride of a tensor")];
  if (shape.length !== strides.length)
    throw malformed(`a tensor has ${shape.length} sizes and ${strides.length} strides`);
  const last = shape.includes(0) ? 0 : shape.reduce((at, n, d) => at + (n - 1) * strides[d], offset + 1);
  if (last > storage.numel()) throw malformed(`a tensor ends at element ${last} of a storage of ${storage.numel()}`);
  return noGrad(() => asStrided(storage, shape, strides, { storageOffset: offset }));
}

/** The names that may occur, and what they return. */
const calls: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  "torch._utils._rebuild_tensor_v2": rebuildTensor,
  "torch._utils._rebuild_parameter": ([data]) => data,
  "collections.OrderedDict": (): Box => ({ kind: "dict", entries: [] }),
  "torch.Size": ([sizes]) => sizes,
  "torch.device": ([name]) => name,
  "__builtin__.set": ([items]) => items ?? { kind: "set", items: [] },
  "builtins.set": ([items]) => items ?? { kind: "set", items: [] },
};

/** Returns the globals of an archive. */
function globalsOf(files: ReadonlyMap<string, Uint8Array>): Globals {
  const storages = new Map<string, Tensor>();
  const isDType = (name: string): boolean => dtypes.includes(name.replace(/^torch\./, "") as DType);
  return {
    has: (name) => Object.hasOwn(calls, name) || dtypeOfStorage.has(name) || isDType(name),
    call(name, args) {
      if (!Object.hasOwn(calls, name)) throw malformed(`it calls ${name}, which is no function`);
      return calls[name](args);
    },
    persistent(id) {
      const [kind, type, key, , count] = tupleItems(id, "the id of a storage");
      const dtype = isGlobal(type) ? dtypeOfStorage.get(type.name) : undefined;
      if (kind !== "storage" || dtype === undefined || typeof key !== "string" || !isSize(count))
        throw malformed("the id of a storage is none");
      const known = storages.get(`${key} ${dtype}`);
      if (known !== undefined) return known;
      const bytes = files.get(`data/${key}`);
      if (bytes === undefined) throw malformed(`it has no file data/${key}`);
      if (bytes.length !== count * bytesPerElement[dtype])
        throw malformed(`data/${key} has ${bytes.length} bytes, expected ${count} elements of ${dtype}`);
      const storage = tensorOfBytes(bytes, dtype, [count]);
      storages.set(`${key} ${dtype}`, storage);
      return storage;
    },
  };
}

/** Returns the value of boxes: lists for lists, tuples and sets, and records for dictionaries. */
function valueOf(root: unknown): SavedValue {
  const done = new Map<object, SavedValue>();
  const open = new Set<object>();
  const visit = (v: unknown): SavedValue => {
    if (isGlobal(v)) return v.name;
    if (!isBox(v)) return v as SavedValue;
    const known = done.get(v);
    if (known !== undefined) return known;
    if (open.has(v)) throw new ArgumentError(op, "a container contains itself");
    open.add(v);
    const value = v.kind === "dict" ? recordOf(v.entries) : v.items.map(visit);
    open.delete(v);
    done.set(v, value);
    return value;
  };
  const recordOf = (entries: readonly [unknown, unknown][]): SavedValue =>
    Object.fromEntries(
      entries.map(([key, value]) => {
        if (typeof key !== "string" && typeof key !== "number")
          throw new ArgumentError(op, "keys of dictionaries must be texts or numbers");
        return [String(key), visit(value)];
      }),
    );
  return visit(root);
}

/**
 * Returns the value in a file of `torch.save`: tensors, numbers, texts, lists and records, nested. Dictionaries become records, tuples and sets lists, a dtype or a
 * device its name, parameters plain tensors; tensors that shared memory still do. Everything else is refused, so that a file can run nothing.
 * @throws ArgumentError for a malformed file, a file of PyTorch before 1.6, and one that needs other classes or functions, which it names.
 * @example serialization.decodePt(serialization.encodePt({ step: 3, w: tensor([1, 2]) })).step; // 3
 */
export function decodePt<T = Record<string, SavedValue>>(file: Uint8Array): T {
  const files = filesOf(file);
  const order = files.get("byteorder");
  if (order !== undefined && new TextDecoder().decode(order) !== "little")
    throw new ArgumentError(op, "the file is of a big-endian machine; its elements cannot be read");
  const pickle = files.get("data.pkl");
  if (pickle === undefined) throw malformed("it has no data.pkl; a TorchScript model cannot be read");
  return valueOf(unpickle(pickle, globalsOf(files))) as T;
}
