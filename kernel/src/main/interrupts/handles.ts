/** Children, sockets, servers, workers and requests belong to the cell that opens them: an interrupt of it ends them. */
import childProcess from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import type { Duplex } from "node:stream";
import workers from "node:worker_threads";
import { killTree } from "../../shared/processes.ts";
import { currentOwner } from "../ownership/owner.ts";

type Method = (this: object, ...given: never[]) => unknown;
type End = (thing: never, forGood: boolean) => void;

/** Notes what a method opens. */
function hold(thing: object, end: End): void {
  currentOwner()?.life.hold(thing, (forGood) => end(thing as never, forGood));
}

/** With each call of the method, its object is what the cell holds. */
function holdAfter(prototype: object, name: string, end: End): void {
  const members = prototype as Record<string, Method>;
  const original = members[name] as Method;
  members[name] = function (this: object, ...given) {
    const { life } = currentOwner() ?? {};
    if (life !== undefined) {
      // first, as the call may be terminated
      if (life.phase < 2) hold(this, end);
      (this as net.Socket).once?.("close", () => life.drop(this));
    }
    const result = Reflect.apply(original, this, given);
    if (life?.phase === 2) end(this as never, true);
    return result;
  };
}

const ignore = (): void => {};

/** By child process, the function that takes it from the list of running children. */
const leaves = new WeakMap<object, () => void>();

function endChild(
  child: childProcess.ChildProcess & { readonly _handle?: { readonly pid?: number } },
  forGood: boolean,
): void {
  // that of a call which was terminated has its number in its handle alone
  const pid = child.pid ?? child._handle?.pid;
  if (child.exitCode === null && child.signalCode === null && pid !== undefined)
    killTree(pid, forGood ? "SIGKILL" : "SIGTERM");
  if (forGood) {
    child.removeAllListeners();
    child.once("exit", leaves.get(child) ?? ignore);
  }
  child.on("error", ignore);
  if (!forGood) return;
  const streams = (child.stdio as typeof child.stdio | undefined) ?? [];
  for (const stream of streams) stream?.destroy();
  child.unref();
}

function endStream(stream: Duplex): void {
  stream.on("error", ignore);
  stream.destroy();
}

function endServer(server: net.Server & { closeAllConnections?(): void }): void {
  server.on("error", ignore);
  server.close();
  server.closeAllConnections?.();
}

/** Sockets that a server has accepted end with it. */
function holdAccepted(server: net.Server): void {
  const { life } = currentOwner() ?? {};
  server.on("connection", (socket: net.Socket) => {
    life?.hold(socket, () => endStream(socket));
    socket.once("close", () => life?.drop(socket));
  });
}

/** Keeps the list of processes that run beside this one. */
export function noteChildren(list: Int32Array): void {
  const { prototype } = childProcess.ChildProcess as unknown as { readonly prototype: Record<string, Method> };
  const spawn = prototype["spawn"] as Method;
  prototype["spawn"] = function (this: object, ...given) {
    const child = this as childProcess.ChildProcess;
    const result = Reflect.apply(spawn, child, given);
    const slot = list.indexOf(0);
    if (child.pid !== undefined && slot >= 0) {
      list[slot] = child.pid;
      const leave = (): void => {
        list[slot] = 0;
      };
      leaves.set(child, leave);
      child.once("exit", leave);
    }
    return result;
  };
}

/** A class whose objects are the cell's. `isOurs` says which are not. */
function heldClass<T extends abstract new (...given: never[]) => object>(
  original: T,
  end: End,
  isOurs: () => boolean,
): T {
  return new Proxy(original, {
    construct(target, given, newTarget) {
      const made = Reflect.construct(target, given, newTarget) as object;
      const { life } = currentOwner() ?? {};
      if (life === undefined || isOurs()) return made;
      hold(made, end);
      const { once } = made as { readonly once?: (name: string, f: () => void) => void };
      once?.call(made, "exit", () => life.drop(made));
      return made;
    },
  });
}

/** The engine's threads serve all cells; `engine` is its folder. */
const fromEngine = (engine: string) => (): boolean => new Error().stack?.includes(engine) ?? false;

/** Closes the pipes of calls that were terminated before a stream was made of them; nobody else has them. */
export function closeOrphanedPipes(): void {
  const { _getActiveHandles: active } = process as unknown as { _getActiveHandles(): (object & { close?(): void })[] };
  // a channel to a child is the one pipe without a stream
  for (const handle of active())
    if (handle.constructor.name === "Pipe" && !("pendingHandle" in handle)) handle.close?.();
}

/** Replaces what opens handles in this program. */
export function holdHandles(engine: string): void {
  holdAfter(childProcess.ChildProcess.prototype, "spawn", endChild);
  holdAfter(net.Socket.prototype, "connect", endStream);
  holdAfter(net.Server.prototype, "listen", endServer);
  holdAfter(dgram.Socket.prototype, "bind", (socket: dgram.Socket) => socket.close());
  for (const stream of [fs.ReadStream, fs.WriteStream]) holdAfter(stream.prototype, "_construct", endStream);
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (this: net.Server, ...given: never[]) {
    holdAccepted(this);
    return Reflect.apply(listen as Method, this, given) as net.Server;
  } as typeof listen;
  const { watch, watchFile } = fs;
  fs.watch = ((...given: never[]) => {
    const watcher = Reflect.apply(watch as Method, fs, given) as fs.FSWatcher;
    hold(watcher, () => watcher.close());
    return watcher;
  }) as typeof watch;
  fs.watchFile = ((path: fs.PathLike, ...given: never[]) => {
    const watcher = Reflect.apply(watchFile as Method, fs, [path, ...given] as never[]) as fs.StatWatcher;
    const listener = given.at(-1) as unknown as (now: fs.Stats, before: fs.Stats) => void;
    hold({}, () => fs.unwatchFile(path, listener));
    return watcher;
  }) as typeof watchFile;
  const isEngines = fromEngine(engine);
  workers.Worker = heldClass(workers.Worker, (worker: workers.Worker) => void worker.terminate(), isEngines);
  const closePorts = ({ port1, port2 }: workers.MessageChannel): void => {
    // what has arrived already would still be delivered
    for (const port of [port1, port2]) Object.assign(port, { onmessage: null }).removeAllListeners("message").close();
  };
  workers.MessageChannel = heldClass(workers.MessageChannel, closePorts, () => false);
  workers.BroadcastChannel = heldClass(
    workers.BroadcastChannel,
    (c: workers.BroadcastChannel) => c.close(),
    () => false,
  );
  globalThis.MessageChannel = workers.MessageChannel;
  globalThis.BroadcastChannel = workers.BroadcastChannel;
  const { fetch } = globalThis;
  globalThis.fetch = Object.defineProperty(
    (...[input, init]: Parameters<typeof fetch>) => {
      const { life } = currentOwner() ?? {};
      if (life === undefined) return fetch(input, init);
      const given = init?.signal ?? (input instanceof Request ? input.signal : null);
      return fetch(input, { ...init, signal: given ? AbortSignal.any([life.signal, given]) : life.signal });
    },
    "name",
    { value: "fetch" },
  );
  syncBuiltinESMExports();
}
