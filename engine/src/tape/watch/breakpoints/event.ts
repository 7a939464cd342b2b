/** The events at which a breakpoint can stop a program: an op that ran, and a node that a backward walk visits. */
import type { PendingSite, Site } from "../../../tensor/site.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { callSite, currentSite } from "../../graph/call-site.ts";
import type { Node } from "../../graph/node.ts";
import type { TapeOp } from "../../graph/op.ts";
import { currentScope, type Scope, scopePath } from "../../graph/scope.ts";
import { keepsTensors } from "../../graph/watched.ts";

/** The direction of a pass over the tape. */
export type BreakPhase = "forward" | "backward";

/**
 * The moment of an event. `"result"`: an op ran. `"cotangent"`: the cotangents of a node are complete, and its gradient rule is next. `"contribution"`: the rule
 * has computed the contributions to the inputs. `"leaf"`: the gradient of a leaf is complete, and is accumulated next.
 */
export type BreakMoment = "result" | "cotangent" | "contribution" | "leaf";

type Gradients = readonly (Tensor | null)[];

const none: readonly never[] = [];

/** Tensors of an event, by their roles. */
interface Parts {
  readonly inputs?: readonly Tensor[];
  readonly outputs?: readonly Tensor[];
  readonly gradients?: Gradients;
  readonly contributions?: Gradients;
}

/** An op that ran, or a node that a backward walk visits. Predicates of breakpoints get it. */
export class BreakEvent {
  readonly moment: BreakMoment;
  /** The node on the tape; `null` for an op that is not recorded, as no gradient is needed. */
  readonly node: Node | null;
  /** The operands of the op; in backward those that the inspector keeps, and an empty list where it keeps none. */
  readonly inputs: readonly Tensor[];
  /** The results of the op; in backward those that the inspector keeps. */
  readonly outputs: readonly Tensor[];
  /** The cotangents of the outputs; an empty list in forward. */
  readonly gradients: Gradients;
  /** The contributions to the cotangents of the inputs, once the rule has computed them. */
  readonly contributions: Gradients;
  readonly #op: TapeOp<unknown>;
  readonly #params: unknown;
  readonly #scope: Scope | null;
  #site: PendingSite | null | undefined;

  constructor(
    moment: BreakMoment,
    op: TapeOp<unknown>,
    params: unknown,
    node: Node | null,
    { inputs = none, outputs = none, gradients = none, contributions = none }: Parts,
  ) {
    this.moment = moment;
    this.node = node;
    this.inputs = inputs;
    this.outputs = outputs;
    this.gradients = gradients;
    this.contributions = contributions;
    this.#op = op;
    this.#params = params;
    this.#scope = node === null ? currentScope() : node.scope;
  }

  /** `"forward"` for an op that ran, `"backward"` for a node that a walk visits. */
  get phase(): BreakPhase {
    return this.moment === "result" ? "forward" : "backward";
  }

  /** The name of the op. */
  get op(): string {
    return this.#op.name;
  }

  /** The text of the node in the tape view. */
  get label(): string {
    return this.#op.label(this.#params);
  }

  /** The names of the scopes that were open, outermost first, joined by `/`. */
  get scope(): string {
    return scopePath(this.#scope);
  }

  /** The line of the call, where it is known. */
  get site(): Site | null {
    return this.callSite?.resolve() ?? null;
  }

  /** The tensors that conditions on values and shapes are about: results, cotangents, contributions, or the gradient of the leaf. */
  get values(): readonly Tensor[] {
    const values =
      this.moment === "result" ? this.outputs : this.moment === "contribution" ? this.contributions : this.gradients;
    return values.filter((t) => t !== null);
  }

  /** The record of the op. */
  get record(): TapeOp<unknown> {
    return this.#op;
  }

  /** The innermost scope that was open. */
  get innermostScope(): Scope | null {
    return this.#scope;
  }

  /** The call site, captured when it is first asked for. */
  get callSite(): PendingSite | null {
    this.#site ??= this.node?.watched?.site ?? (this.moment === "result" ? callSite() : null);
    return this.#site;
  }

  /** Captures the call site where only the host's function is asked, before the program runs on. */
  keepSite(): this {
    this.#site ??= this.node?.watched?.site ?? (this.moment === "result" ? currentSite() : null);
    return this;
  }
}

/** Returns the event of an op that ran. */
export const resultEvent = (
  op: TapeOp<unknown>,
  params: unknown,
  node: Node | null,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): BreakEvent => new BreakEvent("result", op, params, node, { inputs, outputs });

/** Returns the event of a node that a walk visits. */
export function nodeEvent(
  moment: Exclude<BreakMoment, "result">,
  node: Node,
  gradients: Gradients,
  contributions: Gradients = none,
): BreakEvent {
  const { watched } = node;
  const kept = keepsTensors(watched) ? { inputs: watched.inputs, outputs: watched.outputs } : {};
  return new BreakEvent(moment, node.op, node.params, node, { ...kept, gradients, contributions });
}
