/** The messages between the three threads: main runs cells, wire owns the sockets, language compiles and completes. */
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
  | { readonly kind: "done"; readonly parent: Header; readonly content: object };

/** A cell for the language worker to compile. */
export type MainToLanguage = CompileRequest & { readonly id: number };

/** The compiled cell of the request with the same id. */
export type LanguageToMain = { readonly id: number; readonly result: Compiled };

/** A request that the language worker answers while a cell runs; `cursor` counts code points. */
export type LanguageRequest =
  | { readonly kind: "complete"; readonly code: string; readonly cursor: number }
  | { readonly kind: "inspect"; readonly code: string; readonly cursor: number; readonly full: boolean }
  | { readonly kind: "isComplete"; readonly code: string };

/** A request of the wire worker to the language worker. */
export type WireToLanguage = { readonly id: number; readonly request: LanguageRequest };

/** The content of the Jupyter reply to the request with the same id. */
export type LanguageToWire = { readonly id: number; readonly content: object };
