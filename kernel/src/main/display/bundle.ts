/** MIME bundles: each value becomes text, base64 of bytes, or JSON, as its type requires. */
import { inspect } from "node:util";
import { inspectText } from "../values/inspect-text.ts";
import { jsonValue } from "../values/json.ts";

/** A bundle: values by MIME type. */
export type Data = Readonly<Record<string, unknown>>;

const mimePattern = /^(application|audio|font|image|message|model|multipart|text|video|x-[\w.-]+)\/[\w.+-]+$/i;

const textPattern = /^(text\/.*|image\/svg\+xml|application\/(javascript|xml|.*\+xml))$/i;
const jsonPattern = /^application\/(json|.*\+json)$/i;

/** Whether an object is a bundle, that is, all of its keys are MIME types. */
export function isBundle(x: object): x is Record<string, unknown> {
  if (Array.isArray(x)) return false;
  const keys = Object.keys(x);
  return keys.length > 0 && keys.every((k) => mimePattern.test(k));
}

/** Returns the bytes of a typed array or buffer; `null` for anything else. */
function bytesOf(value: unknown): Buffer | null {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer ? Buffer.from(value) : null;
}

/** Whether a value is text in the form of a list of lines, as notebook files have it. */
const isLines = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((line) => typeof line === "string");

function textOf(mime: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (isLines(value)) return value.join("");
  const bytes = bytesOf(value);
  if (bytes !== null) return bytes.toString();
  if (mime === "text/plain") return inspectText(value, { depth: 4 });
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw new TypeError(`display: expected text for ${mime}, but got ${inspect(value, { depth: 0 })}`);
}

/** Returns a JSON value. A string is parsed, except for `application/json`, where it may be the value itself. */
function jsonOf(mime: string, value: unknown): unknown {
  const text = bytesOf(value)?.toString() ?? (typeof value === "string" && mime !== "application/json" ? value : null);
  if (text === null) return jsonValue("display", value, `data["${mime}"]`);
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(
      `display: expected an object or the text of one for ${mime}, but got ${inspect(text.slice(0, 80))}`,
    );
  }
}

/** Returns bytes in base64, as messages hold pictures. */
function binaryOf(mime: string, value: unknown): string {
  const bytes = bytesOf(value);
  if (bytes !== null) return bytes.toString("base64");
  if (typeof value === "string") return value.replace(/^data:[^,]*;base64,/, "");
  if (/^(image|audio|video|font)\//i.test(mime))
    throw new TypeError(`display: expected bytes or base64 for ${mime}, but got ${inspect(value, { depth: 0 })}`);
  // notebook files may hold objects for JSON types only
  return JSON.stringify(jsonValue("display", value, `data["${mime}"]`));
}

function valueOf(mime: string, value: unknown): unknown {
  if (textPattern.test(mime)) return textOf(mime, value);
  return jsonPattern.test(mime) ? jsonOf(mime, value) : binaryOf(mime, value);
}

/** Returns the text that stands for a bundle without `text/plain`. */
function summary(data: Data): string {
  const text = data["text/markdown"] ?? data["text/latex"];
  if (typeof text === "string" && text !== "") return text;
  return `[${Object.keys(data).join(", ")}]`;
}

/** Converts a bundle for a message, and adds `text/plain` if it is missing; an empty bundle stays empty. */
export function bundleOf(given: object, text: (data: Data) => string = summary): Data {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  const data = Object.fromEntries(entries.map(([mime, value]) => [mime, valueOf(mime, value)]));
  return entries.length === 0 || "text/plain" in data ? data : { ...data, "text/plain": text(data) };
}
