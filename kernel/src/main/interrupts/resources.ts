/** Binds child processes, sockets, servers, workers and requests to the execution that opens them: an interrupt of it closes them. */
import childProcess from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import workers from "node:worker_threads";
import { cancelled } from "../execution/cancel-scope.ts";
import { currentExecution } from "../execution/execution.ts";
import { closeChannel, closeChild, closeServer, closeStream, listChild } from "./closers.ts";

type Method = (this: object, ...args: never[]) => unknown;
type Close = (resource: never, forGood: boolean) => void;

/** Registers a resource with the current execution. */
function register(resource: object, close: Close): void {
  currentExecution()?.scope.register(resource, (forGood) => close(resource as never, forGood));
}

/** Replaces a method by one that registers the object that it is called on. */
function registerOnCall(prototype: object, name: string, close: Close): void {
  const members = prototype as Record<string, Method>;
  const original = members[name] as Method;
  members[name] = function (this: object, ...args) {
    const { scope } = currentExecution() ?? {};
    if (scope !== undefined) {
      // before the call, which an interrupt may terminate
      if (scope.phase !== cancelled) register(this, close);
      (this as net.Socket).once?.("close", () => scope.unregister(this));
    }
    const result = Reflect.apply(original, this, args);
    if (scope?.phase === cancelled) close(this as never, true);
    return result;
  };
}

/** Returns a class that registers its new objects, except where `isExempt`. */
function registeringClass<T extends abstract new (...args: never[]) => object>(
  original: T,
  close: Close,
  isExempt: () => boolean = () => false,
): T {
  return new Proxy(original, {
    construct(target, args, newTarget) {
      const created = Reflect.construct(target, args, newTarget) as object;
      const { scope } = currentExecution() ?? {};
      if (scope === undefined || isExempt()) return created;
      register(created, close);
      const { once } = created as { readonly once?: (name: string, f: () => void) => void };
      once?.call(created, "exit", () => scope.unregister(created));
      return created;
    },
  });
}

/** Keeps the list of the child processes that run beside this process; others are those that it blocks on. */
function listChildren(pids: Int32Array): void {
  const { prototype } = childProcess.ChildProcess as unknown as { readonly prototype: Record<string, Method> };
  const spawn = prototype["spawn"] as Method;
  prototype["spawn"] = function (this: object, ...args) {
    const result = Reflect.apply(spawn, this, args);
    listChild(this as childProcess.ChildProcess, pids);
    return result;
  };
}

/** Registers servers, and the sockets that they accept. */
function bindServers(): void {
  registerOnCall(net.Server.prototype, "listen", closeServer);
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (this: net.Server, ...args: never[]) {
    const { scope } = currentExecution() ?? {};
    this.on("connection", (socket: net.Socket) => {
      scope?.register(socket, () => closeStream(socket));
      socket.once("close", () => scope?.unregister(socket));
    });
    return Reflect.apply(listen as Method, this, args) as net.Server;
  } as typeof listen;
}

/** Registers watchers of files and file streams. */
function bindFiles(): void {
  for (const stream of [fs.ReadStream, fs.WriteStream]) registerOnCall(stream.prototype, "_construct", closeStream);
  const { watch, watchFile } = fs;
  fs.watch = ((...args: never[]) => {
    const watcher = Reflect.apply(watch as Method, fs, args) as fs.FSWatcher;
    register(watcher, () => watcher.close());
    return watcher;
  }) as typeof watch;
  fs.watchFile = ((path: fs.PathLike, ...args: never[]) => {
    const watcher = Reflect.apply(watchFile as Method, fs, [path, ...args] as never[]) as fs.StatWatcher;
    const listener = args.at(-1) as unknown as (current: fs.Stats, previous: fs.Stats) => void;
    register({}, () => fs.unwatchFile(path, listener));
    return watcher;
  }) as typeof watchFile;
}

/** Registers workers and channels; the engine's own threads, whose code is in the folder `engine`, serve all cells. */
function bindWorkers(engine: string): void {
  const isEngineThread = (): boolean => new Error().stack?.includes(engine) ?? false;
  const terminate = (worker: workers.Worker): void => void worker.terminate();
  workers.Worker = registeringClass(workers.Worker, terminate, isEngineThread);
  workers.MessageChannel = registeringClass(workers.MessageChannel, closeChannel);
  workers.BroadcastChannel = registeringClass(workers.BroadcastChannel, (c: workers.BroadcastChannel) => c.close());
  globalThis.MessageChannel = workers.MessageChannel;
  globalThis.BroadcastChannel = workers.BroadcastChannel;
}

/** Adds the signal of the execution to `fetch`. */
function bindFetch(): void {
  const { fetch } = globalThis;
  globalThis.fetch = Object.defineProperty(
    (...[input, init]: Parameters<typeof fetch>) => {
      const { scope } = currentExecution() ?? {};
      if (scope === undefined) return fetch(input, init);
      const given = init?.signal ?? (input instanceof Request ? input.signal : null);
      return fetch(input, { ...init, signal: given ? AbortSignal.any([scope.signal, given]) : scope.signal });
    },
    "name",
    { value: "fetch" },
  );
}

/** Replaces the functions and classes that open resources. `engine`: folder of the engine; `pids`: shared list of child processes. */
export function bindResources(engine: string, pids: Int32Array): void {
  registerOnCall(childProcess.ChildProcess.prototype, "spawn", closeChild);
  registerOnCall(net.Socket.prototype, "connect", closeStream);
  registerOnCall(dgram.Socket.prototype, "bind", (socket: dgram.Socket) => socket.close());
  bindServers();
  bindFiles();
  bindWorkers(engine);
  bindFetch();
  listChildren(pids);
  syncBuiltinESMExports();
}
