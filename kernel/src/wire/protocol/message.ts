/** Jupyter's wire format: routing ids, a delimiter, a signature, and JSON frames. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Header } from "../../shared/jupyter.ts";

const delimiter = "<IDS|MSG>";
const delimiterFrame = Buffer.from(delimiter);
/** Version of the message specification. */
export const protocolVersion = "5.4";

/** A received message. */
export interface Incoming {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** Optional parts of a message. */
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

  /** Returns the frames of a message. `identities`: routing ids, or the topic on iopub. */
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

  /** Returns the message in the frames; `null` if it is malformed or its signature is wrong. */
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

/** Matches the escape that `JSON.stringify` writes for half of a surrogate pair. Readers cannot encode it as UTF-8, so U+FFFD replaces it. */
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes("\\ud") ? json.replace(loneSurrogate, "$1\ufffd") : json;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object and not an array. */
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

/** Returns the primitive fields of a header. It is part of every reply, and nested values might not be serializable. */
const plainHeader = (header: JsonObject & Header): Header =>
  Object.fromEntries(Object.entries(header).filter(([, value]) => typeof value !== "object")) as unknown as Header;
