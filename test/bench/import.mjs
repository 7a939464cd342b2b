/** Time that Node takes to import the package, and from then on to the first result of the kernels, each time in a new process. */
import { spawnSync } from "node:child_process";
import { median } from "./compute/timing.mjs";

const code = `
const start = performance.now();
const { randn } = await import("tapelab");
const imported = performance.now();
randn([1000]).add(1).sum().item();
process.stdout.write(JSON.stringify([imported - start, performance.now() - imported]));
`;

/** Returns the medians of both times in milliseconds. */
export function importTimes(runs = 15) {
  const times = Array.from({ length: runs }, () => {
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
    return JSON.parse(stdout);
  });
  const [imported, first] = [0, 1].map((i) => median(times.map((t) => t[i])));
  return { imported, first };
}

if (import.meta.main) {
  const { imported, first } = importTimes();
  process.stdout.write(`import: ${imported.toFixed(0)} ms; first result: ${first.toFixed(0)} ms later\n`);
}
