/**
 * Sends the output of child processes that would inherit the kernel's stdout and stderr to the cell that starts them. They inherit no stdin,
 * because the user could not type into it.
 */
import childProcess, { type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "../../shared/jupyter.ts";
import type { MainToWire } from "../../shared/messages.ts";
import type { Execution } from "../execution/execution.ts";
import type { OutputStreams } from "./streams.ts";

/** Time to wait for the remaining output of a child that has exited; its own children may keep the streams open. */
const drainMs = 300;

/** An entry of the option `stdio`. */
type Entry = unknown;

/** Entries of `stdio`, and the indices of those that are captured. */
interface Redirection {
  readonly stdio: Entry[];
  readonly captured: ReadonlyMap<number, StreamName>;
}

const names: readonly (StreamName | undefined)[] = [undefined, "stdout", "stderr"];

/** Returns the descriptor of the kernel that an entry of `stdio` inherits; `null` for any other entry. */
function inheritedBy(entry: Entry, index: number): number | null {
  if (entry === "inherit") return index;
  if (typeof entry === "number") return entry;
  const { fd } = (typeof entry === "object" && entry !== null ? entry : {}) as { readonly fd?: unknown };
  return fd === 0 || fd === 1 || fd === 2 ? fd : null;
}

/** Returns the option `stdio` with `capture` in place of inherited streams; `null` if none is inherited. */
function redirectionOf(stdio: unknown, capture: (name: StreamName) => Entry): Redirection | null {
  const entries: unknown = stdio === "inherit" ? ["inherit", "inherit", "inherit"] : stdio;
  if (!Array.isArray(entries)) return null;
  const captured = new Map<number, StreamName>();
  let isChanged = false;
  const redirected = entries.map((entry: Entry, index) => {
    const fd = inheritedBy(entry, index);
    const name = fd === null ? undefined : names[fd];
    if (fd === 0) isChanged = true;
    if (fd === 0) return "ignore";
    if (name === undefined) return entry;
    isChanged = true;
    captured.set(index, name);
    return capture(name);
  });
  return isChanged ? { stdio: redirected, captured } : null;
}

/** Forwards the output of a child to its cell, and delays the event `exit` until all of it has arrived, as for a child that writes directly. */
function forward(child: ChildProcess, { captured }: Redirection, streams: OutputStreams, execution: Execution): void {
  const open = new Set<Socket>();
  let exit: (() => void) | null = null;
  for (const [index, name] of captured) {
    const socket = child.stdio[index] as Socket | null;
    if (socket === null) continue;
    Object.assign(child.stdio, { [index]: null });
    if (index === 1 || index === 2) Object.assign(child, { [index === 1 ? "stdout" : "stderr"]: null });
    const decoder = new StringDecoder();
    const end = (): void => {
      if (!open.delete(socket)) return;
      streams.write(name, decoder.end(), execution);
      if (open.size === 0) exit?.();
    };
    open.add(socket);
    socket.on("data", (bytes: Buffer) => streams.write(name, decoder.write(bytes), execution));
    socket.on("error", end).on("end", end).on("close", end);
  }
  const { emit } = child;
  child.emit = (event: string, ...args: unknown[]): boolean => {
    if (event !== "exit" || open.size === 0) return Reflect.apply(emit, child, [event, ...args]) as boolean;
    const timer = setTimeout(() => exit?.(), drainMs);
    exit = () => {
      exit = null;
      clearTimeout(timer);
      Reflect.apply(emit, child, [event, ...args]);
    };
    return true;
  };
}

type Spawn = (this: ChildProcess, options: { readonly stdio?: unknown }) => number;
type SyncCall = (...args: unknown[]) => unknown;

/** Runs a child that blocks this thread. It writes to files, from which the wire worker reads the output meanwhile. */
function runSync(
  run: SyncCall,
  args: readonly unknown[],
  streams: OutputStreams,
  send: (message: MainToWire) => void,
): unknown {
  const at = args.findIndex((a, i) => i > 0 && typeof a === "object" && a !== null && !Array.isArray(a));
  const execution = streams.execution();
  const options = args[at] as { readonly stdio?: unknown; readonly input?: unknown } | undefined;
  if (execution === null || options === undefined) return run(...args);
  const files = new Map<StreamName, { readonly path: string; readonly fd: number }>();
  const redirection = redirectionOf(options.stdio, (name) => {
    const path = files.get(name)?.path ?? join(mkdtempSync(join(tmpdir(), "tapelab-output-")), name);
    const file = files.get(name) ?? { path, fd: openSync(path, "a") };
    files.set(name, file);
    return file.fd;
  });
  if (redirection === null) return run(...args);
  if (options.input !== undefined && redirection.stdio[0] === "ignore") redirection.stdio[0] = "pipe";
  const isSent = execution.capture === undefined && !execution.muted;
  if (isSent) for (const [name, { path }] of files) send({ kind: "tail", parent: execution.parent, name, path });
  try {
    return run(...args.with(at, { ...options, stdio: redirection.stdio }));
  } finally {
    for (const [name, { path, fd }] of files) {
      closeSync(fd);
      if (isSent) send({ kind: "tailEnd", path });
      else {
        streams.writeBytes(name, readFileSync(path), execution);
        rmSync(join(path, ".."), { recursive: true, force: true });
      }
    }
  }
}

/** Replaces the functions that start child processes. */
export function redirectChildren(streams: OutputStreams, send: (message: MainToWire) => void): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn: Spawn };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const execution = streams.execution();
    const redirection = execution === null ? null : redirectionOf(options.stdio, () => "pipe");
    if (execution === null || redirection === null) return spawn.call(this, options);
    const status = spawn.call(this, { ...options, stdio: redirection.stdio });
    if (status === 0) forward(this, redirection, streams, execution);
    return status;
  };
  for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
    const run = childProcess[name] as SyncCall;
    Object.assign(childProcess, { [name]: (...args: unknown[]) => runSync(run, args, streams, send) });
  }
  syncBuiltinESMExports();
}
