/** The global `prompt`: blocks the main thread, while the wire worker shows the input field and receives the answer. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { MainToWire } from "../../shared/messages.ts";
import { currentExecution } from "../execution/execution.ts";

/** Options of `prompt`. */
export interface PromptOptions {
  /** Whether the input is hidden. */
  readonly password?: unknown;
}

/**
 * Creates the global `prompt`.
 * @param answers Port that receives the answers.
 * @param inputReady Shared flag that is set when an answer was posted.
 * @param isAllowed Tells whether the front end accepts input requests for the running cell.
 */
export function createPrompt(
  send: (message: MainToWire) => void,
  answers: MessagePort,
  inputReady: Int32Array,
  isAllowed: () => boolean,
): (message?: unknown, options?: PromptOptions) => string {
  return (message = "", { password = false } = {}) => {
    const execution = currentExecution();
    if (execution === undefined || !isAllowed())
      throw new Error("prompt: nobody can be asked here, as the front end does not allow input");
    // discards answers to prompts of interrupted cells
    while (receiveMessageOnPort(answers) !== undefined);
    Atomics.store(inputReady, 0, 0);
    send({ kind: "input", parent: execution.parent, prompt: String(message), password: Boolean(password) });
    for (;;) {
      Atomics.wait(inputReady, 0, 0);
      Atomics.store(inputReady, 0, 0);
      const answer = receiveMessageOnPort(answers);
      if (answer !== undefined) return String(answer.message);
    }
  };
}
