/** Queries on the processes of the machine, and signals to trees of them. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Returns the parent of each process. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  if (process.platform === "linux") {
    for (const name of readdirSync("/proc"))
      if (/^\d+$/.test(name))
        try {
          // the name of the program, in brackets, may contain blanks and brackets
          const stat = readFileSync(`/proc/${name}/stat`, "latin1");
          found.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
        } catch {
          // the process has ended meanwhile
        }
    return found;
  }
  const [command, ...args]: readonly [string, ...string[]] =
    process.platform === "win32"
      ? [
          "powershell",
          "-NoProfile",
          "-Command",
          'Get-CimInstance Win32_Process | % { "$($_.ProcessId) $($_.ParentProcessId)" }',
        ]
      : ["ps", "-A", "-o", "pid=,ppid="];
  try {
    for (const line of execFileSync(command, args, { encoding: "utf8", timeout: 5_000 }).split("\n")) {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      if (pid && parent) found.set(pid, parent);
    }
  } catch {
    // without the list, no descendants are found
  }
  return found;
}

/** Returns the children of a process. */
export const childrenOf = (pid: number): number[] =>
  [...parents()].filter(([, parent]) => parent === pid).map(([child]) => child);

/** Returns all descendants of a process. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), child]);
  const below = (each: number): number[] => (children.get(each) ?? []).flatMap((c) => [c, ...below(c)]);
  return below(pid);
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // it belongs to another user
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Sends a signal to a process, if it exists. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended
  }
}

/** Sends a signal to a process and all of its descendants. */
export function killTree(pid: number, signal: NodeJS.Signals): void {
  for (const each of [pid, ...descendants(pid)]) kill(each, signal);
}
