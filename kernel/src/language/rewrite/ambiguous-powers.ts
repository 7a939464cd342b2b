/**
 * Powers such as `-x ** 2`, which JavaScript rejects because they can be read in two ways. They are rejected for tensors too, with the compiler's
 * message; the rewriting to calls would resolve the ambiguity silently.
 */
import { firstLine } from "../compiler/compilation.ts";
import { ts } from "../compiler/typescript.ts";

/** Codes of errors such as "An unary expression with the '-' operator is not allowed in the left-hand side of an exponentiation expression". */
const codes = [17006, 17007];

/** A rejected power, with offsets in the text and the compiler's message. */
export interface AmbiguousPower {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** Returns the ambiguous powers of a text. */
export function ambiguousPowers(text: string, fileName = "cell.ts"): AmbiguousPower[] {
  if (!text.includes("**")) return [];
  // parsed as a module, in which `await` is an operator
  const { parseDiagnostics = [] } = ts.createSourceFile(fileName, firstLine + text, ts.ScriptTarget.Latest);
  return parseDiagnostics
    .filter(({ code }) => codes.includes(code))
    .map(({ start, length, messageText }) => ({
      start: start - firstLine.length,
      end: start - firstLine.length + length,
      message: String(messageText),
    }));
}
