/** `explainError`: errors of shapes, dtypes and indices, explained. */
import type { ErrorFix, ShapesData } from "../../protocol/index.ts";
import { ArgumentError, isArgumentError, type OpArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { shapesOutput } from "../../view/shapes/output.ts";
import { reasonLines } from "../../view/shapes/text.ts";
import { Display } from "../shared/display.ts";
import { encodeTape } from "../tape/data.ts";
import { Tape } from "../tape/tape.ts";
import type { BoundCall } from "./bound-call.ts";
import { encodeError, explainableCall } from "./data.ts";

/** An explained error, which a notebook displays as a picture and which prints as text elsewhere. */
export class ErrorExplanation extends Display<ShapesData> {
  readonly error: OpArgumentError;
  readonly #call: BoundCall;

  constructor(error: OpArgumentError, call: BoundCall, data: ShapesData) {
    super(shapesOutput, data);
    this.error = error;
    this.#call = call;
  }

  /** The reason in one sentence. */
  get sentence(): string {
    return this.data.sentence;
  }

  /** The changes of the call that were tried and ran, the likeliest first; those that may mean something else have a warning. */
  get fixes(): readonly ErrorFix[] {
    return this.data.fixes;
  }

  /** Returns the sentence, observations and changes as lines, with which a traceback can end. */
  reasonLines(): readonly string[] {
    return reasonLines(this.data);
  }

  /** The tensors of the failed call, by their names. */
  get operands(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(this.#call.operands.map((o, i) => [this.data.operands[i]?.name ?? o.role, o.tensor]));
  }

  /** The tape up to the failed op; `null` if nothing was recorded. */
  get tape(): Tape | null {
    const roots = this.#call.operands.map((o) => o.tensor).filter((t) => t.gradFn !== null);
    return roots.length === 0 ? null : new Tape(encodeTape(roots));
  }
}

/** Explanations by error, so that an error is explained once. */
const explained = new WeakMap<object, ErrorExplanation>();

/** Returns the explanation of an error; `null` for one that has no call with tensors. */
export function explanationOf(error: unknown): ErrorExplanation | null {
  if (!isArgumentError(error)) return null;
  const known = explained.get(error);
  if (known !== undefined) return known;
  const call = explainableCall(error);
  if (call === null) return null;
  const explanation = new ErrorExplanation(error, call, encodeError(error, call));
  explained.set(error, explanation);
  return explanation;
}

let last: unknown = null;

/** Sets the error that `explainError()` explains, as a kernel does with the last error of a cell. */
export function setLastError(error: unknown): void {
  last = error;
}

/**
 * Explains an error of shapes, dtypes or indices: the operands with the names of their dimensions, the sizes that do not agree, where each operand came from, and
 * changes of the call that were tried and run, with the shape of their result and a warning where they may silently mean something else. In a notebook, the
 * error of a cell is explained below its traceback, and `explainError()` explains the last one. Elements are neither read nor computed, except for indices.
 * @throws ArgumentError for an error that no op threw for its tensors.
 * @example
 * let why = null;
 * try { randn([8, 4]).matmul(randn([8, 3])); } catch (error) { why = inspect.explainError(error); }
 * why!.fixes.map((fix) => fix.code).length > 0; // true
 */
export function explainError(error: unknown = last): ErrorExplanation {
  const explanation = explanationOf(error);
  if (explanation === null)
    throw new ArgumentError(
      "explainError",
      "expected an error of an op about the shapes, dtypes or indices of its tensors; no other errors are explained",
    );
  return explanation;
}
