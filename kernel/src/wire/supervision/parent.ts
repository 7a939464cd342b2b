/** A kernel ends when the program that started it does, also where nobody was left to say so. */
import { descendants, isAlive, kill } from "../../shared/processes.ts";

const everyMs = 500;

/** Watches the parent that Jupyter names in the environment. On Windows that is a handle, which `launch.py` waits for; it is the kernel's parent there. */
export function endWithParent(): void {
  const named = Number(process.env["JPY_PARENT_PID"]);
  if (!(named > 0)) return;
  const first = process.ppid;
  const isGone = (): boolean =>
    process.platform === "win32" ? !isAlive(first) : process.ppid !== first || !isAlive(named);
  // a named parent that is not there is not this machine's
  if (process.platform !== "win32" && !isAlive(named) && first !== 1) return;
  setInterval(() => {
    if (!isGone()) return;
    for (const pid of descendants(process.pid)) kill(pid, "SIGTERM");
    kill(process.pid, "SIGKILL");
  }, everyMs);
}
