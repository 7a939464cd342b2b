/** The suites of tests, and how many of each passed. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot, toolEnvironment, venvNode, venvPython, windows } from "./paths.mjs";
import { follow } from "./run.mjs";

const reports = inRoot(".cache", "reports");
const bin = (name) => join(inRoot("node_modules", ".bin"), windows ? `${name}.cmd` : name);
const tsc = inRoot("node_modules", "typescript", "bin", "tsc");

/** Counts of a suite that left no readable report: it failed as a whole. */
const broken = { passed: 0, failed: 1 };

function readVitest(file) {
  if (!existsSync(file)) return broken;
  const report = JSON.parse(readFileSync(file, "utf8"));
  // a file that does not load has no tests to fail
  const unloaded = report.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded };
}

function readJunit(file) {
  if (!existsSync(file)) return broken;
  const suites = [...readFileSync(file, "utf8").matchAll(/<testsuite [^>]*>/g)].map(([tag]) => tag);
  const sum = (name) => suites.reduce((n, tag) => n + Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0), 0);
  const failed = sum("failures") + sum("errors");
  return { passed: sum("tests") - failed - sum("skipped"), failed };
}

/** A check that is one test. */
const check = (command, args) => async () => ((await follow(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** A part of vitest's tests. */
const vitest = (project, env = {}) => async () => {
  const report = join(reports, `${project}.json`);
  rmSync(report, { force: true });
  mkdirSync(reports, { recursive: true });
  const args = [inRoot("node_modules", "vitest", "vitest.mjs"), "run", "--project", project, "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const status = await follow(venvNode(), args, { env: { ...toolEnvironment(), ...env } });
  const counts = readVitest(report);
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
};

const pytest = (name, ...paths) => async () => {
  const report = join(reports, `${name}.xml`);
  rmSync(report, { force: true });
  mkdirSync(reports, { recursive: true });
  const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${report}`, ...paths.map((p) => inRoot(p))];
  const status = await follow(venvPython, args, { env: toolEnvironment() });
  const counts = readJunit(report);
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
};

/** The quick ones. */
export const quick = [
  ["format and import order", check(bin("biome"), ["check", "--no-errors-on-unmatched", inRoot()])],
  ["lint", check(bin("oxlint"), ["--type-aware", "--deny-warnings", inRoot()])],
  ...["engine", "kernel", "extension", "test"].map((name) => [`types of ${name}`, check(venvNode() ?? "node", [tsc, "-p", inRoot(name), "--noEmit"])]),
  ["unit tests", vitest("unit")],
];

/** The engine's tests with freed memory filled with NaN, and that many random programs. */
export const poison = (programs) => [["engine in poison mode", vitest("poison", { TAPELAB_PROGRAMS: String(programs) })]];

/** Those that start kernels, servers and browsers. */
export const whole = (browser) => [
  ["kernel", pytest("kernel", "test/kernel")],
  ["notebooks", pytest("notebooks", "test/notebooks")],
  ["packages", pytest("packages", "test/packages")],
  ["packages and browser", vitest("whole", { TAPELAB_BROWSER: browser })],
];

/** Runs suites one after the other; ends with the plain line of counts. Gives the exit status. */
export async function runSuites(suites) {
  const results = [];
  for (const [name, run] of suites) {
    process.stdout.write(`\n── ${name}\n`);
    results.push({ name, ...(await run()) });
  }
  const passed = results.reduce((n, r) => n + r.passed, 0);
  const failed = results.reduce((n, r) => n + r.failed, 0);
  process.stdout.write("\n");
  for (const r of results) process.stdout.write(`${r.failed > 0 ? "✗" : "✓"} ${r.name}: ${r.passed} passed, ${r.failed} failed\n`);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}
