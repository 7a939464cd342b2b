/** Threads of a loader, and the messages between them and it. */
import { packageFolder } from "../../platform/package.ts";
import { type ModuleThread, startModule } from "../../platform/threads.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Elements } from "../elements.ts";
import type { Task } from "./tasks.ts";

/** An error as a message. */
export interface ErrorMessage {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Op of an ArgumentError; `null` for other errors. */
  readonly op: string | null;
}

/** The reply of a worker to the requests of a batch. */
export type Reply = { readonly batches: readonly Elements[][] } | { readonly error: ErrorMessage };

/** Returns the error of a worker, with the stack that it had there. */
function errorOf({ name, message, stack, op }: ErrorMessage): Error {
  const error = op === null ? new Error(message) : new ArgumentError(op, message.slice(op.length + 2));
  if (op === null) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  return error;
}

/** Returns the URL of the module that workers run, in the sources or in the package. */
const workerUrl = (): string =>
  import.meta.url.endsWith(".ts")
    ? `${packageFolder}data/workers/worker.ts`
    : `${packageFolder}dist/data/workers/worker.js`;

/** Starts a thread that computes tasks; `null` where none can be started. */
export const startThread = (tasks: readonly Task[]): ModuleThread | null => startModule(workerUrl(), tasks);

/** Waits for the next reply of a thread. @throws the error of the worker, and an Error if the thread has ended. */
export function receiveBatches(thread: ModuleThread): readonly Elements[][] {
  const reply = thread.receive() as Reply | undefined;
  if (reply === undefined) throw new Error("DataLoader: a worker ended before it had computed its batch");
  if ("error" in reply) throw errorOf(reply.error);
  return reply.batches;
}
