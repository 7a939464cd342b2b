/** Stopping what the main thread runs: its code, and the process that it waits for. */
import type { Session } from "node:inspector";
import type { WireToMain } from "../../shared/messages.ts";
import { childrenOf, killTree } from "../../shared/processes.ts";

/** A thread that waits answers at once, and terminating one that runs nothing would kill whatever it runs next. */
const answerMs = 80;
/** Where the heap is nearly full. */
const hurriedMs = 15;
/** Code that runs is terminated in this time; a thread that is not waits for a process. */
const terminatedMs = 120;
/** So long a process may take to end itself. */
const politeMs = 500;

/** The name is of a cell that there is not: no place of a stack is shown for it. */
const noteStop = "$tapelab.noteStop()\n//# sourceURL=cell[0]";

export class Interrupts {
  readonly #inspector: Session;
  readonly #seen: Int32Array;
  readonly #children: Int32Array;
  readonly #toMain: (message: WireToMain) => void;

  /** `seen` is set by the main thread when it has seen an interrupt; `children` are the processes that it does not wait for. */
  constructor(inspector: Session, seen: Int32Array, children: Int32Array, toMain: (message: WireToMain) => void) {
    this.#inspector = inspector;
    this.#seen = seen;
    this.#children = children;
    this.#toMain = toMain;
  }

  /** Asks first, and terminates what runs where no answer comes. `memory`: what the cell holds, where that is the reason. */
  send(memory: string | null = null): void {
    Atomics.store(this.#seen, 0, 0);
    this.#toMain({ kind: "interrupt", memory });
    setTimeout(
      () => {
        if (Atomics.load(this.#seen, 0) === 0) this.#terminate();
      },
      memory === null ? answerMs : hurriedMs,
    );
  }

  #terminate(): void {
    let terminated = false;
    // runs on top of what is stopped, and sees where that is
    this.#inspector.post("Runtime.evaluate", { expression: noteStop, silent: true });
    this.#inspector.post("Runtime.terminateExecution", () => {
      terminated = true;
      this.#toMain({ kind: "terminated" });
    });
    // execSync and its like wait outside of JavaScript; what they wait for is told as Ctrl+C in a terminal tells it
    setTimeout(() => {
      if (terminated) return;
      const awaited = this.#awaited();
      for (const pid of awaited) killTree(pid, "SIGINT");
      setTimeout(() => {
        if (!terminated) for (const pid of awaited) killTree(pid, "SIGKILL");
      }, politeMs);
    }, terminatedMs);
  }

  #awaited(): number[] {
    const others = new Set(this.#children);
    return childrenOf(process.pid).filter((pid) => !others.has(pid));
  }
}
