/** Whole tapes in parts, which the inspector's panel asks for one by one. */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { host, type Tensor } from "tapelab";
import type { InspectorMessage } from "tapelab/view";

/** Bytes of a part, and the milliseconds between two: Jupyter's server passes 1 MB a second on. */
const [partBytes, pauseMs] = [225_000, 400];

/** The compressed JSON of the tape that was asked for last. */
export class WholeTapes {
  #last: { readonly id: number; readonly bytes: Promise<Buffer> } | null = null;

  /** Returns a part of a tape. The tape is encoded anew with the first part, and forgotten with the last. */
  async part(id: number, part: number, result: () => Tensor): Promise<InspectorMessage> {
    if (part === 0 || this.#last?.id !== id) this.#last = { id, bytes: compressed(result()) };
    else await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const bytes = await this.#last.bytes;
    const parts = Math.max(Math.ceil(bytes.length / partBytes), 1);
    if (part === parts - 1) this.#last = null;
    const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes);
    return { kind: "part", id, part, parts, bytes: piece.toString("base64") };
  }
}

/** Encodes a tape in pieces, between which the event loop runs. */
const compressed = (result: Tensor): Promise<Buffer> =>
  buffer(Readable.from(host.tapeChunks([result])).pipe(createGzip()));
