/** The messages between judge and sandbox. */

/** A value on the wire: a number, text, boolean or null as JSON has them, and others by a tag. */
export type Wire = number | string | boolean | null | Tagged;

/** Numbers that JSON lacks. */
export type OddNumber = "NaN" | "Infinity" | "-Infinity" | "-0";

/** The place of elements among the bytes of a frame. */
export interface Bytes {
  readonly at: number;
  readonly length: number;
}

export type Tagged =
  | { readonly t: "undefined" }
  | { readonly t: "number"; readonly v: OddNumber }
  | { readonly t: "bigint"; readonly v: string }
  | { readonly t: "symbol"; readonly v: string }
  | {
      readonly t: "tensor";
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly data: Bytes;
      readonly requiresGrad: boolean;
      /** The record and output that computed it; of an argument, absent. */
      readonly record?: number;
      readonly output?: number;
      /** The number of a tensor that both sides may change. */
      readonly shared?: number;
      /** The number of a leaf of the submission, which the judge has a copy of. */
      readonly leaf?: number;
      /** The gradient of a leaf. */
      readonly grad?: Wire;
    }
  | { readonly t: "typed"; readonly kind: string; readonly data: Bytes }
  | { readonly t: "list"; readonly v: readonly Wire[] }
  | { readonly t: "record"; readonly k: readonly string[]; readonly v: readonly Wire[] }
  | { readonly t: "map"; readonly k: readonly Wire[]; readonly v: readonly Wire[] }
  | { readonly t: "set"; readonly v: readonly Wire[] }
  | { readonly t: "date"; readonly v: number }
  | { readonly t: "pattern"; readonly source: string; readonly flags: string }
  /** A function of the sender, which the receiver can call. */
  | {
      readonly t: "function";
      readonly h: number;
      readonly name: string;
      readonly length: number;
      readonly isClass: boolean;
    }
  /** An object of the sandbox that is no plain data; `engine` names the classes of the engine that it extends. */
  | { readonly t: "object"; readonly h: number; readonly name: string; readonly engine: readonly string[] }
  /** An object or function of the receiver. */
  | { readonly t: "yours"; readonly h: number }
  | { readonly t: "error"; readonly h: number; readonly name: string; readonly message: string; readonly stack: string }
  /** A settled promise. */
  | { readonly t: "promise"; readonly v?: Wire; readonly e?: Wire };

/** A request of the judge. */
export type Request =
  | {
      readonly op: "cell";
      readonly code: string;
      readonly name: string;
      readonly isAsync: boolean;
    }
  | { readonly op: "variable"; readonly name: string }
  | { readonly op: "get"; readonly h: number; readonly key: Wire }
  | { readonly op: "set"; readonly h: number; readonly key: Wire; readonly value: Wire }
  | { readonly op: "has"; readonly h: number; readonly key: Wire }
  | { readonly op: "keys"; readonly h: number }
  | {
      readonly op: "call";
      readonly h: number;
      readonly self: Wire;
      readonly args: readonly Wire[];
      readonly grad: boolean;
    }
  | { readonly op: "construct"; readonly h: number; readonly args: readonly Wire[]; readonly grad: boolean }
  | { readonly op: "isInstance"; readonly h: number; readonly value: Wire }
  | { readonly op: "vjp"; readonly record: number; readonly cotangents: readonly Wire[]; readonly createGraph: boolean }
  | { readonly op: "tape"; readonly record: number; readonly output: number }
  /** Runs a call and looks for the op in it whose gradient is wrong. */
  | { readonly op: "examine"; readonly h: number; readonly self: Wire; readonly args: readonly Wire[] }
  | { readonly op: "memory"; readonly h: number; readonly steps: number }
  | {
      readonly op: "train";
      readonly h: number;
      readonly x: Wire;
      readonly y: Wire;
      readonly seconds: number;
      readonly lr: number;
    };

/** An answer of the judge to a callback. */
export type Answer = { readonly op: "returned"; readonly v: Wire } | { readonly op: "threw"; readonly e: Wire };

/** A message of the sandbox: the reply to a request, or a callback, which the judge answers. */
export type Reply =
  | {
      readonly kind: "value";
      readonly v: Wire;
      readonly out: string;
      readonly shared: readonly Wire[];
      /** Leaves that have changed. */
      readonly leaves: readonly Wire[];
    }
  | { readonly kind: "error"; readonly e: Wire; readonly out: string }
  | { readonly kind: "callback"; readonly h: number; readonly args: readonly Wire[] };
