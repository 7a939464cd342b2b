/** Asking the person: the cell waits, while the wire thread shows the form and takes the answer. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { MainToWire } from "../../shared/messages.ts";
import { currentOwner } from "../ownership/owner.ts";

export interface PromptOptions {
  /** Hides what is typed. */
  readonly password?: unknown;
}

/** Makes the global `prompt`. */
export function createPrompt(
  send: (message: MainToWire) => void,
  answers: MessagePort,
  typed: Int32Array,
  allowed: () => boolean,
): (message?: unknown, options?: PromptOptions) => string {
  return (message = "", { password = false } = {}) => {
    const owner = currentOwner();
    if (owner === undefined || !allowed())
      throw new Error("prompt: nobody can be asked here, as the front end does not allow input");
    // answers to questions of cells that were interrupted
    while (receiveMessageOnPort(answers) !== undefined);
    Atomics.store(typed, 0, 0);
    send({ kind: "input", parent: owner.parent, prompt: String(message), password: Boolean(password) });
    for (;;) {
      Atomics.wait(typed, 0, 0);
      Atomics.store(typed, 0, 0);
      const answer = receiveMessageOnPort(answers);
      if (answer !== undefined) return String(answer.message);
    }
  };
}
