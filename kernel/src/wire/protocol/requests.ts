/** Reads requests of the front end. Fields of the wrong type count as absent. */
import type { CommMessage, ExecuteRequest } from "../../shared/jupyter.ts";
import { type Incoming, isObject } from "./message.ts";

/** Returns a string field; "" if it is absent. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Returns a field that is a non-negative number; 0 if it is absent. */
export const numberOf = (value: unknown): number => (typeof value === "number" && value >= 0 ? value : 0);

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, textOf(text)])) : {};

/** Reads an `execute_request`. */
export function executeRequestOf({ header, content, metadata }: Incoming): ExecuteRequest {
  const silent = content["silent"] === true;
  return {
    parent: header,
    code: textOf(content["code"]),
    silent,
    storeHistory: !silent && content["store_history"] !== false,
    stopOnError: content["stop_on_error"] !== false,
    allowStdin: content["allow_stdin"] === true,
    userExpressions: textsOf(content["user_expressions"]),
    cellId: typeof metadata["cellId"] === "string" ? metadata["cellId"] : null,
  };
}

/** Reads a comm message. */
export const commMessageOf = ({ header, content, metadata, buffers }: Incoming): CommMessage => ({
  type: header.msg_type as CommMessage["type"],
  content: {
    comm_id: textOf(content["comm_id"]),
    target_name: textOf(content["target_name"]),
    data: isObject(content["data"]) ? content["data"] : {},
  },
  metadata,
  // copies, because the frames belong to the socket
  buffers: buffers.map((b) => Uint8Array.from(b)),
});
