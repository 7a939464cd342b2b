/** A cell cannot end the kernel: what would is an error of the cell. Its workers and children end themselves as they like. */
import { syncBuiltinESMExports } from "node:module";
import { currentOwner } from "../ownership/owner.ts";

type Call = (...given: unknown[]) => unknown;

/** Signals that end nothing: the test whether a process is there, and an interrupt. */
const harmless = new Set<unknown>([0, "SIGINT", 2, "SIGCHLD", "SIGCONT", "SIGWINCH", "SIGURG"]);

const refuse = (call: string): never => {
  throw new Error(`${call} would end the kernel, with all variables; to end it, restart the kernel or shut it down`);
};

const shown = (given: readonly unknown[]): string =>
  given.map((x) => (typeof x === "string" ? JSON.stringify(x) : String(x))).join(", ");

/** Whether the signal would reach this process and not be handled. */
function isFatal(pid: unknown, signal: unknown): boolean {
  const isOwn = pid === process.pid || pid === 0 || pid === -1 || pid === -process.pid;
  return isOwn && !harmless.has(signal) && !(typeof signal === "string" && process.listenerCount(signal) > 0);
}

/** Replaces the functions that end this process. */
export function refuseExits(): void {
  const members = process as unknown as Record<string, Call | undefined>;
  for (const name of ["exit", "abort", "reallyExit", "execve"]) {
    const original = members[name];
    if (original === undefined) continue;
    members[name] = (...given) =>
      currentOwner() === undefined
        ? Reflect.apply(original, process, given)
        : refuse(`process.${name}(${shown(given)})`);
  }
  const original = process.kill.bind(process);
  process.kill = (pid, signal = "SIGTERM") =>
    currentOwner() !== undefined && isFatal(pid, signal)
      ? refuse(`process.kill(${shown([pid, signal])})`)
      : original(pid, signal);
  syncBuiltinESMExports();
}

/** Calls a listener with what nobody catches. A cell cannot take it away with its own listeners: without one, Node ends the process. */
export function listenForUncaught(listener: (thrown: unknown) => void): void {
  const listen = (): void => {
    for (const event of ["unhandledRejection", "uncaughtException"])
      if (!process.listeners(event as "uncaughtException").includes(listener)) process.on(event, listener);
  };
  listen();
  const original = process.removeAllListeners.bind(process);
  process.removeAllListeners = (...events) => {
    original(...events);
    listen();
    return process;
  };
}
