/** What the three threads say to each other: main runs cells, wire owns the sockets, language compiles and completes. */

import type { MessagePort } from "node:worker_threads";

/** Header of a Jupyter message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A cell to run. */
export interface ExecuteRequest {
  readonly parent: Header;
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly stopOnError: boolean;
  readonly allowStdin: boolean;
  /** Expressions to evaluate afterwards, by name. */
  readonly userExpressions: Readonly<Record<string, string>>;
  /** JupyterLab's id of the cell. */
  readonly cellId: string | null;
}

/** A message between an object in the kernel and one in the front end. */
export interface CommMessage {
  readonly type: "comm_open" | "comm_msg" | "comm_close";
  readonly content: {
    readonly comm_id: string;
    readonly target_name?: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

export type WireToMain =
  | { readonly kind: "comm"; readonly parent: Header; readonly message: CommMessage }
  | { readonly kind: "execute"; readonly request: ExecuteRequest }
  /** `memory`: what is said where the heap is full, which is then the reason. */
  | { readonly kind: "interrupt"; readonly memory: string | null }
  /** Follows an interrupt that was not seen in time: what ran was stopped from outside and will not come back. */
  | { readonly kind: "terminated" }
  | { readonly kind: "exit" };

export type StreamName = "stdout" | "stderr";

export type MainToWire =
  | { readonly kind: "ready" }
  | {
      readonly kind: "started";
      readonly parent: Header;
      readonly code: string;
      readonly count: number;
      readonly silent: boolean;
      readonly storeHistory: boolean;
    }
  /** Says where text goes. */
  | { readonly kind: "stream"; readonly parent: Header; readonly name: StreamName }
  /** Text for the stream that was named last: a string is posted in a sixth of the time of an object. */
  | string
  /** A file whose growth is output, from here to `tailEnd`. */
  | { readonly kind: "tail"; readonly parent: Header; readonly name: StreamName; readonly path: string }
  | { readonly kind: "tailEnd"; readonly path: string }
  | { readonly kind: "publish"; readonly parent: Header; readonly type: string; readonly content: object }
  | { readonly kind: "comm"; readonly parent: Header | null; readonly message: CommMessage }
  | { readonly kind: "input"; readonly parent: Header; readonly prompt: string; readonly password: boolean }
  | { readonly kind: "done"; readonly parent: Header; readonly content: object };

/** Where a diagnostic points, in the cell's own text; 1-based. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  /** Set when it is in a file rather than in the cell. */
  readonly file: string | null;
}

/** A rewritten text; each run has a length, and its place in what was typed unless it was inserted. */
export interface Rewritten {
  readonly text: string;
  readonly runs: readonly (readonly [length: number, origin: number | null])[];
}

/** A variable that a cell declares with a value, and the offset in the typed text where its declaration ends. */
export interface DeclaredValue {
  readonly name: string;
  readonly end: number;
}

/** An earlier cell that has not declared what it would have, and why: it did not compile, threw, or was interrupted. */
export interface UnfinishedCell {
  /** Its execution count. */
  readonly count: number;
  readonly reason: "compile" | "error" | "interrupt";
  readonly names: readonly string[];
}

/** A compiled cell, or what is wrong with it. */
export interface Compiled {
  readonly diagnostics: readonly Diagnostic[];
  /** Type errors that the cell runs in spite of. */
  readonly warnings: readonly Diagnostic[];
  readonly output: string;
  readonly isAsync: boolean;
  /** Name under which the last expression's value is exported. */
  readonly lastExpression: string | null;
  /** Source maps as JSON: from the cell to modules, from there to CommonJS. */
  readonly maps: readonly [string, string] | null;
  /** The module between the two compilations, as it was and as its declarations were exported in place. */
  readonly between: (Rewritten & { readonly original: string }) | null;
  /** The text that was compiled, where arithmetic on tensors was rewritten: it, and its runs with where each came from. */
  readonly rewritten: Rewritten | null;
  /** Specifiers of the modules that the cell imports, in their order. */
  readonly imports: readonly string[];
  /** All names that the cell declares, also where it does not compile; types among them. */
  readonly names: readonly string[];
  /** Those that get a value when the cell runs. */
  readonly values: readonly DeclaredValue[];
}

/** A file that a cell imports, compiled for running. */
export interface CompiledFile {
  readonly output: string;
  /** Source maps as JSON: from the file to JavaScript, from there to CommonJS; null for a file that is CommonJS. */
  readonly maps: readonly [string, string] | null;
  /** The JavaScript between the two compilations, as it was and as its awaits were guarded. */
  readonly between: (Rewritten & { readonly original: string }) | null;
  /** Whether it awaits at its top level. */
  readonly awaits: boolean;
  /** Specifiers of the modules that it imports. */
  readonly imports: readonly string[];
  /** A syntax error, at its 1-based place. */
  readonly error: { readonly message: string; readonly line: number; readonly column: number } | null;
}

/** Given to the language worker at its start. */
export interface LanguagePorts {
  readonly main: MessagePort;
  readonly wire: MessagePort;
  /** Takes paths of files and answers with compiled files, while the main thread waits. */
  readonly files: MessagePort;
  /** Raised when a compiled file has come. */
  readonly compiled: Int32Array;
}

/** What is compiled. */
export interface CompileRequest {
  readonly code: string;
  /** Execution count of the cell; `null` for code that is no cell of the notebook. */
  readonly count: number | null;
  /** Oldest first. */
  readonly unfinished: readonly UnfinishedCell[];
}

export type MainToLanguage = CompileRequest & { readonly id: number };
export type LanguageToMain = { readonly id: number; readonly result: Compiled };

export type Question =
  | { readonly kind: "complete"; readonly code: string; readonly cursor: number }
  | { readonly kind: "inspect"; readonly code: string; readonly cursor: number; readonly full: boolean }
  | { readonly kind: "isComplete"; readonly code: string };

export type WireToLanguage = { readonly id: number; readonly question: Question };
export type LanguageToWire = { readonly id: number; readonly content: object };

/** Sent to the wire worker once the language worker is there. */
export interface WirePorts {
  readonly language: MessagePort;
  /** What is typed into an input goes here; a waiting main thread reads it. */
  readonly input: MessagePort;
  /** A message comes for each SIGINT. */
  readonly signals: MessagePort;
}

/** Given to the wire worker at its start. */
export interface WireSetup {
  readonly connectionFile: string;
  /** Set to 1 by the main thread when it has seen an interrupt. */
  readonly seen: Int32Array;
  /** Raised when an input has come. */
  readonly typed: Int32Array;
  /** Processes that the main thread has started and does not wait for; 0 where there is none. */
  readonly children: Int32Array;
  /** Bytes of JavaScript objects at which V8 ends the process. */
  readonly heapLimit: number;
}
