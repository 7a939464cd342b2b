/** Functions that close child processes, streams, servers and ports when the execution that opened them is interrupted. */
import type { ChildProcess } from "node:child_process";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import type { MessageChannel } from "node:worker_threads";
import { killTree } from "../../shared/processes.ts";

const ignore = (): void => {};

/** Functions that remove a child process from the shared list of processes. */
const removers = new WeakMap<object, () => void>();

/** Keeps the ids of running child processes in shared memory, while `child` runs in one of its slots. */
export function listChild(child: ChildProcess, pids: Int32Array): void {
  const slot = pids.indexOf(0);
  if (child.pid === undefined || slot < 0) return;
  pids[slot] = child.pid;
  const remove = (): void => {
    pids[slot] = 0;
  };
  removers.set(child, remove);
  child.once("exit", remove);
}

/** Ends a child process and its descendants; `forGood`: by SIGKILL, without any further event. */
export function closeChild(
  child: ChildProcess & { readonly _handle?: { readonly pid?: number } },
  forGood: boolean,
): void {
  // after a terminated call of spawn, only the handle knows the process id
  const pid = child.pid ?? child._handle?.pid;
  if (child.exitCode === null && child.signalCode === null && pid !== undefined)
    killTree(pid, forGood ? "SIGKILL" : "SIGTERM");
  if (forGood) {
    child.removeAllListeners();
    child.once("exit", removers.get(child) ?? ignore);
  }
  child.on("error", ignore);
  if (!forGood) return;
  const streams = (child.stdio as typeof child.stdio | undefined) ?? [];
  for (const stream of streams) stream?.destroy();
  child.unref();
}

/** Destroys a stream; its errors are ignored. */
export function closeStream(stream: Duplex): void {
  stream.on("error", ignore);
  stream.destroy();
}

/** Closes a server with its connections; its errors are ignored. */
export function closeServer(server: Server & { closeAllConnections?(): void }): void {
  server.on("error", ignore);
  server.close();
  server.closeAllConnections?.();
}

/** Closes both ports of a channel; messages that have already arrived are not delivered. */
export function closeChannel({ port1, port2 }: MessageChannel): void {
  for (const port of [port1, port2]) Object.assign(port, { onmessage: null }).removeAllListeners("message").close();
}

/** Closes the pipes of terminated calls that had not yet made a stream of them; no other code has a reference to them. */
export function closeOrphanedPipes(): void {
  const { _getActiveHandles: active } = process as unknown as { _getActiveHandles(): (object & { close?(): void })[] };
  // the channel to a forked child is the only pipe without a stream
  for (const handle of active())
    if (handle.constructor.name === "Pipe" && !("pendingHandle" in handle)) handle.close?.();
}
