/** Errors say which op, what it expected, and what came; shapes read as `[2, 3]`. */
import type { Shape } from "./shape.ts";

export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

const showShapes = (shapes: readonly Shape[]): string => {
  const texts = shapes.map(showShape);
  return texts.length < 3 ? texts.join(" and ") : `${texts.slice(0, -1).join(", ")} and ${texts[texts.length - 1]}`;
};

/** Shapes that do not fit the op. */
export class ShapeError extends Error {
  override readonly name: string = "ShapeError";
  /** The op that refused. */
  readonly op: string;
  /** The shapes that came. */
  readonly shapes: readonly Shape[];
  constructor(op: string, expected: string, shapes: readonly Shape[]) {
    super(`${op}: ${expected}, but got ${showShapes(shapes)}`);
    this.op = op;
    this.shapes = shapes;
  }
}

/** Element types that do not fit the op. */
export class DTypeError extends Error {
  override readonly name: string = "DTypeError";
  readonly op: string;
  constructor(op: string, expected: string, got: readonly string[]) {
    super(`${op}: ${expected}, but got ${got.join(" and ")}`);
    this.op = op;
  }
}

/** An argument that is not a shape or dtype matter: a missing name, a value out of range. */
export class ArgumentError extends Error {
  override readonly name: string = "ArgumentError";
  readonly op: string;
  constructor(op: string, message: string) {
    super(`${op}: ${message}`);
    this.op = op;
  }
}

/** Returns the error for a call of the constructor of tensors, which only the engine calls. */
export const constructorError = (): ArgumentError =>
  new ArgumentError(
    "Tensor",
    "expected a storage and a shape; make tensors with tensor([1, 2]), zeros([2, 3]) and the like",
  );

/** Returns the error for JavaScript arithmetic on a tensor. */
export const arithmeticError = (): ArgumentError =>
  new ArgumentError(
    "Tensor",
    "JavaScript cannot calculate with tensors; write a.add(b), a.sub(b), a.mul(b), a.div(b) or a.pow(b), a.lt(b) or a.gt(b), x.item() for a number, and `${x}` for text",
  );

/** An index outside of its dimension. */
export class IndexError extends Error {
  override readonly name: string = "IndexError";
  readonly op: string;
  constructor(op: string, message: string) {
    super(`${op}: ${message}`);
    this.op = op;
  }
}

/** A gradient that cannot be had. */
export class GradError extends Error {
  override readonly name: string = "GradError";
  readonly op: string;
  constructor(op: string, message: string) {
    super(`${op}: ${message}`);
    this.op = op;
  }
}

/** Tensors that do not fit in memory. */
export class MemoryError extends Error {
  override readonly name: string = "MemoryError";
  constructor(wanted: number, used: number, holders: readonly string[]) {
    const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0)} MB`;
    super(
      `${megabytes(wanted)} more do not fit in the memory of tensors, where ${megabytes(used)} are in use; the largest: ${holders.join("; ") || "small tensors"}. Drop what you no longer need, or compute inside noGrad(() => …) what needs no gradient`,
    );
  }
}

/** Errors that have been named after a public function. */
const named = new WeakSet<object>();

/** Classes whose errors name the op that refused an argument, which may be one that the called function is made of. */
const refusals = [ShapeError, DTypeError, ArgumentError, IndexError] as const;

/** Names of classes and hooks, and the function form of a module, say more than the method that was called. */
const staysNamed = (inner: string, called: string): boolean =>
  /^([A-Z]|register)/.test(inner) || inner.toLowerCase() === called.toLowerCase();

/**
 * Returns the error with the name of the public function that was called, unless a public function inside has named it already: then it is the program's
 * own call that failed. `isOutermost` says that no code of the program can have run inside. Errors of other classes stay as they are.
 */
export function nameError(error: unknown, op: string, isOutermost = false): unknown {
  if (!refusals.some((kind) => error instanceof kind)) return error;
  const refusal = error as ShapeError | DTypeError | ArgumentError | IndexError;
  if (named.has(refusal) && !isOutermost) return error;
  named.add(refusal);
  if (staysNamed(refusal.op, op) || !refusal.message.startsWith(`${refusal.op}: `)) return error;
  const message = `${op}${refusal.message.slice(refusal.op.length)}`;
  const stack = refusal.stack?.replace(refusal.message, () => message);
  return Object.defineProperties(refusal, {
    op: { value: op, enumerable: true },
    message: { value: message, configurable: true, writable: true },
    ...(stack === undefined ? {} : { stack: { value: stack, configurable: true, writable: true } }),
  });
}
