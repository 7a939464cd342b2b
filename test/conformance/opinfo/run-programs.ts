/** Checks all programs of a file that `make_programs.py` wrote, and prints those that differ from PyTorch. Usage: node run-programs.ts FILE. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { checkProgram, type Program } from "./programs.ts";

const lines = gunzipSync(readFileSync(process.argv[2])).toString().trimEnd().split("\n");
let failed = 0;
for (const [i, line] of lines.entries()) {
  const message = checkProgram(JSON.parse(line) as Program);
  if (message === null) continue;
  failed++;
  process.stdout.write(`program ${i}: ${message}\n`);
}
process.stdout.write(`${lines.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
