/** Running commands, with advice when one fails. */
import { spawn, spawnSync } from "node:child_process";
import { root, windows } from "./paths.mjs";

/** A failure whose message is for the user, so that no stack is shown. */
export class Failure extends Error {}

/** The number of lines of a failed command that are shown. */
const shownLines = 60;

const shown = (command, args) => [command, ...args].map((a) => (/\s/.test(a) ? JSON.stringify(a) : a)).join(" ");

/** Runs a command and returns its output, which is shown only if the command fails, followed by `advice`. */
export function step(what, command, args, { cwd = root, env = process.env, advice = "" } = {}) {
  process.stdout.write(`${what} … `);
  const began = Date.now();
  // on Windows, npm is a .cmd file, which needs a shell
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

/** Runs a command, shows its output, and resolves to its exit status. */
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

/** Runs a script's main function; an error becomes a message and the exit status 1. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Failure ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
