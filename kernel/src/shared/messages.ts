/** The messages between the three threads: main runs cells, wire owns the sockets, language compiles and completes. */

import type { BreakpointData, StopData, StopOutcome } from "tapelab/view";
import type { Compiled, CompileRequest } from "./compilation.ts";
import type { CommMessage, ExecuteRequest, Header, StreamName } from "./jupyter.ts";

/** A message from the wire worker to the main thread. */
export type WireToMain =
  | { readonly kind: "comm"; readonly parent: Header; readonly message: CommMessage }
  | { readonly kind: "execute"; readonly request: ExecuteRequest }
  /** `memory`: the error message if the heap is full; `null` for an interrupt by the user. */
  | { readonly kind: "interrupt"; readonly memory: string | null }
  /** Follows an interrupt that the main thread did not see in time: the running code was terminated through the inspector. */
  | { readonly kind: "terminated" }
  | { readonly kind: "exit" };

/** A message from the main thread to the wire worker. */
export type MainToWire =
  /** The main thread has started: its functions can be called through the inspector. */
  | { readonly kind: "ready" }
  | {
      readonly kind: "started";
      readonly parent: Header;
      readonly code: string;
      readonly count: number;
      readonly silent: boolean;
      readonly storeHistory: boolean;
    }
  /** Selects the stream of the texts that follow. */
  | { readonly kind: "stream"; readonly parent: Header; readonly name: StreamName }
  /** Text for the selected stream. Posting a string takes a sixth of the time of posting an object. */
  | string
  /** A file to which a blocking child process writes its output, until `tailEnd`. */
  | { readonly kind: "tail"; readonly parent: Header; readonly name: StreamName; readonly path: string }
  | { readonly kind: "tailEnd"; readonly path: string }
  | { readonly kind: "publish"; readonly parent: Header; readonly type: string; readonly content: object }
  | { readonly kind: "comm"; readonly parent: Header | null; readonly message: CommMessage }
  | { readonly kind: "input"; readonly parent: Header; readonly prompt: string; readonly password: boolean }
  | { readonly kind: "done"; readonly parent: Header; readonly content: object }
  /** The breakpoints on the tape, after a change. */
  | { readonly kind: "breakpoints"; readonly breakpoints: readonly BreakpointData[] }
  /** The main thread wants to stop at a breakpoint on the tape, and waits for the answer. `timeout`: seconds after which it goes on without a front end. */
  | {
      readonly kind: "stop";
      readonly parent: Header;
      readonly cellId: string | null;
      readonly data: StopData;
      readonly timeout: number;
    }
  /** The main thread has gone on from a breakpoint on the tape; by a step, it will soon stop again. */
  | { readonly kind: "ranOn"; readonly outcome: StopOutcome; readonly isStep: boolean }
  /** A script of a cell or file was compiled while the debugger is attached; the main thread waits until its breakpoints are set. */
  | { readonly kind: "compiled"; readonly file: string };

/** A cell for the language worker to compile. */
export type MainToLanguage = CompileRequest & { readonly id: number };

/** The compiled cell of the request with the same id. */
export type LanguageToMain = { readonly id: number; readonly result: Compiled };

/** A request that the language worker answers while a cell runs; `cursor` counts code points. */
export type LanguageRequest =
  | { readonly kind: "complete"; readonly code: string; readonly cursor: number }
  | { readonly kind: "inspect"; readonly code: string; readonly cursor: number; readonly full: boolean }
  | { readonly kind: "isComplete"; readonly code: string }
  /** An expression that the debugger evaluates: to JavaScript. `hidden`: names of variables of JavaScript; `file`: path of the paused file, `null` in a cell. */
  | {
      readonly kind: "expression";
      readonly code: string;
      readonly hidden: readonly string[];
      readonly file: string | null;
    }
  /** The lines of a cell or file that have code. */
  | { readonly kind: "lines"; readonly code: string; readonly path: string }
  /** Whether an exception that is thrown at a 1-based position is caught by the function around it. */
  | {
      readonly kind: "handled";
      readonly code: string;
      readonly path: string;
      readonly line: number;
      readonly column: number;
    }
  /** A variable that the debugger sets, with its type. */
  | { readonly kind: "declare"; readonly name: string; readonly type: string };

/** A request of the wire worker to the language worker. */
export type WireToLanguage = { readonly id: number; readonly request: LanguageRequest };

/** The content of the Jupyter reply to the request with the same id. */
export type LanguageToWire = { readonly id: number; readonly content: object };
