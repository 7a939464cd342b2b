/** Interrupts the main thread: the code that it runs, and the process that it blocks on. */
import type { Session } from "node:inspector";
import type { WireToMain } from "../../shared/messages.ts";
import type { WireSetup } from "../../shared/ports.ts";
import { childrenOf, killTree } from "../../shared/processes.ts";
import type { DebugSession } from "../debugging/session.ts";

/** Time for the main thread to see the interrupt. An idle thread does at once; terminating it would kill the code that it runs next. */
const answerMs = 80;

/** Time for the main thread to see the interrupt when the heap is nearly full. */
const urgentAnswerMs = 15;

/** Time in which running code is terminated; a thread for which it does not suffice blocks on a process. */
const terminationMs = 120;

/** Time for a process to end after SIGINT, before it gets SIGKILL. */
const sigintMs = 500;

/** Expression that captures the stack of the running code. Frames of its file name, a cell that does not exist, are not shown. */
const noteStop = "$tapelab.noteStop()\n//# sourceURL=cell[0]";

/** Sends interrupts. */
export class Interrupts {
  readonly #inspector: Session;
  readonly #debug: DebugSession;
  readonly #interruptSeen: Int32Array;
  readonly #patience: Int32Array;
  readonly #childPids: Int32Array;
  readonly #toMain: (message: WireToMain) => void;

  /**
   * @param debug The debugger, which may have paused the main thread.
   * @param shared `interruptSeen` is set to 1 by the main thread when it has seen an interrupt; `interruptPatience` is the time in which its code stops by itself.
   * @param childPids The child processes that the main thread does not block on.
   */
  constructor(
    inspector: Session,
    debug: DebugSession,
    shared: Pick<WireSetup, "interruptSeen" | "interruptPatience">,
    childPids: Int32Array,
    toMain: (message: WireToMain) => void,
  ) {
    this.#inspector = inspector;
    this.#debug = debug;
    this.#interruptSeen = shared.interruptSeen;
    this.#patience = shared.interruptPatience;
    this.#childPids = childPids;
    this.#toMain = toMain;
  }

  /** Number of interrupts that were sent. */
  #sent = 0;

  /** Time for the main thread to see an interrupt. Code that stops by itself gets longer, unless the user has asked before in vain. */
  get #answerMs(): number {
    if (this.#sent > 0 && !this.#isSeen) return answerMs;
    return Math.max(answerMs, Atomics.load(this.#patience, 0));
  }

  /** Posts an interrupt, and terminates the running code if the main thread does not see it in time. `memory`: the error message if the heap is full. */
  send(memory: string | null = null): void {
    const waitMs = memory === null ? this.#answerMs : urgentAnswerMs;
    const turn = ++this.#sent;
    Atomics.store(this.#interruptSeen, 0, 0);
    this.#toMain({ kind: "interrupt", memory });
    if (this.#debug.isPaused) this.#terminatePaused();
    // breakpoints in `finally` blocks would hold up the interrupt
    void this.#debug.skipPauses();
    setTimeout(() => {
      if (turn === this.#sent && !this.#isSeen) this.#terminate(() => this.#toMain({ kind: "terminated" }));
    }, waitMs);
  }

  /** Terminates code that the debugger has paused. */
  #terminatePaused(): void {
    this.#inspector.post("Runtime.evaluate", { expression: noteStop, silent: true, disableBreaks: true });
    void this.#debug.terminate().then(() => this.#toMain({ kind: "terminated" }));
  }

  get #isSeen(): boolean {
    return Atomics.load(this.#interruptSeen, 0) !== 0;
  }

  /**
   * Terminates the running code. It is repeated until the main thread sees the interrupt: a termination between two callbacks of a chain of ticks ends neither, and
   * the thread takes no message before the chain ends.
   */
  #terminate(done: () => void): void {
    let terminated = false;
    // runs on top of the code that is terminated next
    this.#inspector.post("Runtime.evaluate", { expression: noteStop, silent: true, disableBreaks: true });
    this.#inspector.post("Runtime.terminateExecution", () => {
      terminated = true;
      done();
      setTimeout(() => {
        if (!this.#isSeen) this.#terminate(() => undefined);
      }, answerMs);
    });
    // execSync blocks outside of JavaScript: the process that it waits for gets the signal of Ctrl+C in a terminal
    setTimeout(() => {
      if (terminated) return;
      const blocking = this.#blockingProcesses();
      for (const pid of blocking) killTree(pid, "SIGINT");
      setTimeout(() => {
        if (!terminated) for (const pid of blocking) killTree(pid, "SIGKILL");
      }, sigintMs);
    }, terminationMs);
  }

  /** Returns the child processes that the main thread blocks on. */
  #blockingProcesses(): number[] {
    const others = new Set(this.#childPids);
    return childrenOf(process.pid).filter((pid) => !others.has(pid));
  }
}
