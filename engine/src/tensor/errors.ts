/** Errors. Each message begins with the op, and says what was expected and what was given; shapes are written as `[2, 3]`. */
import type { Shape } from "./shape.ts";

/** Returns a shape as text, such as `[2, 3]`. */
export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

const showShapes = (shapes: readonly Shape[]): string => {
  const texts = shapes.map(showShape);
  return texts.length < 3 ? texts.join(" and ") : `${texts.slice(0, -1).join(", ")} and ${texts[texts.length - 1]}`;
};

/**
 * The error for operands whose shapes do not fit the op.
 * @example
 * let error: unknown;
 * try { ones([2]).add(ones([3])); } catch (e) { error = e; }
 * error instanceof ShapeError; // true
 * (error as ShapeError).shapes; // [[2], [3]]
 */
export class ShapeError extends Error {
  override readonly name: string = "ShapeError";
  /** Name of the op or function that threw the error. */
  readonly op: string;
  /** The shapes that were given. */
  readonly shapes: readonly Shape[];
  constructor(op: string, expected: string, shapes: readonly Shape[]) {
    super(`${op}: ${expected}, but got ${showShapes(shapes)}`);
    this.op = op;
    this.shapes = shapes;
  }
}

/**
 * The error for operands of which the dtype, or the type of the argument, does not fit the op.
 * @example
 * let error: unknown;
 * try { rand([2], { dtype: "int32" }); } catch (e) { error = e; }
 * error instanceof DTypeError; // true
 */
export class DTypeError extends Error {
  override readonly name: string = "DTypeError";
  readonly op: string;
  constructor(op: string, expected: string, got: readonly string[]) {
    super(`${op}: ${expected}, but got ${got.join(" and ")}`);
    this.op = op;
  }
}

/**
 * The error for any other wrong argument, such as a missing one, an unknown option or a number out of range.
 * @example
 * let error: unknown;
 * try { zeros([-1]); } catch (e) { error = e; }
 * error instanceof ArgumentError; // true
 */
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

/**
 * The error for an index or dimension that is out of range.
 * @example
 * let error: unknown;
 * try { zeros([2, 3]).size(2); } catch (e) { error = e; }
 * error instanceof IndexError; // true
 */
export class IndexError extends Error {
  override readonly name: string = "IndexError";
  readonly op: string;
  constructor(op: string, message: string) {
    super(`${op}: ${message}`);
    this.op = op;
  }
}

/**
 * The error for a matrix that a factorization cannot handle: a singular one that is to be inverted, one that is not positive definite, or an iteration that does not converge.
 * @example
 * let error: unknown;
 * try { linalg.inv(zeros([2, 2])); } catch (e) { error = e; }
 * (error as LinAlgError).batchElement; // 0
 */
export class LinAlgError extends Error {
  override readonly name: string = "LinAlgError";
  readonly op: string;
  /** The number of the matrix in its batch. */
  readonly batchElement: number;
  constructor(op: string, message: string, batchElement: number) {
    super(`${op}: ${message}`);
    this.op = op;
    this.batchElement = batchElement;
  }
}

/**
 * The error for a gradient that cannot be computed: nothing requires it, saved tensors were freed or changed, or an op has no gradient.
 * @example
 * let error: unknown;
 * try { ones([]).backward(); } catch (e) { error = e; }
 * error instanceof GradError; // true
 */
export class GradError extends Error {
  override readonly name: string = "GradError";
  readonly op: string;
  constructor(op: string, message: string) {
    super(`${op}: ${message}`);
    this.op = op;
  }
}

/**
 * The error for a tensor that does not fit in memory. The message lists the largest tensors in use, and what refers to them.
 * @example new MemoryError(2 ** 20, 2 ** 30, []).name; // "MemoryError"
 */
export class MemoryError extends Error {
  override readonly name: string = "MemoryError";
  constructor(wanted: number, used: number, largest: readonly string[]) {
    const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0)} MB`;
    super(
      `cannot allocate ${megabytes(wanted)} for a tensor: ${megabytes(used)} of tensors are in use, and the memory is full. The largest are ${largest.join("; ") || "small tensors"}. Drop references to tensors that you no longer need, or compute inside noGrad(() => …) what needs no gradient`,
    );
  }
}

/** Errors whose message already begins with the name of a public function. */
const named = new WeakSet<object>();

/** Classes of errors that ops throw for arguments; the op may be one that the called function is composed of. */
const argumentErrors = [ShapeError, DTypeError, ArgumentError, IndexError, LinAlgError] as const;

/** An error that an op throws for its arguments. */
export type OpArgumentError = ShapeError | DTypeError | ArgumentError | IndexError | LinAlgError;

/** Returns whether an error is one that ops throw for their arguments. */
export const isArgumentError = (error: unknown): error is OpArgumentError =>
  argumentErrors.some((kind) => error instanceof kind);

/** Returns whether to keep the inner name: those of classes, hooks and the function form of a module are more precise than the method's. */
const keepsName = (inner: string, called: string): boolean =>
  /^([A-Z]|register)/.test(inner) || inner.toLowerCase() === called.toLowerCase();

/**
 * Returns the error with a message that begins with the public function that the user called, instead of an op inside. An error that a public function
 * inside has named already stays as it is, because it may come from user code that the outer function ran; `isOutermost` says that there was none. Errors
 * of other classes stay as they are.
 */
export function nameError(error: unknown, op: string, isOutermost = false): unknown {
  if (!isArgumentError(error)) return error;
  const argumentError = error;
  if (named.has(argumentError) && !isOutermost) return error;
  named.add(argumentError);
  if (keepsName(argumentError.op, op) || !argumentError.message.startsWith(`${argumentError.op}: `)) return error;
  const message = `${op}${argumentError.message.slice(argumentError.op.length)}`;
  const stack = argumentError.stack?.replace(argumentError.message, () => message);
  return Object.defineProperties(argumentError, {
    op: { value: op, enumerable: true },
    message: { value: message, configurable: true, writable: true },
    ...(stack === undefined ? {} : { stack: { value: stack, configurable: true, writable: true } }),
  });
}
