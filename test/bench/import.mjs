/** How long Node takes to import the package, and from there to the first result of the kernels, in a process of its own each time. */
import { spawnSync } from "node:child_process";
import { median } from "./compute/timing.mjs";

const code = `
const start = performance.now();
const { randn } = await import("tapelab");
const imported = performance.now();
randn([1000]).add(1).sum().item();
process.stdout.write(JSON.stringify([imported - start, performance.now() - imported]));
`;

/** Medians in milliseconds. */
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
  process.stdout.write(`import ${imported.toFixed(0)} ms, then ${first.toFixed(0)} ms to the first result\n`);
}
