/** The test suites, and the counts of passed and failed tests. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot, toolEnvironment, venvNode, venvPython, windows } from "./paths.mjs";
import { follow } from "./run.mjs";

const reports = inRoot(".cache", "reports");
const bin = (name) => join(inRoot("node_modules", ".bin"), windows ? `${name}.cmd` : name);
const tsc = inRoot("node_modules", "typescript", "bin", "tsc");

/** The counts of a suite that wrote no readable report, which is one failure. */
const broken = { passed: 0, failed: 1 };

function readVitest(file) {
  if (!existsSync(file)) return broken;
  const report = JSON.parse(readFileSync(file, "utf8"));
  // a file that does not load reports no tests, and counts as one failure
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

/** Returns a suite of one test: a command that succeeds. */
const check = (command, args) => async () => ((await follow(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** Returns a suite of the tests of a vitest project. */
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

/** The suites of `npm run ok`. */
export const quick = [
  ["format and import order", check(bin("biome"), ["check", "--no-errors-on-unmatched", inRoot()])],
  ["lint", check(bin("oxlint"), ["--type-aware", "--deny-warnings", inRoot()])],
  ...["engine", "kernel", "extension", "test"].map((name) => [`types of ${name}`, check(venvNode() ?? "node", [tsc, "-p", inRoot(name), "--noEmit"])]),
  ["unit tests", vitest("unit")],
];

/** Returns the suite of the engine's tests and the given number of random programs, with freed memory filled with NaN. */
export const poison = (programs) => [["engine in poison mode", vitest("poison", { TAPELAB_PROGRAMS: String(programs) })]];

/** Returns the suites that start kernels, servers and browsers. */
export const whole = (browser) => [
  ["kernel", pytest("kernel", "test/kernel")],
  ["notebooks", pytest("notebooks", "test/notebooks")],
  ["packages", pytest("packages", "test/packages")],
  ["grading", pytest("grading", "test/grading")],
  ["packages and browser", vitest("whole", { TAPELAB_BROWSER: browser })],
];

/** Runs suites one after the other, prints the counts with their sum as the last line, and returns the exit status. */
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
