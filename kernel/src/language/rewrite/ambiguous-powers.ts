/**
 * Powers that JavaScript refuses, as `-x ** 2` may be read in two ways. Of tensors they are refused too, in the compiler's words: rewritten to calls they
 * would have lost what makes them ambiguous.
 */
import { firstLine, ts } from "../compiler/typescript.ts";

/** Codes of "An unary expression with the '-' operator is not allowed in the left-hand side of an exponentiation expression" and its like. */
const refused = [17006, 17007];

/** A refused power: offsets in the text, and what the compiler says. */
export interface RefusedPower {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export function refusedPowers(text: string, fileName = "cell.ts"): RefusedPower[] {
  if (!text.includes("**")) return [];
  // as a module, in which `await` is an operator
  const { parseDiagnostics = [] } = ts.createSourceFile(fileName, firstLine + text, ts.ScriptTarget.Latest);
  return parseDiagnostics
    .filter(({ code }) => refused.includes(code))
    .map(({ start, length, messageText }) => ({
      start: start - firstLine.length,
      end: start - firstLine.length + length,
      message: String(messageText),
    }));
}
