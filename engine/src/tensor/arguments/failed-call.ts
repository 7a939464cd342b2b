/** The calls through which an error of an op passed, which an explanation of the error reads. Noting them costs nothing while no error occurs. */
import { isArgumentError } from "../errors.ts";

/** A call of a public function, method or class member that threw. */
export interface FailedCall {
  readonly kind: "call";
  readonly name: string;
  /** The tensor of a method, or the object of a class member. */
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** The function without the check of its arguments. */
  readonly run: (this: unknown, ...args: unknown[]) => unknown;
}

/** A module whose `forward` threw. */
export interface FailedModule {
  readonly kind: "module";
  /** Name of the module within the one that called it; the name of its class for the outermost. */
  readonly name: string;
  readonly module: object;
  readonly inputs: readonly unknown[];
}

/** An error's way to the program. */
export interface Failure {
  /** Name of the op that threw, before the error was renamed after the function that the program called. */
  readonly op: string;
  /** Calls and modules, innermost first. */
  readonly frames: (FailedCall | FailedModule)[];
  /** The stack of the innermost public call, whose text V8 formats when it is read. The error's own may end before it leaves the library. */
  readonly stack: { readonly stack?: string };
}

declare const Error: ErrorConstructor & { stackTraceLimit?: number };

/** Frames of that stack. */
const stackDepth = 60;

function capturedStack(): { readonly stack?: string } {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  const captured = new Error();
  Error.stackTraceLimit = limit;
  return captured;
}

/** Frames that are kept for one error. */
const maxFrames = 100;

/** Failures by error: tensors among the arguments stay alive as long as the error does. */
const failures = new WeakMap<object, Failure>();

/** Notes a frame that an error passed through, and returns the error. Errors of other classes than those for arguments are not noted. */
export function noteFailure(error: unknown, frame: FailedCall | FailedModule): unknown {
  if (!isArgumentError(error)) return error;
  let failure = failures.get(error);
  if (failure === undefined) {
    failure = { op: error.op, frames: [], stack: capturedStack() };
    failures.set(error, failure);
  }
  if (failure.frames.length < maxFrames) failure.frames.push(frame);
  return error;
}

/** Returns the way of an error to the program; `null` for one that no public function threw. */
export const failureOf = (error: unknown): Failure | null =>
  typeof error === "object" && error !== null ? (failures.get(error) ?? null) : null;
