/** Ends the kernel when the program that started it has ended without a shutdown request. */
import { descendants, isAlive, kill } from "../../shared/processes.ts";

const intervalMs = 500;

/** Watches the process that Jupyter names in the environment. On Windows, where that is a handle, `launch.py` waits for it and is watched here. */
export function endWithParent(): void {
  const named = Number(process.env["JPY_PARENT_PID"]);
  if (!(named > 0)) return;
  const first = process.ppid;
  const isGone = (): boolean =>
    process.platform === "win32" ? !isAlive(first) : process.ppid !== first || !isAlive(named);
  // a process that does not exist belongs to another machine
  if (process.platform !== "win32" && !isAlive(named) && first !== 1) return;
  setInterval(() => {
    if (!isGone()) return;
    for (const pid of descendants(process.pid)) kill(pid, "SIGTERM");
    kill(process.pid, "SIGKILL");
  }, intervalMs);
}
