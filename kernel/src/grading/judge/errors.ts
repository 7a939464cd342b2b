/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/** Errors that code of a submission threw, as errors of the judge. */
import * as engine from "tapelab";
import type { Tagged } from "../wire/messages.ts";

/** Classes of errors by name. */
const errorClasses = new Map<string, { readonly prototype: Error }>(
  [
    Error,
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError,
    engine.ShapeError,
    engine.DTypeError,
    engine.ArgumentError,
    engine.IndexError,
    engine.GradError,
    engine.LinAlgError,
  ].map((made) => [made.name, made]),
);

/** Returns an error with the name and message of one of the submission. Its class is that of an error of JavaScript or the engine of the same name. */
export function errorOf({ name, message }: Tagged & { readonly t: "error" }): Error {
  const made = Object.create((errorClasses.get(String(name)) ?? Error).prototype) as Error;
  Object.defineProperties(made, {
    name: { value: String(name), configurable: true },
    message: { value: String(message).slice(0, 4000), configurable: true, writable: true },
    // the lines of the test that made the call: those of the submission could be forged
    stack: { value: new Error().stack ?? "", configurable: true, writable: true },
  });
  // errors of the engine name the op at the beginning of their message
  const op = /^[\w.]+(?=: )/.exec(made.message)?.[0] ?? "";
  Object.defineProperty(made, "op", { value: op, configurable: true, writable: true });
  return made;
}
