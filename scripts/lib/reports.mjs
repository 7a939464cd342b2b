/** Reading the reports of test runners: counts, failed tests, and tests that passed only when they were tried again. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "./paths.mjs";

/** The result of a suite that wrote no readable report, which is one failure. */
const broken = { passed: 0, failed: 1, failures: [{ name: "the suite", message: "It wrote no report." }], retried: [] };

/** The number of lines of a test's message that are shown. */
const shownLines = 6;

const escape = String.fromCharCode(27);
const colors = new RegExp(`${escape}\\[[0-9;]*m`, "g");
/** Returns the first lines of a message, without colours and the runner's own part of a stack. */
const beginning = (message) =>
  message
    .replace(colors, "")
    .split("\n")
    .filter((line) => !/^ +at .*node_modules|^ +at new Promise/.test(line))
    .slice(0, shownLines)
    .join("\n");

/** Returns the result of a suite from vitest's JSON report. */
export function readVitest(file) {
  if (!existsSync(file)) return broken;
  const report = JSON.parse(readFileSync(file, "utf8"));
  const named = (f, t) => ({ name: `${relative(root, f.name)}: ${t.fullName}`, message: beginning(t.failureMessages.join("\n")) });
  const tests = report.testResults.flatMap((f) => f.assertionResults.map((t) => ({ status: t.status, errors: t.failureMessages.length, ...named(f, t) })));
  // a file that does not load reports no tests, and counts as one failure
  const unloaded = report.testResults
    .filter((f) => f.status === "failed" && f.assertionResults.length === 0)
    .map((f) => ({ name: relative(root, f.name), message: beginning(f.message ?? "It does not load.") }));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    failures: [...unloaded, ...tests.filter((t) => t.status === "failed")],
    // the errors of the first try stay in the report
    retried: tests.filter((t) => t.status === "passed" && t.errors > 0),
  };
}

const entities = { lt: "<", gt: ">", quot: '"', amp: "&", apos: "'" };
const decode = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
  const code = decimal ?? (hex && Number.parseInt(hex, 16));
  return code ? String.fromCodePoint(Number(code)) : (entities[name] ?? all);
});

/** Returns the result of a suite from pytest's JUnit report. */
export function readJunit(file) {
  if (!existsSync(file)) return broken;
  const report = readFileSync(file, "utf8");
  const suites = [...report.matchAll(/<testsuite [^>]*>/g)].map(([tag]) => tag);
  const sum = (name) => suites.reduce((n, tag) => n + Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0), 0);
  const attribute = (tag, name) => decode(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
  const cases = [...report.matchAll(/(<testcase [^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)].map(([, tag, body = ""]) => ({
    name: `${attribute(tag, "classname")}.${attribute(tag, "name")}`,
    failure: /<(?:failure|error) [^>]*>/.exec(body)?.[0],
  }));
  const failures = cases.flatMap(({ name, failure }) => (failure ? [{ name, message: beginning(attribute(failure, "message")) }] : []));
  // each try is a case of the report, of which the last one has the failure
  const names = cases.map((c) => c.name);
  const repeated = names.filter((name, i) => names.indexOf(name) !== i && !failures.some((f) => f.name === name));
  const retried = [...new Set(repeated)].map((name) => ({ name, message: "" }));
  const failed = sum("failures") + sum("errors");
  return { passed: sum("tests") - failed - sum("skipped"), failed, failures, retried };
}
