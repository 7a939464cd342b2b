/** Running commands, and saying what to do when one fails. */
import { spawn, spawnSync } from "node:child_process";
import { root, windows } from "./paths.mjs";

/** A failure that has been explained already. */
export class Failure extends Error {}

/** How much of the output of a command that failed is shown. */
const shownLines = 60;

const shown = (command, args) => [command, ...args].map((a) => (/\s/.test(a) ? JSON.stringify(a) : a)).join(" ");

/** Runs a command with its output hidden unless it fails; `advice` says what to do then. */
export function step(what, command, args, { cwd = root, env = process.env, advice = "" } = {}) {
  process.stdout.write(`${what} … `);
  const began = Date.now();
  // .cmd files, such as npm's, need a shell on Windows
  const result = spawnSync(command, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28, shell: windows && command === "npm" });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (result.status === 0) {
    process.stdout.write(`${seconds} s\n`);
    return result.stdout;
  }
  process.stdout.write("failed\n");
  const output = result.error ? result.error.message : `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-shownLines).join("\n");
  throw new Failure(`${output}\n\nThis command failed: ${shown(command, args)}\n${advice}`.trim());
}

/** Runs a command with its output shown; gives its exit status. */
export function follow(command, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: "inherit" });
    const pass = (signal) => child.kill(signal);
    const finish = (status) => {
      process.off("SIGINT", pass);
      process.off("SIGTERM", pass);
      resolve(status);
    };
    process.on("SIGINT", pass);
    process.on("SIGTERM", pass);
    child.on("error", (error) => {
      process.stderr.write(`${shown(command, args)} could not be started: ${error.message}\n`);
      finish(1);
    });
    child.on("exit", (code, signal) => finish(code ?? (signal === null ? 1 : 130)));
  });
}

/** Runs a script's main function, and turns a failure into a message and an exit status. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Failure ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
