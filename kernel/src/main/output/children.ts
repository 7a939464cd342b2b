/**
 * Output of children that inherit the kernel's stdout and stderr: it goes to the cell that starts them. They inherit no stdin, as nobody could
 * type into it.
 */
import childProcess, { type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { MainToWire, StreamName } from "../../shared/messages.ts";
import type { OutputOwner } from "../ownership/owner.ts";
import type { CellStreams } from "./streams.ts";

/** How long a child that has ended is waited for to have said all, as its own children may hold its streams open. */
const drainMs = 300;

type Entry = unknown;
/** A child's descriptors, and which of them lead to the cell. */
interface Plan {
  readonly stdio: Entry[];
  readonly captured: ReadonlyMap<number, StreamName>;
}

const names: readonly (StreamName | undefined)[] = [undefined, "stdout", "stderr"];

/** The kernel's own descriptor that an entry of `stdio` stands for. */
function inheritedBy(entry: Entry, index: number): number | null {
  if (entry === "inherit") return index;
  if (typeof entry === "number") return entry;
  const { fd } = (typeof entry === "object" && entry !== null ? entry : {}) as { readonly fd?: unknown };
  return fd === 0 || fd === 1 || fd === 2 ? fd : null;
}

/** Returns the descriptors with `capture` where they would be inherited; `null` if none is. */
function planOf(stdio: unknown, capture: (name: StreamName) => Entry): Plan | null {
  const entries: unknown = stdio === "inherit" ? ["inherit", "inherit", "inherit"] : stdio;
  if (!Array.isArray(entries)) return null;
  const captured = new Map<number, StreamName>();
  let isChanged = false;
  const planned = entries.map((entry: Entry, index) => {
    const fd = inheritedBy(entry, index);
    const name = fd === null ? undefined : names[fd];
    if (fd === 0) isChanged = true;
    if (fd === 0) return "ignore";
    if (name === undefined) return entry;
    isChanged = true;
    captured.set(index, name);
    return capture(name);
  });
  return isChanged ? { stdio: planned, captured } : null;
}

/** Passes on what a child writes; its `exit` comes after that, as if it had written to the cell itself. */
function forward(child: ChildProcess, { captured }: Plan, streams: CellStreams, owner: OutputOwner): void {
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
      streams.write(name, decoder.end(), owner);
      if (open.size === 0) exit?.();
    };
    open.add(socket);
    socket.on("data", (bytes: Buffer) => streams.write(name, decoder.write(bytes), owner));
    socket.on("error", end).on("end", end).on("close", end);
  }
  const { emit } = child;
  child.emit = (event: string, ...given: unknown[]): boolean => {
    if (event !== "exit" || open.size === 0) return Reflect.apply(emit, child, [event, ...given]) as boolean;
    const timer = setTimeout(() => exit?.(), drainMs);
    exit = () => {
      exit = null;
      clearTimeout(timer);
      Reflect.apply(emit, child, [event, ...given]);
    };
    return true;
  };
}

type Spawn = (this: ChildProcess, options: { readonly stdio?: unknown }) => number;
type Run = (...given: unknown[]) => unknown;

/** Runs a child that blocks this thread. What it writes goes into files, which the wire thread reads meanwhile. */
function runSync(
  run: Run,
  given: readonly unknown[],
  streams: CellStreams,
  send: (message: MainToWire) => void,
): unknown {
  const at = given.findIndex((a, i) => i > 0 && typeof a === "object" && a !== null && !Array.isArray(a));
  const owner = streams.owner();
  const options = given[at] as { readonly stdio?: unknown; readonly input?: unknown } | undefined;
  if (owner === null || options === undefined) return run(...given);
  const files = new Map<StreamName, { readonly path: string; readonly fd: number }>();
  const plan = planOf(options.stdio, (name) => {
    const path = files.get(name)?.path ?? join(mkdtempSync(join(tmpdir(), "tapelab-output-")), name);
    const file = files.get(name) ?? { path, fd: openSync(path, "a") };
    files.set(name, file);
    return file.fd;
  });
  if (plan === null) return run(...given);
  if (options.input !== undefined && plan.stdio[0] === "ignore") plan.stdio[0] = "pipe";
  const isSent = owner.capture === undefined && !owner.muted;
  if (isSent) for (const [name, { path }] of files) send({ kind: "tail", parent: owner.parent, name, path });
  try {
    return run(...given.with(at, { ...options, stdio: plan.stdio }));
  } finally {
    for (const [name, { path, fd }] of files) {
      closeSync(fd);
      if (isSent) send({ kind: "tailEnd", path });
      else {
        streams.writeBytes(name, readFileSync(path), owner);
        rmSync(join(path, ".."), { recursive: true, force: true });
      }
    }
  }
}

/** Captures the output of children of cells. */
export function captureChildren(streams: CellStreams, send: (message: MainToWire) => void): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn: Spawn };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const owner = streams.owner();
    const plan = owner === null ? null : planOf(options.stdio, () => "pipe");
    if (owner === null || plan === null) return spawn.call(this, options);
    const status = spawn.call(this, { ...options, stdio: plan.stdio });
    if (status === 0) forward(this, plan, streams, owner);
    return status;
  };
  for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
    const run = childProcess[name] as Run;
    Object.assign(childProcess, { [name]: (...given: unknown[]) => runSync(run, given, streams, send) });
  }
  syncBuiltinESMExports();
}
