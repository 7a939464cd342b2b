/** tslab's converter. It reads the text of the cell from `compilation.text`. */
import { createRequire } from "node:module";
import { compilation } from "./compilation.ts";
import { fileDiagnostics } from "./file-diagnostics.ts";
import type { Finding } from "./finding.ts";
import type { QuickInfo } from "./program-api.ts";
import "./patches.ts";

/** A compiled cell, or the errors of it and of the files that it imports. */
export interface Conversion {
  readonly diagnostics: readonly Finding[];
  readonly output?: string;
  readonly declOutput?: string;
  readonly lastExpressionVar?: string;
}

interface Completion {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  readonly original?: { readonly entries?: readonly { readonly name: string; readonly kind: string }[] };
}

type CompletenessCheck = (code: string) => { readonly completed: boolean; readonly indent?: string };

interface TslabConverter {
  convert(declarations: string, source: string): Conversion;
  complete(declarations: string, source: string, position: number): Completion;
  inspect(declarations: string, source: string, position: number): QuickInfo | undefined;
}

/** The converter. Each method takes the declarations of earlier cells. */
export interface Converter {
  /** Compiles the cell. */
  convert(declarations: string): Conversion;
  /** Returns the names that fit at an offset. */
  complete(declarations: string, position: number): Completion;
  /** Explains the name at an offset. */
  inspect(declarations: string, position: number): QuickInfo | undefined;
}

const require = createRequire(import.meta.url);
const tslab = require("tslab/dist/converter.js") as {
  createConverter(options: object): TslabConverter;
  readonly isCompleteCode: CompletenessCheck;
};

/** Tells whether a cell could be run as it is, and otherwise the indentation of the next line. */
export const isCompleteCode: CompletenessCheck = tslab.isCompleteCode;

/** Rethrows an error of building the program, after which tslab would continue with the previous program. */
function rethrowing<T>(convert: () => T): T {
  compilation.failure = null;
  const result = convert();
  if (compilation.failure !== null) throw compilation.failure;
  return result;
}

/** Creates a converter. */
export function createConverter(): Converter {
  const converter = tslab.createConverter({});
  const convert = (declarations: string): Conversion => {
    const conversion = rethrowing(() => converter.convert(declarations, ""));
    const ofFiles = fileDiagnostics();
    if (compilation.typeErrors === "error")
      return { ...conversion, diagnostics: [...conversion.diagnostics, ...ofFiles] };
    if (compilation.typeErrors === "warn") compilation.warnings = [...compilation.warnings, ...ofFiles];
    return conversion;
  };
  return {
    convert: (declarations) => {
      const conversion = convert(declarations);
      const hasNewUntyped = conversion.diagnostics.length > 0 && compilation.modules?.untyped.refresh();
      return hasNewUntyped ? convert(declarations) : conversion;
    },
    complete: (declarations, position) => rethrowing(() => converter.complete(declarations, "", position)),
    inspect: (declarations, position) => rethrowing(() => converter.inspect(declarations, "", position)),
  };
}
