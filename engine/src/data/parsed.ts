/** Errors of files, which name the file. */
import { ArgumentError } from "../tensor/errors.ts";

/** Runs `parse` on the content of a file, and adds the path to its ArgumentErrors. */
export function parsed<C, T>(path: string, content: C, parse: (content: C) => T): T {
  const named = (error: unknown): unknown =>
    error instanceof ArgumentError
      ? new ArgumentError(error.op, `${path}: ${error.message.slice(error.op.length + 2)}`)
      : error;
  try {
    const result = parse(content);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw named(error);
    }) as T;
  } catch (error) {
    throw named(error);
  }
}
