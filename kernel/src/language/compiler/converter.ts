/** tslab's converter, which reads the cell from `latest.text`. */
import { createRequire } from "node:module";
import type { QuickInfo } from "./api.ts";
import { fileDiagnostics } from "./file-diagnostics.ts";
import type { Finding } from "./finding.ts";
import { latest } from "./typescript.ts";

/** A compiled cell, or what is wrong with it and with the files that it imports. */
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

/** The converter; each method takes the declarations of earlier cells. */
export interface Converter {
  convert(declarations: string): Conversion;
  complete(declarations: string, position: number): Completion;
  inspect(declarations: string, position: number): QuickInfo | undefined;
}

const require = createRequire(import.meta.url);
const tslab = require("tslab/dist/converter.js") as {
  createConverter(options: object): TslabConverter;
  readonly isCompleteCode: CompletenessCheck;
};

/** Says whether a cell could be run as it is, and how the next line is indented if not. */
export const isCompleteCode: CompletenessCheck = tslab.isCompleteCode;

/** Throws what was thrown while the program was built: tslab goes on with the program before. */
function built<T>(convert: () => T): T {
  latest.failure = null;
  const result = convert();
  if (latest.failure !== null) throw latest.failure;
  return result;
}

export function createConverter(): Converter {
  const converter = tslab.createConverter({});
  const convert = (declarations: string): Conversion => {
    const c = built(() => converter.convert(declarations, ""));
    const ofFiles = fileDiagnostics();
    if (latest.typeErrors === "error") return { ...c, diagnostics: [...c.diagnostics, ...ofFiles] };
    if (latest.typeErrors === "warn") latest.warnings = [...latest.warnings, ...ofFiles];
    return c;
  };
  return {
    convert: (declarations) => {
      const c = convert(declarations);
      return c.diagnostics.length > 0 && latest.modules?.untyped.refresh() ? convert(declarations) : c;
    },
    complete: (declarations, position) => built(() => converter.complete(declarations, "", position)),
    inspect: (declarations, position) => built(() => converter.inspect(declarations, "", position)),
  };
}
