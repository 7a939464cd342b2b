/** The libraries that are measured, each in a process of its own that answers one request at a time. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A process that answers requests by one line of JSON each. */
export class Side {
  #child;
  #waiting = [];
  #errors = "";

  constructor(command, args, env) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env });
    this.#child.stderr.on("data", (data) => {
      this.#errors = `${this.#errors}${data}`.slice(-4000);
    });
    // other lines are messages that a library prints
    createInterface({ input: this.#child.stdout }).on(
      "line",
      (line) => line.startsWith("{") && this.#waiting.shift()?.resolve(JSON.parse(line)),
    );
    this.#child.on("exit", () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${command} ended: ${this.#errors}`));
    });
  }

  ask(request) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  end() {
    this.#child.stdin.end();
  }

  kill() {
    this.#child.kill("SIGKILL");
  }
}

/** Starts the processes of all sides, by name. */
export function sides({ torch, peers, threads }) {
  const node = process.execPath;
  return {
    tapelab: new Side(node, [here("our_side.mjs")], { ...process.env, TAPELAB_THREADS: String(threads) }),
    pytorch: new Side(torch, [here("torch_side.py"), String(threads)], process.env),
    ...(peers
      ? {
          tfjs: new Side(node, [here("../peers/tfjs_side.mjs")], process.env),
          "jax-js": new Side(node, [here("../peers/jax_side.mjs")], process.env),
        }
      : {}),
  };
}
