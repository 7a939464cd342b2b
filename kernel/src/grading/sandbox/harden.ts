/**
 * Takes from the process what Node's permission model leaves open: signals to other processes, and raw bindings. Network and signals are closed by
 * namespaces of the system where it has them; this holds for the others too.
 */
import { registerHooks } from "node:module";

/** Modules that no exercise needs, and that reach beyond the process. */
const denied = new Set([
  "child_process",
  "cluster",
  "dgram",
  "dns",
  "dns/promises",
  "http",
  "http2",
  "https",
  "inspector",
  "inspector/promises",
  "net",
  "repl",
  "sqlite",
  "tls",
  "trace_events",
  "wasi",
  "worker_threads",
]);

/** Functions of `process` that act on other processes, or load native code. */
const removed = [
  "kill",
  "_kill",
  "binding",
  "_linkedBinding",
  "dlopen",
  "_debugProcess",
  "_debugEnd",
  "_startProfilerIdleNotifier",
  "_stopProfilerIdleNotifier",
  "setuid",
  "setgid",
  "seteuid",
  "setegid",
  "setgroups",
  "initgroups",
  "chdir",
  "loadEnvFile",
  "report",
];

/** Globals that reach the network. */
const removedGlobals = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];

const bare = (name: unknown): string => String(name).replace(/^node:/, "");

const refusal = (name: string): Error =>
  Object.assign(new Error(`the module "${name}" is not available while an assignment is graded`), {
    code: "ERR_ACCESS_DENIED",
  });

/** Whether a module of Node may be imported. */
export const isAllowed = (name: string): boolean => !denied.has(bare(name));

/** Hardens the process, before any code of a submission runs. */
export function harden(): void {
  const { getBuiltinModule } = process;
  for (const name of removed) Reflect.deleteProperty(process, name);
  for (const name of removedGlobals) Reflect.deleteProperty(globalThis, name);
  Object.defineProperty(process, "getBuiltinModule", {
    value: (name: string): unknown => {
      if (!isAllowed(name)) throw refusal(name);
      return getBuiltinModule(name);
    },
  });
  registerHooks({
    resolve(specifier, context, next) {
      if (!isAllowed(specifier)) throw refusal(specifier);
      return next(specifier, context);
    },
  });
  // errors in timers and promises that nobody awaits cost nothing
  process.on("uncaughtException", () => {});
  process.on("unhandledRejection", () => {});
}
