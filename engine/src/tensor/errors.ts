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
