/** Processes that keep processors busy while others are measured. */
import { spawn } from "node:child_process";

/** They end by themselves after so many minutes, should nobody end them. */
const minutes = 10;
const loop = `const end = Date.now() + ${minutes * 60_000}; while (Date.now() < end) for (let i = 0; i < 1e6; i++);`;

/** Runs `body` beside so many busy processes, and ends them. */
export async function beside(count, body) {
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
