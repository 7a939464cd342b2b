/** Batches that workers compute ahead of the program. */
import { ambient } from "../../platform/ambient.ts";
import type { ModuleThread } from "../../platform/threads.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { RemoteBatches } from "./remote.ts";
import { receiveBatches, startThread } from "./thread.ts";

/** Threads of loops that have not ended. A program that is terminated runs no `finally`, so its threads are ended here. */
const running = ambient(
  () => ({ threads: new Set<ModuleThread>() }),
  ({ threads }) => {
    for (const thread of threads) thread.terminate();
  },
);

/** Starts a thread; `null` where none can be started. @throws ArgumentError for a context that cannot be copied. */
function start({ tasks }: RemoteBatches): ModuleThread | null {
  try {
    return startThread(tasks);
  } catch (error) {
    throw new ArgumentError(
      "DataLoader",
      `the context of a WorkerDataset cannot be copied to a worker: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Starts `count` threads; `null` where none can be started. */
export function startThreads(remote: RemoteBatches, count: number): readonly ModuleThread[] | null {
  const threads: ModuleThread[] = [];
  for (let i = 0; i < count; i++) {
    const thread = start(remote);
    if (thread === null) break;
    threads.push(thread);
    running.threads.add(thread);
  }
  return threads.length === 0 ? null : threads;
}

/**
 * Yields the batches of some lists of indices in their order, while threads compute up to `ahead` further ones each. An error of a batch is thrown where that
 * would be yielded. The threads
 * end with the loop, also if the program leaves it early.
 */
export function* prefetched(
  remote: RemoteBatches,
  threads: readonly ModuleThread[],
  lists: readonly Int32Array[],
  ahead: number,
): Generator<Tensor[]> {
  let sent = 0;
  // what is wrong with the indices of a batch is thrown where that would be yielded
  const failed = new Map<number, unknown>();
  const sendUpTo = (end: number): void => {
    for (; sent < Math.min(end, lists.length); sent++)
      try {
        threads[sent % threads.length].send(remote.requests(lists[sent]));
      } catch (error) {
        failed.set(sent, error);
      }
  };
  try {
    for (let b = 0; b < lists.length; b++) {
      sendUpTo(b + ahead * threads.length);
      if (failed.has(b)) throw failed.get(b);
      const replies = receiveBatches(threads[b % threads.length]);
      sendUpTo(b + 1 + ahead * threads.length);
      yield remote.finish(replies, lists[b]);
    }
  } finally {
    for (const thread of threads) {
      thread.terminate();
      running.threads.delete(thread);
    }
  }
}
