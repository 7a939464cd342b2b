/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/** Values to and from the wire. Data travels as copies; functions and objects of classes as handles, by which the receiver calls their owner. */
import type { Bytes, Tagged, Wire } from "./messages.ts";

type Engine = typeof import("tapelab");
type AnyTensor = import("tapelab").Tensor;

/** The treatment of values that are no plain data. */
export interface Handles {
  /** Returns a function, object or error of this side as a handle, or a handle of the other side. @throws for what must not leave. */
  readonly encode: (value: object, encode: (value: unknown) => Wire) => Wire;
  /** Whether a value stands for an object of the other side, whatever it looks like. */
  readonly standsIn: (value: object) => boolean;
  /** Returns the value for a handle of either side. */
  readonly decode: (tagged: Tagged, decode: (wire: Wire) => unknown) => unknown;
  /** Describes a tensor beyond its elements. */
  readonly describe: (t: AnyTensor) => {
    readonly record?: number;
    readonly output?: number;
    readonly shared?: number;
    readonly leaf?: number;
  };
  /** Returns the tensor for a decoded one that a record computed; the same where it is no part of one. */
  readonly restore: (t: AnyTensor, tagged: Tagged & { readonly t: "tensor" }) => AnyTensor;
}

const maxDepth = 60;
const maxItems = 1_000_000;

const arrays: Readonly<Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

const { getPrototypeOf, ownKeys, defineProperty } = Reflect;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const objectPrototype = Object.prototype;
const { isFinite } = Number;
const { is, prototype } = Object;
const tagOf = prototype.toString;

const isDecodable = (dtype: string): boolean => /^(bool|u?int\d+|b?float\d+|complex\d+)$/.test(dtype);

/** Collects the bytes of a frame. */
export class Writer {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(view: ArrayBufferView): Bytes {
    // a multiple of eight, so that elements are aligned
    const padded = new Uint8Array(Math.ceil(view.byteLength / 8) * 8);
    padded.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    const at = this.#length;
    this.#parts[this.#parts.length] = padded;
    this.#length += padded.length;
    return { at, length: view.byteLength };
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Encodes and decodes the values of one process. */
export class Values {
  readonly #engine: Engine;
  readonly #handles: Handles;

  constructor(engine: Engine, handles: Handles) {
    this.#engine = engine;
    this.#handles = handles;
  }

  /** Encodes a value. @throws TypeError for values that are too deep, too large, or must not leave. */
  encode(value: unknown, writer: Writer, depth = 0): Wire {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return isFinite(value) && !is(value, -0)
          ? value
          : { t: "number", v: is(value, -0) ? "-0" : (`${value}` as "NaN") };
      case "undefined":
        return { t: "undefined" };
      case "bigint":
        return { t: "bigint", v: `${value}` };
      case "symbol":
        return { t: "symbol", v: value.description ?? "" };
      default:
        return value === null ? null : this.#encodeObject(value as object, writer, depth);
    }
  }

  #encodeObject(value: object, writer: Writer, depth: number): Wire {
    if (depth > maxDepth) throw new TypeError("a value is nested too deeply to be passed on");
    const inner = (v: unknown): Wire => this.encode(v, writer, depth + 1);
    if (this.#handles.standsIn(value)) return this.#handles.encode(value, inner);
    if (value instanceof this.#engine.Tensor) return this.#encodeTensor(value, writer, inner);
    if (isArray(value)) {
      if (value.length > maxItems) throw new TypeError(`a list of ${value.length} items is too long to be passed on`);
      const items: Wire[] = [];
      for (let i = 0; i < value.length; i++) items[i] = inner(value[i]);
      return { t: "list", v: items };
    }
    if (isView(value) && !(value instanceof DataView)) {
      const kind = tagOf.call(value).slice(8, -1);
      if (kind in arrays) return { t: "typed", kind, data: writer.add(value) };
    }
    const proto = typeof value === "function" ? null : getPrototypeOf(value);
    if (typeof value === "object" && (proto === objectPrototype || proto === null) && this.#isData(value)) {
      const [k, v]: [string[], Wire[]] = [[], []];
      for (const key of ownKeys(value))
        if (typeof key === "string") {
          k[k.length] = key;
          v[v.length] = inner(Reflect.get(value, key));
        }
      return { t: "record", k, v };
    }
    if (proto === Map.prototype)
      return {
        t: "map",
        k: [...(value as Map<unknown, unknown>).keys()].map(inner),
        v: [...(value as Map<unknown, unknown>).values()].map(inner),
      };
    if (proto === Set.prototype) return { t: "set", v: [...(value as Set<unknown>)].map(inner) };
    if (proto === Date.prototype) return { t: "date", v: (value as Date).getTime() };
    if (proto === RegExp.prototype)
      return { t: "pattern", source: (value as RegExp).source, flags: (value as RegExp).flags };
    return this.#handles.encode(value, inner);
  }

  /** Whether a plain object has data alone; one with methods or getters stays where it is. */
  #isData(value: object): boolean {
    for (const key of ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      if (property === undefined || !("value" in property) || typeof property.value === "function") return false;
    }
    return true;
  }

  #encodeTensor(t: AnyTensor, writer: Writer, inner: (v: unknown) => Wire): Wire {
    const { noGrad, viewAsReal } = this.#engine;
    const values = noGrad(() => {
      const flat = t.isComplex() ? viewAsReal(t.detach().contiguous()) : t.detach();
      const wide = flat
        .to(/^(b?float16|float32|complex64)$/.test(t.dtype) ? "float32" : "float64")
        .contiguous()
        .clone();
      const { array } = wide.storage;
      return array.subarray(wide.offset, wide.offset + wide.numel());
    });
    const isLeaf = t.isLeaf && t.requiresGrad;
    return {
      t: "tensor",
      dtype: t.dtype,
      shape: [...t.shape],
      data: writer.add(values),
      requiresGrad: t.requiresGrad,
      ...this.#handles.describe(t),
      ...(isLeaf && t.grad !== null ? { grad: inner(t.grad.detach()) } : {}),
    };
  }

  /** Decodes a value. @throws TypeError for what is not well formed. */
  decode(wire: unknown, bytes: Uint8Array, depth = 0): unknown {
    if (depth > maxDepth) throw new TypeError("a value is nested too deeply");
    if (wire === null || typeof wire === "number" || typeof wire === "string" || typeof wire === "boolean") return wire;
    if (typeof wire !== "object") throw new TypeError("a message is not well formed");
    const tagged = wire as Tagged;
    const inner = (w: Wire): unknown => this.decode(w, bytes, depth + 1);
    switch (tagged.t) {
      case "undefined":
        return undefined;
      case "number":
        return Number(tagged.v);
      case "bigint":
        return BigInt(tagged.v);
      case "symbol":
        return wellKnown(tagged.v);
      case "tensor":
        return this.#decodeTensor(tagged, bytes, inner);
      case "typed":
        return typedArray(tagged.kind, tagged.data, bytes);
      case "list":
        return tagged.v.map(inner);
      case "record": {
        const object = {};
        tagged.k.forEach((key, i) => {
          defineProperty(object, String(key), {
            value: inner(tagged.v[i] ?? null),
            enumerable: true,
            writable: true,
            configurable: true,
          });
        });
        return object;
      }
      case "map":
        return new Map(tagged.k.map((key, i) => [inner(key), inner(tagged.v[i] ?? null)]));
      case "set":
        return new Set(tagged.v.map(inner));
      case "date":
        return new Date(Number(tagged.v));
      case "pattern":
        return new RegExp(String(tagged.source), String(tagged.flags));
      case "promise": {
        if (tagged.e === undefined) return Promise.resolve(inner(tagged.v ?? null));
        const rejected = Promise.reject(inner(tagged.e));
        rejected.catch(() => {});
        return rejected;
      }
      default:
        return this.#handles.decode(tagged, inner);
    }
  }

  #decodeTensor(tagged: Tagged & { readonly t: "tensor" }, bytes: Uint8Array, inner: (w: Wire) => unknown): AnyTensor {
    const { tensor, viewAsComplex, noGrad, Tensor } = this.#engine;
    const { dtype, shape, data } = tagged;
    if (
      !isArray(shape) ||
      !shape.every((n) => Number.isInteger(n) && n >= 0) ||
      typeof dtype !== "string" ||
      !isDecodable(dtype)
    )
      throw new TypeError("a tensor is not well formed");
    const isComplex = dtype.startsWith("complex");
    const kind = /^(b?float16|float32|complex64)$/.test(dtype) ? "Float32Array" : "Float64Array";
    const values = typedArray(kind, data, bytes) as Float64Array;
    const count = shape.reduce((n, size) => n * size, isComplex ? 2 : 1);
    if (values.length !== count) throw new TypeError("a tensor has another number of elements than its shape");
    const made = noGrad(() => {
      if (isComplex)
        return viewAsComplex(
          tensor(values, { dtype: dtype === "complex64" ? "float32" : "float64" }).reshape([...shape, 2]),
        );
      return tensor(values, { dtype: dtype as "float32" }).reshape(shape);
    });
    const isLeaf = tagged.requiresGrad && tagged.record === undefined;
    const result = isLeaf && (made.isFloatingPoint() || made.isComplex()) ? made.detach().requiresGrad_() : made;
    const grad = isLeaf && tagged.grad !== undefined ? inner(tagged.grad) : null;
    if (grad instanceof Tensor) result.grad = grad;
    return this.#handles.restore(result, tagged);
  }
}

function typedArray(kind: string, data: Bytes | undefined, bytes: Uint8Array): ArrayBufferView {
  const Made = Object.hasOwn(arrays, kind) ? arrays[kind] : undefined;
  const { at, length } = data ?? { at: -1, length: 0 };
  if (Made === undefined || !(at >= 0 && length >= 0 && at + length <= bytes.length))
    throw new TypeError("an array is not well formed");
  return new Made(bytes.slice(at, at + length).buffer);
}

const symbols: Readonly<Record<string, symbol>> = {
  "Symbol.iterator": Symbol.iterator,
  "Symbol.asyncIterator": Symbol.asyncIterator,
  "Symbol.toPrimitive": Symbol.toPrimitive,
  "Symbol.toStringTag": Symbol.toStringTag,
};

const wellKnown = (description: string): symbol =>
  (Object.hasOwn(symbols, description) ? symbols[description] : undefined) ?? Symbol(description);
