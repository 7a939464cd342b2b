/** The ports and shared memory that the main thread hands to the workers when they start. */
import type { MessagePort } from "node:worker_threads";

/** The connections of the language worker. */
export interface LanguagePorts {
  readonly main: MessagePort;
  readonly wire: MessagePort;
  /** Receives paths of files and sends compiled files, while the main thread blocks. */
  readonly files: MessagePort;
  /** Set to 1, with a notification, when a compiled file was posted. */
  readonly fileCompiled: Int32Array;
  /** Set to 1 while a debugger is attached. */
  readonly debuggerAttached: Int32Array<SharedArrayBuffer>;
}

/** The connections of the wire worker, sent once the language worker has been started. */
export interface WirePorts {
  readonly language: MessagePort;
  /** Carries the answers to input requests to the main thread, which blocks until one arrives. */
  readonly input: MessagePort;
  /** Receives a message for each SIGINT. */
  readonly signals: MessagePort;
}

/** Data that the wire worker is started with. */
export interface WireSetup {
  readonly connectionFile: string;
  /** Beginning of the paths by which the debugger names cells. */
  readonly cellPathPrefix: string;
  /** Set to 1 by the main thread when it has handled an interrupt. */
  readonly interruptSeen: Int32Array;
  /** Milliseconds that an interrupt waits for the main thread, whose code stops by itself, before it is terminated; 0 for code that does not. */
  readonly interruptPatience: Int32Array;
  /** Set to 1, with a notification, when the answer to an input request was posted. */
  readonly inputReady: Int32Array;
  /** Ids of the child processes that the main thread has started and does not block on; 0 marks a free slot. */
  readonly childPids: Int32Array;
  /** Set to 1 while a debugger is attached, to which the main thread announces the scripts that it compiles. */
  readonly debuggerAttached: Int32Array<SharedArrayBuffer>;
  /** Set to 1, with a notification, when the breakpoints of an announced script are set. */
  readonly breakpointsSet: Int32Array;
  /** Answers the main thread whether to stop at a breakpoint on the tape (`shared/tape-stops.ts`), with a notification. */
  readonly stopAnswer: Int32Array;
  /** V8's limit for the size of the heap, in bytes. */
  readonly heapLimit: number;
}
