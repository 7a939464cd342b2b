/** The command that starts the sandbox, with as much isolation as the system gives. */
import { spawnSync } from "node:child_process";

/** The means that separate the sandbox from the rest of the system. */
export interface Isolation {
  /** The program and arguments before those of Node. */
  readonly prefix: readonly string[];
  /** Parts of the system that it has for itself: `uid`, `pid`, `network`. */
  readonly own: readonly string[];
}

/** The user and group "nobody" of most systems. */
const nobody = "65534";

/** Ends a process with the one that started it, also when that is killed. Credentials that change clear it, so it comes with them. */
const endsWithParent = ["setpriv", "--pdeathsig", "KILL"];

const asNobody = [
  ...endsWithParent,
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  "--clear-groups",
  "--no-new-privs",
  "--inh-caps=-all",
  "--bounding-set=-all",
];
const spaces = ["--net", "--pid", "--ipc", "--fork", "--kill-child"];

const candidates: readonly Isolation[] = [
  { prefix: [...endsWithParent, "unshare", ...spaces, ...asNobody], own: ["uid", "pid", "network"] },
  {
    prefix: [...endsWithParent, "unshare", "--user", ...spaces, ...endsWithParent, "--no-new-privs"],
    own: ["pid", "network"],
  },
  { prefix: ["unshare", "--user", ...spaces], own: ["pid", "network"] },
  { prefix: asNobody, own: ["uid"] },
  { prefix: [...endsWithParent, "--no-new-privs"], own: [] },
  { prefix: [], own: [] },
];

/** Whether Node starts by a command. */
const works = ({ prefix }: Isolation): boolean => {
  const [command, ...args] = [...prefix, process.execPath, "--version"];
  return spawnSync(command, args, { stdio: "ignore", timeout: 10_000, env: {} }).status === 0;
};

/** Returns the best isolation that works here. */
export const bestIsolation = (): Isolation => candidates.find(works) ?? { prefix: [], own: [] };

/** Kilobytes of address space: of the code, the heap and the reservations of WebAssembly; the watchdog bounds the memory that is really used. */
const addressSpace = 24 * 2 ** 20;

/** Returns the shell command that sets limits and starts a program: address space, no core files, and no files written. */
export const limited = (command: readonly string[]): readonly string[] => [
  "/bin/sh",
  "-c",
  `ulimit -c 0; ulimit -f 0; ulimit -v ${addressSpace}; exec "$@"`,
  "sh",
  ...command,
];
