/** `check.tape`: the ops that a value was computed by, and how many they are. */

import { registered } from "../../dispatch/registry.ts";
import { nodesOf } from "../../inspect/tape/data.ts";
import type { CheckTape } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { CheckError } from "./failure.ts";
import type { CheckHost, TapeFacts } from "./host.ts";
import { tapeOf } from "./picture.ts";
import { wordsOf } from "./plain.ts";

/** The conditions on a tape. */
export interface TapeOptions {
  /** Ops that must be there, by their names here or in PyTorch. */
  readonly uses?: string | readonly string[];
  /** Ops that must not be there. */
  readonly avoids?: string | readonly string[];
  /** The number of recorded ops, such as `"< 40"`, or an exact number. */
  readonly nodes?: string | number;
}

/** Returns the names by which an op is known: its own, its names in PyTorch, and its scopes. */
export function namesOf(node: Node): string[] {
  const names = [node.op.name];
  const operator = registered.get(node.op.name);
  if (operator !== undefined && node.op.custom !== true) names.push(operator.torch, ...operator.aliases);
  for (let scope = node.scope; scope !== null; scope = scope.parent) names.push(scope.name);
  return names;
}

/** Returns what a check reads of the tape of a value. */
export function tapeFacts(value: unknown): TapeFacts {
  const result: unknown = typeof value === "function" ? (value as () => unknown)() : value;
  if (!(result instanceof Tensor))
    throw new ArgumentError(
      "check.tape",
      `expected a tensor, or a function that returns one, but got ${wordsOf(result)}`,
    );
  if (result.gradFn === null || result.isLeaf)
    throw new CheckError({
      check: "check.tape",
      sentence: "nothing was recorded: the tensor does not depend on one that requires a gradient",
      hints: ["Is the result detached: by noGrad, detach(), item() or a new tensor made from numbers?"],
    });
  return { nodes: nodesOf([result]).map(namesOf), tape: tapeOf([result]) };
}

/** Returns a name without capitals, underscores and namespace, by which names are compared. */
const bare = (name: string): string => (name.split(".").at(-1) ?? name).replaceAll("_", "").toLowerCase();

const listOf = (names: string | readonly string[] | undefined): readonly string[] =>
  names === undefined ? [] : typeof names === "string" ? [names] : names;

const condition = /^\s*(<=|>=|<|>|=|==)?\s*(\d+)\s*$/;

function holds(n: number, text: string): boolean {
  const [, sign = "=", bound] = condition.exec(text) ?? [];
  if (bound === undefined)
    throw new ArgumentError(
      "check.tape",
      `nodes must be a number, or a bound such as "< 40", but got ${JSON.stringify(text)}`,
    );
  const limit = Number(bound);
  return sign === "<"
    ? n < limit
    : sign === ">"
      ? n > limit
      : sign === "<="
        ? n <= limit
        : sign === ">="
          ? n >= limit
          : n === limit;
}

export function checkTapeOf(host: CheckHost, value: unknown, options: TapeOptions): void {
  const { nodes, tape } = host.tapeOf(value) ?? tapeFacts(value);
  const has = (name: string): boolean => nodes.some((names) => names.some((n) => bare(n) === bare(name)));
  const marked = (op: string): CheckTape => ({
    ...tape,
    rows: tape.rows.map((row) => ({ ...row, failing: bare(row.op) === bare(op) })),
  });
  const fail = (sentence: string, expected: string, got: string, hint: string, shown = tape): never => {
    throw new CheckError({
      check: "check.tape",
      sentence,
      facts: [
        { name: "expected", text: expected },
        { name: "got", text: got },
      ],
      hints: [hint],
      tape: shown,
    });
  };
  const used = [...new Set(nodes.map(([name]) => name))].join(", ");
  for (const name of listOf(options.uses))
    if (!has(name)) fail(`${name} is not on the tape`, `a tape with ${name}`, used, `The task asks for ${name}.`);
  for (const name of listOf(options.avoids))
    if (has(name))
      fail(
        `${name} is on the tape`,
        `a tape without ${name}`,
        used,
        `The task is to do without ${name}: write it in simpler ops.`,
        marked(name),
      );
  if (options.nodes !== undefined && !holds(nodes.length, String(options.nodes)))
    fail(
      `the tape has ${nodes.length} ops`,
      `${options.nodes} ops`,
      `${nodes.length}`,
      "Is something computed several times, or element by element in a loop where one op would do?",
    );
}
