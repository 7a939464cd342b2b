/** The results of compiling cells and files, which the language worker sends to the main thread. */

/** A compiler message; lines and columns are 1-based and refer to the source text. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  /** Path of the file that the message is about; `null` for the cell. */
  readonly file: string | null;
}

/** A rewritten text as a list of runs; each has a length, and its offset in the original text unless it was inserted. */
export interface Rewritten {
  readonly text: string;
  readonly runs: readonly (readonly [length: number, origin: number | null])[];
}

/** A JavaScript module before and after instrumentation, which happens between the two compilations (types to JavaScript, ES module to CommonJS). */
export interface InstrumentedModule extends Rewritten {
  readonly original: string;
}

/** A variable that a cell declares with a value, and the source offset at which its declaration ends. */
export interface DeclaredValue {
  readonly name: string;
  readonly end: number;
}

/** An earlier cell that did not declare all of its names because it did not compile, threw, or was interrupted. */
export interface UnfinishedCell {
  /** Execution count of the cell. */
  readonly count: number;
  readonly reason: "compile" | "error" | "interrupt";
  /** The names that are missing. */
  readonly names: readonly string[];
}

/** A request to compile a cell. */
export interface CompileRequest {
  readonly code: string;
  /** Execution count of the cell; `null` for an expression that is not a cell of the notebook. */
  readonly count: number | null;
  /** Unfinished earlier cells, oldest first. */
  readonly unfinished: readonly UnfinishedCell[];
}

/** A compiled cell, or the diagnostics that prevent it from running. */
export interface Compiled {
  readonly diagnostics: readonly Diagnostic[];
  /** Type errors that do not stop the cell. */
  readonly warnings: readonly Diagnostic[];
  /** The JavaScript to run. */
  readonly output: string;
  readonly isAsync: boolean;
  /** Name of the export that holds the value of the last expression; `null` where there is no value to show. */
  readonly lastExpression: string | null;
  /** Source maps as JSON: from the cell to the ES module, and from there to CommonJS. */
  readonly maps: readonly [string, string] | null;
  readonly instrumented: InstrumentedModule | null;
  /** The source text after the rewriting of arithmetic on tensors; `null` where nothing was rewritten. */
  readonly rewritten: Rewritten | null;
  /** Specifiers of the imported modules, in source order. */
  readonly imports: readonly string[];
  /** All names that the cell declares, types included; also given for a cell that does not compile. */
  readonly names: readonly string[];
  /** The variables that get a value when the cell runs. */
  readonly values: readonly DeclaredValue[];
}

/** A file that a cell imports, compiled to JavaScript. */
export interface CompiledFile {
  readonly output: string;
  /** Source maps as JSON: from the file to the ES module, and from there to CommonJS; `null` for a CommonJS file. */
  readonly maps: readonly [string, string] | null;
  readonly instrumented: InstrumentedModule | null;
  /** Whether the file uses top-level await. */
  readonly awaits: boolean;
  /** Specifiers of the imported modules. */
  readonly imports: readonly string[];
  /** The first syntax error, with a 1-based position. */
  readonly error: { readonly message: string; readonly line: number; readonly column: number } | null;
}
