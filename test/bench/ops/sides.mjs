/** The two libraries, each in a process that is started again when it takes too long. */
import { fileURLToPath } from "node:url";
import { Side } from "../compute/sides.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export class Pair {
  #torch;
  #sides = {};

  constructor(torch) {
    this.#torch = torch;
  }

  #side(name) {
    this.#sides[name] ??=
      name === "tapelab"
        ? new Side(process.execPath, [here("our_side.mjs")], { ...process.env, TAPELAB_THREADS: "1" })
        : new Side(this.#torch, [here("torch_side.py")], process.env);
    return this.#sides[name];
  }

  /** Asks a library; answers with an error where it does not answer within so many seconds, or ends. */
  async ask(name, request, seconds) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve({ error: `${name} took more than ${seconds} seconds` }), 1000 * seconds);
    });
    const answer = await Promise.race([
      this.#side(name)
        .ask(request)
        .catch((error) => ({ error: `${name}: ${error.message.slice(-300)}` })),
      late,
    ]);
    clearTimeout(timer);
    if (answer.error?.startsWith(name)) {
      this.#sides[name].kill();
      this.#sides[name] = undefined;
    }
    return answer;
  }

  end() {
    for (const side of Object.values(this.#sides)) side?.end();
  }
}
