/** The thread of a loader's worker. It answers requests in their order, and needs no engine: only decoders. */
import type { ModuleData } from "../../platform/threads.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Elements } from "../elements.ts";
import type { Request } from "./remote.ts";
import { type AnyItem, imagesBatch, itemsBatch, type Task } from "./tasks.ts";
import type { ErrorMessage, Reply } from "./thread.ts";

/** Returns the function of a text, which sees its arguments and the globals of JavaScript alone. */
function functionOf(text: string): AnyItem {
  let value: unknown;
  try {
    // indirect, so that the function sees nothing of this module
    // oxlint-disable-next-line no-eval -- the text is that of a function of the program
    value = (0, eval)(`(${text})`);
  } catch {
    value = undefined;
  }
  if (typeof value !== "function")
    throw new ArgumentError(
      "WorkerDataset",
      "item must be a function or an arrow function; a method or a bound function has no text that a worker can evaluate",
    );
  return value as AnyItem;
}

/** Returns the function that computes the batches of a task. */
function runnerOf(task: Task): (indices: Int32Array) => Elements[] {
  if (task.kind === "images") return (indices) => imagesBatch(task, indices);
  let item: AnyItem | null = null;
  return (indices) => {
    item ??= functionOf(task.text);
    try {
      return itemsBatch(item, task.context, indices);
    } catch (error) {
      if (error instanceof ReferenceError)
        error.message +=
          "; on a worker, the item of a WorkerDataset sees its arguments alone: pass the value in context";
      throw error;
    }
  };
}

/** Returns an error as a message. */
function messageOf(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: String(error), op: null };
  const { name, message, stack = "" } = error;
  return { name, message, stack, op: error instanceof ArgumentError ? error.op : null };
}

/** Answers requests as they come. */
export function run({ port, notify, data }: ModuleData): void {
  const runners = (data as readonly Task[]).map(runnerOf);
  const reply = (message: Reply, transfer: readonly ArrayBufferLike[]): void => {
    port.postMessage(message, transfer);
    notify();
  };
  port.on("message", (message) => {
    try {
      const batches = (message as readonly Request[]).map(({ task, indices }) => runners[task](indices));
      reply(
        { batches },
        batches.flat().map(({ bytes }) => bytes.buffer),
      );
    } catch (error) {
      reply({ error: messageOf(error) }, []);
    }
  });
}
