/** Writes pickles (protocol 2) of containers, numbers, texts, and tensors in storages. */
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { storageNames } from "./pt-names.ts";
import { Ancestors, fieldsOf, type SavedValue } from "./state.ts";

/** A list of bytes that grows. */
class Writer {
  readonly #parts: Uint8Array[] = [];

  code(text: string): void {
    this.#parts.push(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  }

  /** Writes an opcode and a number behind it. */
  number(code: string, size: number, write: (view: DataView) => void): void {
    this.code(code);
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer));
    this.#parts.push(bytes);
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.number("X", 4, (view) => view.setUint32(0, bytes.length, true));
    this.#parts.push(bytes);
  }

  integer(value: number | bigint): void {
    if (typeof value === "number" && value === (value | 0)) {
      this.number("J", 4, (view) => view.setInt32(0, value, true));
      return;
    }
    const digits: number[] = [];
    let rest = BigInt(value);
    // two's complement: until only the sign is left, and the last byte has it
    do {
      digits.push(Number(rest & 0xffn));
      rest >>= 8n;
    } while (
      !((rest === 0n && digits[digits.length - 1] < 0x80) || (rest === -1n && digits[digits.length - 1] >= 0x80))
    );
    if (digits.length > 255) throw new ArgumentError("encodePt", `the integer ${value} is too large`);
    this.code("\x8a");
    this.code(String.fromCharCode(digits.length));
    this.#parts.push(Uint8Array.from(digits));
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Returns the pickle of a value. `keyOf` gives the storage of each tensor, in which its elements are contiguous. */
export function pickle(value: SavedValue, keyOf: (t: Tensor) => string): Uint8Array {
  const out = new Writer();
  const ancestors = new Ancestors("encodePt");
  const tuple = (sizes: readonly number[]): void => {
    out.code("(");
    for (const n of sizes) out.integer(n);
    out.code("t");
  };
  const writeTensor = (t: Tensor): void => {
    out.code("ctorch._utils\n_rebuild_tensor_v2\n((");
    out.text("storage");
    out.code(`ctorch\n${storageNames[t.dtype]}\n`);
    out.text(keyOf(t));
    out.text("cpu");
    out.integer(t.numel());
    out.code("tQ");
    out.integer(0);
    tuple(t.shape);
    tuple(t.shape.map((_, d) => t.shape.slice(d + 1).reduce((a, b) => a * b, 1)));
    out.code("\x89ccollections\nOrderedDict\n)RtR");
  };
  const write = (v: SavedValue, path: readonly (string | number)[]): void => {
    if (v instanceof Tensor) writeTensor(v);
    else if (v === null || v === undefined) out.code("N");
    else if (typeof v === "boolean") out.code(v ? "\x88" : "\x89");
    else if (typeof v === "bigint" || (Number.isSafeInteger(v) && !Object.is(v, -0))) out.integer(v as number | bigint);
    else if (typeof v === "number") out.number("G", 8, (view) => view.setFloat64(0, v, false));
    else if (typeof v === "string") out.text(v);
    else
      ancestors.within(v, path, () => {
        if (Array.isArray(v)) {
          out.code("](");
          (v as readonly SavedValue[]).forEach((item, i) => {
            write(item, [...path, i]);
          });
          out.code("e");
          return;
        }
        out.code("}(");
        for (const [key, item] of fieldsOf("encodePt", v, path)) {
          // PyTorch's optimizers count parameters by integers
          if (/^(0|[1-9]\d{0,8})$/.test(key)) out.integer(Number(key));
          else out.text(key);
          write(item, [...path, key]);
        }
        out.code("u");
      });
  };
  out.code("\x80\x02");
  write(value, []);
  out.code(".");
  return out.bytes;
}
