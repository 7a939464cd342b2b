/** Answers the open inspector panels of the front end, and tells them after each cell which tapes there are; does nothing while none is open. */
import { host, inspect, type Tensor, tape } from "tapelab";
import { type InspectorMessage, type InspectorRequest, inspectorTarget } from "tapelab/view";
import type { Comm, CommManager } from "../main/frontend/comms.ts";
import { WholeTapes } from "./whole-tapes.ts";

type InspectedTape = ReturnType<typeof host.inspectedTapes>[number];

/** The open panels. */
export class InspectorPanels {
  readonly #open = new Set<Comm>();
  readonly #whole = new WholeTapes();

  constructor(comms: CommManager) {
    comms.on(inspectorTarget, (comm) => {
      this.#open.add(comm);
      comm.onClose(() => this.#open.delete(comm));
      comm.onMessage(({ data }) => this.#answer(comm, data as unknown as InspectorRequest));
      post(comm, listOf(host.inspectedTapes()));
    });
  }

  /** Sends the list of tapes, after a cell has run. */
  refresh(): void {
    if (this.#open.size === 0) return;
    const list = listOf(host.inspectedTapes());
    for (const comm of this.#open) post(comm, list);
  }

  async #answer(comm: Comm, request: InspectorRequest): Promise<void> {
    try {
      const answer =
        request.kind === "part"
          ? await this.#whole.part(request.id, request.part, () => resultOf(request.id))
          : await answerOf(request);
      post(comm, answer);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      post(comm, { kind: "failed", request: request.kind, reason });
    }
  }
}

const post = (comm: Comm, message: InspectorMessage): void => {
  if (comm.isOpen) comm.send({ ...message });
};

const listOf = (tapes: readonly InspectedTape[]): InspectorMessage => ({
  kind: "tapes",
  tapes: tapes.map(({ entry }) => entry),
});

/** Returns the result of the tape with a number. @throws Error if there is none any more. */
function resultOf(id: number): Tensor {
  const found = host.inspectedTapes().find(({ entry }) => entry.id === id);
  if (found === undefined) throw new Error("The kernel no longer has this tape: a later run replaced it.");
  return found.result;
}

async function answerOf(request: Exclude<InspectorRequest, { readonly kind: "part" }>): Promise<InspectorMessage> {
  switch (request.kind) {
    case "tape":
      return { kind: "tape", id: request.id, data: tape(resultOf(request.id)).data };
    case "gradients":
      return { kind: "gradients", id: request.id, data: host.gradientsBehind(resultOf(request.id)) };
    case "memory":
      return { kind: "memory", data: inspect.memory.usage().data };
    case "save":
      await inspect.saveTape(resultOf(request.id), request.path);
      return { kind: "saved", path: request.path };
    default:
      throw new Error(`The kernel does not know the request "${String((request as { kind: unknown }).kind)}".`);
  }
}
