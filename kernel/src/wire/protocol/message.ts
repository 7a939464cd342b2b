/** Jupyter's wire format: signed JSON frames behind the identities of who asked. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Header } from "../../shared/messages.ts";

const delimiter = "<IDS|MSG>";
const delimiterFrame = Buffer.from(delimiter);
export const protocolVersion = "5.4";

/** A message as it came in. */
export interface Incoming {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** What a message may carry besides its content. */
export interface Extra {
  readonly metadata?: object;
  /** Binary frames; they are not signed. */
  readonly buffers?: readonly Uint8Array[];
}

/** Signs and checks messages with the connection's key. */
export class Signer {
  readonly #key: string;
  readonly #session: string = randomUUID();
  constructor(key: string) {
    this.#key = key;
  }

  #sign(parts: readonly (string | Buffer)[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** The frames of a message. `identities` are routing ids, or the topic on iopub. */
  pack(
    identities: readonly (Buffer | string)[],
    type: string,
    content: object,
    parent: Header | null,
    extra: Extra = {},
  ): (Buffer | string)[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "tapelab",
      date: new Date().toISOString(),
      version: protocolVersion,
    };
    const parts = [header, parent ?? {}, extra.metadata ?? {}, content].map(wellFormedJson);
    const buffers = (extra.buffers ?? []).map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength));
    return [...identities, delimiter, this.#sign(parts), ...parts, ...buffers];
  }

  /** The message in the frames, or `null` if it is malformed or its signature does not verify. */
  unpack(frames: readonly Buffer[]): Incoming | null {
    const at = frames.findIndex((f) => f.equals(delimiterFrame));
    const [signature, header, parent, metadata, content, ...buffers] = frames.slice(at + 1);
    if (at < 0 || !signature || !header || !parent || !metadata || !content) return null;
    const expected = Buffer.from(this.#sign([header, parent, metadata, content]));
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) return null;
    const [head, meta, body] = [header, metadata, content].map(parseObject);
    if (!head || !meta || !body || !isHeader(head)) return null;
    return { identities: frames.slice(0, at), header: plainHeader(head), metadata: meta, content: body, buffers };
  }
}

/** `JSON.stringify` writes half of a surrogate pair as an escape, which no reader can encode as UTF-8: U+FFFD takes its place. */
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes("\\ud") ? json.replace(loneSurrogate, "$1\ufffd") : json;
}

type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (x: unknown): x is JsonObject => typeof x === "object" && x !== null && !Array.isArray(x);

function parseObject(frame: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(frame.toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isHeader = (x: JsonObject): x is JsonObject & Header =>
  typeof x["msg_id"] === "string" && typeof x["msg_type"] === "string";

/** A header is echoed in every reply, so fields that could not be written again are left out. */
const plainHeader = (header: JsonObject & Header): Header =>
  Object.fromEntries(Object.entries(header).filter(([, value]) => typeof value !== "object")) as unknown as Header;
