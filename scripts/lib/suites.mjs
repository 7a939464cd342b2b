/** The test suites, and the counts of passed and failed tests. */
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { inRoot, toolEnvironment, venvNode, venvPython, windows } from "./paths.mjs";
import { readJunit, readVitest } from "./reports.mjs";
import { follow } from "./run.mjs";

const reports = inRoot(".cache", "reports");
const bin = (name) => join(inRoot("node_modules", ".bin"), windows ? `${name}.cmd` : name);
const tsc = inRoot("node_modules", "typescript", "bin", "tsc");

/** Returns a suite of one test: a command that succeeds. */
const check = (command, args) => async () => ({ ...((await follow(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }), failures: [], retried: [] });

/** Returns the result of a suite whose command ended with a status; one other than 0 without a failed test is a failure. */
const withStatus = (result, status) =>
  status !== 0 && result.failed === 0 ? { ...result, failed: 1, failures: [{ name: "the suite", message: `It ended with status ${status}.` }] } : result;

/** Returns a suite of the tests of a vitest project. */
const vitest = (project, env = {}) => async () => {
  const report = join(reports, `${project}.json`);
  rmSync(report, { force: true });
  mkdirSync(reports, { recursive: true });
  const args = [inRoot("node_modules", "vitest", "vitest.mjs"), "run", "--project", project, "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const status = await follow(venvNode(), args, { env: { ...toolEnvironment(), ...env } });
  const counts = readVitest(report);
  return withStatus(counts, status);
};

/** Options that divide a suite of Python among processes, which take one file after the other. Tests wait for kernels as much as they compute. */
const divided = ["--numprocesses", String(Math.max(2, Math.min(4, availableParallelism()))), "--dist", "loadfile"];

/** Returns a suite of Python tests. */
const pytest = (name, path, options = []) => async () => {
  const report = join(reports, `${name}.xml`);
  rmSync(report, { force: true });
  mkdirSync(reports, { recursive: true });
  const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${report}`, ...options, inRoot(path)];
  const status = await follow(venvPython, args, { env: toolEnvironment() });
  const counts = readJunit(report);
  return withStatus(counts, status);
};

/** The suites of `npm run ok`. */
export const quick = [
  ["format and import order", check(bin("biome"), ["check", "--no-errors-on-unmatched", inRoot()])],
  ["lint", check(bin("oxlint"), ["--type-aware", "--deny-warnings", inRoot()])],
  ...["engine", "kernel", "extension", "test"].map((name) => [`types of ${name}`, check(venvNode() ?? "node", [tsc, "-p", inRoot(name), "--noEmit"])]),
  ["unit tests", vitest("unit")],
];

/** Returns the suite of the engine's tests and the given number of random programs, with freed memory filled with NaN. */
export const poison = (programs) => [["engine in poison mode", vitest("poison", { TAPELAB_PROGRAMS: String(programs), TAPELAB_SEED: String(Date.now() % 2 ** 31) })]];

/** Returns the suites that start kernels, servers and browsers. */
export const whole = (browser) => [
  ["kernel", pytest("kernel", "test/kernel", divided)],
  ["notebooks", pytest("notebooks", "test/notebooks")],
  ["packages", pytest("packages", "test/packages")],
  ["grading", pytest("grading", "test/grading", divided)],
  ["packages and browser", vitest("whole", { TAPELAB_BROWSER: browser })],
];

/** The number of failed tests of a suite that are named at the end. */
const namedFailures = 20;

/** Returns lines that name the failed tests of a suite with the beginning of their messages, and the tests that passed only when tried again. */
function remarks({ name, failures, retried }) {
  const entry = (what, test) => `${what} ${name}: ${[test.name, ...test.message.split("\n")].filter(Boolean).join("\n    ")}\n`;
  const more = failures.length - namedFailures;
  return [
    ...failures.slice(0, namedFailures).map((test) => entry("✗", test)),
    more > 0 ? `✗ ${name}: ${more} more\n` : "",
    ...retried.map((test) => entry("passed when tried again:", test)),
  ].join("");
}

/** Runs suites one after the other, names failed tests, prints the counts with their sum as the last line, and returns the exit status. */
export async function runSuites(suites) {
  const results = [];
  for (const [name, run] of suites) {
    process.stdout.write(`\n── ${name}\n`);
    results.push({ name, ...(await run()) });
  }
  const passed = results.reduce((n, r) => n + r.passed, 0);
  const failed = results.reduce((n, r) => n + r.failed, 0);
  process.stdout.write(`\n${results.map(remarks).join("")}\n`);
  for (const r of results) process.stdout.write(`${r.failed > 0 ? "✗" : "✓"} ${r.name}: ${r.passed} passed, ${r.failed} failed\n`);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}
