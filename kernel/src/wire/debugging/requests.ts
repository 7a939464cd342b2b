/** Reads requests of the Debug Adapter Protocol. Fields of the wrong type count as absent. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { isObject } from "../protocol/message.ts";
import { numberOf, textOf } from "../protocol/requests.ts";

/** The arguments of a request. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A request. */
export interface DebugRequest {
  readonly seq: number;
  readonly command: string;
  readonly arguments: Arguments;
}

/** An error whose message the response has. */
export class RequestError extends Error {}

const objectOf = (value: unknown): Arguments => (isObject(value) ? value : {});

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Reads the content of a `debug_request`. */
export const debugRequestOf = (content: Arguments): DebugRequest => ({
  seq: numberOf(content["seq"]),
  command: textOf(content["command"]),
  arguments: objectOf(content["arguments"]),
});

/** Returns the path of the source that a request names. */
export function pathOf(args: Arguments): string {
  const path = textOf(objectOf(args["source"])["path"]);
  if (path === "") throw new RequestError("the request names no source by its path");
  return path;
}

/** Returns the breakpoints of `setBreakpoints`. */
export const breakpointsOf = (args: Arguments): DebugProtocol.SourceBreakpoint[] =>
  listOf(args["breakpoints"]).flatMap((each) => {
    const { line, condition, hitCondition, logMessage } = objectOf(each);
    if (typeof line !== "number" || !Number.isInteger(line)) return [];
    const texts = Object.entries({ condition, hitCondition, logMessage }).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].trim() !== "",
    );
    return [{ line, ...Object.fromEntries(texts) }];
  });

/** Returns the filters of `setExceptionBreakpoints`. */
export const filtersOf = (args: Arguments): string[] => listOf(args["filters"]).map(textOf);

/** Returns the response to a request. */
export const responseTo = (request: DebugRequest, body: object): object => ({
  type: "response",
  seq: request.seq,
  request_seq: request.seq,
  command: request.command,
  success: true,
  body,
});

/** Returns the response to a request that failed. */
export const failureOf = (request: DebugRequest, message: string): object => ({
  type: "response",
  seq: request.seq,
  request_seq: request.seq,
  command: request.command,
  success: false,
  message,
  body: { error: { id: 1, format: message, showUser: true } },
});
