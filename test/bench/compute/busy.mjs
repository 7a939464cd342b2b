/** Processes that keep processors busy during a measurement. */
import { spawn } from "node:child_process";

/** Minutes after which a process ends by itself, if nothing else ends it. */
const minutes = 10;
const loop = `const end = Date.now() + ${minutes * 60_000}; while (Date.now() < end) for (let i = 0; i < 1e6; i++);`;

/** Runs `body` beside `count` busy processes, and ends them. */
export async function besideBusyProcesses(count, body) {
  const processes = Array.from({ length: count }, () => spawn(process.execPath, ["-e", loop], { stdio: "ignore" }));
  const end = () => {
    for (const each of processes) each.kill("SIGKILL");
  };
  process.once("exit", end);
  try {
    return await body();
  } finally {
    process.off("exit", end);
    end();
  }
}
