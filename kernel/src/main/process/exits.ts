/** Makes calls that would end the kernel errors of the cell; worker threads and child processes of a cell may still exit. */
import { syncBuiltinESMExports } from "node:module";
import { currentExecution } from "../execution/execution.ts";

type Call = (...args: unknown[]) => unknown;

/** Signals that do not end the process: the existence test 0, the interrupt, and those that are ignored by default. */
const harmless = new Set<unknown>([0, "SIGINT", 2, "SIGCHLD", "SIGCONT", "SIGWINCH", "SIGURG"]);

const refuse = (call: string): never => {
  throw new Error(`${call} would end the kernel, with all variables; to end it, restart the kernel or shut it down`);
};

const shown = (args: readonly unknown[]): string =>
  args.map((x) => (typeof x === "string" ? JSON.stringify(x) : String(x))).join(", ");

/** Whether a signal would end this process. */
function isFatal(pid: unknown, signal: unknown): boolean {
  const isOwn = pid === process.pid || pid === 0 || pid === -1 || pid === -process.pid;
  return isOwn && !harmless.has(signal) && !(typeof signal === "string" && process.listenerCount(signal) > 0);
}

/** Makes the functions that end this process throw when a cell calls them. */
export function refuseExits(): void {
  const members = process as unknown as Record<string, Call | undefined>;
  for (const name of ["exit", "abort", "reallyExit", "execve"]) {
    const original = members[name];
    if (original === undefined) continue;
    members[name] = (...args) =>
      currentExecution() === undefined
        ? Reflect.apply(original, process, args)
        : refuse(`process.${name}(${shown(args)})`);
  }
  const original = process.kill.bind(process);
  process.kill = (pid, signal = "SIGTERM") =>
    currentExecution() !== undefined && isFatal(pid, signal)
      ? refuse(`process.kill(${shown([pid, signal])})`)
      : original(pid, signal);
  syncBuiltinESMExports();
}

/** Calls a listener with uncaught errors and rejections. It survives `process.removeAllListeners`, because Node would end the process without one. */
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
