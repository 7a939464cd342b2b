/** The case of one tensor's gradient: the facts that the causes of a missing, zero, tiny, huge or non-finite gradient read. */
import type { Evidence, Place } from "../../../protocol/index.ts";
import { lastWalk } from "../../../tape/backward/last-walk.ts";
import { AccumulateGrad, edgeOf, type Node } from "../../../tape/graph/node.ts";
import { reachable } from "../../../tape/graph/reachable.ts";
import type { Cut } from "../../../tensor/cut.ts";
import { takesGradients } from "../../../tensor/dtype.ts";
import { showShape } from "../../../tensor/errors.ts";
import type { Edge } from "../../../tensor/graph.ts";
import { sameShape } from "../../../tensor/shape.ts";
import { peekGrad, type Tensor } from "../../../tensor/tensor.ts";
import { nameOf } from "../../shared/naming.ts";
import type { Symptom } from "../cause.ts";
import type { Flow, Passage } from "./flow.ts";
import { isFiniteThroughout, isZero, type Numbers, numbersOf } from "./numbers.ts";
import { pathBetween, placesOf } from "./place.ts";
import { type Relation, relationBetween } from "./relation.ts";

/** An object with named parameters, such as a module. */
export interface NamedParameters {
  namedParameters(): Iterable<readonly [name: string, parameter: Tensor]>;
}

/** An object that updates parameters, such as an optimizer. */
export interface UpdatesParameters {
  readonly parameters: readonly Tensor[];
  readonly lr: number;
  readonly steps: number;
  readonly weightDecay?: number;
  /** Returns the settings of a parameter, where they differ between groups. */
  readonly settingsOf?: (parameter: Tensor) => { readonly lr: number; readonly weightDecay?: number };
  /** Whether a step has the size of the rate, whatever the gradient is, as in Adam. */
  readonly isAdaptive?: boolean;
  /** Returns the number of steps in which a parameter had a gradient. */
  readonly updatesOf?: (parameter: Tensor) => number;
}

/** The loss, model and optimizer of the tensor of a case. */
export interface CaseContext {
  /** The flow of gradients from the loss; `null` without one. */
  readonly flow: Flow | null;
  /** The loss; `null` or absent where it is not known. */
  readonly loss?: Tensor | null;
  readonly model?: NamedParameters | null;
  readonly optimizer?: UpdatesParameters | null;
  /** The name of the tensor, if it is known. */
  readonly name?: string | null;
  /** Returns the number of the step, from 1, since which the closed units of a rectifier have been closed; `null` where steps were not recorded. */
  readonly deadSince?: (node: Node) => number | null;
}

/** The facts about the gradient of one tensor. */
export class GradientCase {
  readonly tensor: Tensor;
  readonly flow: Flow | null;
  readonly loss: Tensor | null;
  readonly model: NamedParameters | null;
  readonly optimizer: UpdatesParameters | null;
  /** The tensor in sentences: its name in code, or `the tensor [2, 3]`. */
  readonly name: string;
  /** The tensor at the beginning of a sentence. */
  readonly title: string;
  /** Returns the number of the step, from 1, since which the closed units of a rectifier have been closed; `null` where it is not known. */
  readonly deadSince: (node: Node) => number | null;
  /** The edge along which gradients reach the tensor; `null` if it requires none. */
  readonly edge: Edge | null;
  /** `grad` of the tensor. */
  readonly grad: Tensor | null;
  #formed: Tensor | null | undefined;
  #passages: Passage[] | undefined;
  #towards: ReadonlySet<Node> | undefined;
  #gradNumbers: Numbers | null | undefined;
  #tensorNumbers: Numbers | undefined;
  #relation: Relation | undefined;

  constructor(
    tensor: Tensor,
    { flow, loss = null, model = null, optimizer = null, name = null, deadSince }: CaseContext,
  ) {
    this.tensor = tensor;
    this.flow = flow;
    this.loss = loss;
    this.model = model;
    this.optimizer = optimizer;
    this.deadSince = deadSince ?? (() => null);
    this.name = name ?? nameIn(model, tensor) ?? nameOf(tensor) ?? `the tensor ${showShape(tensor.shape)}`;
    this.title = this.name.replace(/^the /, "The ");
    this.edge = takesGradients(tensor.dtype) ? edgeOf(tensor) : null;
    this.grad = peekGrad(tensor);
  }

  /** Whether the loss depends on the tensor along recorded ops. */
  get isReached(): boolean {
    return this.edge !== null && this.towards.size > 0;
  }

  /** The nodes on the ways between the tensor and the loss, both ends included. */
  get towards(): ReadonlySet<Node> {
    this.#towards ??= this.edge === null || this.flow === null ? new Set() : this.flow.towards(this.edge);
    return this.#towards;
  }

  /** The gradient that the walk from the loss forms at the tensor; `null` where it is not known or none is formed. */
  get formed(): Tensor | null {
    if (this.#formed === undefined)
      this.#formed =
        this.edge === null || this.flow === null || !this.isReached ? null : this.flow.gradientAt(this.edge);
    return this.#formed;
  }

  /** The gradient that is explained: that of the walk, else `grad`. */
  get gradient(): Tensor | null {
    return this.formed ?? this.grad;
  }

  /** Numbers of the gradient; `null` without one. */
  get numbers(): Numbers | null {
    return this.formedNumbers ?? this.gradNumbers;
  }

  /** Numbers of the gradient that the walk forms; `null` without one. */
  get formedNumbers(): Numbers | null {
    // the contribution of an op, whose numbers passages have too, where the tensor is used once
    return this.formed === null ? null : (this.flow?.numbers(this.formed) ?? null);
  }

  /** Numbers of `grad`; `null` without one. */
  get gradNumbers(): Numbers | null {
    if (this.#gradNumbers === undefined) this.#gradNumbers = this.grad === null ? null : numbersOf(this.grad);
    return this.#gradNumbers;
  }

  /** Numbers of the elements of the tensor itself. */
  get tensorNumbers(): Numbers {
    this.#tensorNumbers ??= this.flow?.numbers(this.tensor) ?? numbersOf(this.tensor);
    return this.#tensorNumbers;
  }

  /** The relation of `grad` to the gradient that the last walk formed. */
  get relation(): Relation {
    this.#relation ??= this.#findRelation();
    return this.#relation;
  }

  #findRelation(): Relation {
    const { grad, formed, formedNumbers, flow } = this;
    const isKnown = flow?.ran === true && flow.source === "watched" && this.wasReachedByLastWalk;
    if (grad === null || formed === null || formedNumbers === null || !isKnown) return { kind: "unknown" };
    return relationBetween([grad, () => this.gradNumbers ?? numbersOf(grad)], [formed, formedNumbers]);
  }

  /** The passages of cotangents towards the tensor, from the loss on. */
  get passages(): readonly Passage[] {
    this.#passages ??= this.edge === null || this.flow === null ? [] : this.flow.passages(this.edge);
    return this.#passages;
  }

  /** The symptom of the gradient by its elements alone; `null` for one that is finite and not 0 throughout. */
  get state(): Exclude<Symptom, "tiny" | "huge" | "not learning"> | null {
    const { numbers } = this;
    if (numbers === null || this.grad === null) {
      // before backward, and after it was cleared, the gradient that the walk forms is explained
      if (this.formed === null || numbers === null || this.flow?.ran === true) return "null";
    }
    if (!isFiniteThroughout(numbers)) return "not finite";
    return isZero(numbers) ? "zero" : null;
  }

  /** The share of elements of the gradient that are 0. */
  get zeroShare(): number {
    const { numbers } = this;
    return numbers === null || numbers.count === 0 ? 0 : numbers.zeros / numbers.count;
  }

  /** Returns the places from the tensor to a node, each with a note. */
  placesTo(end: Node, noteOf?: (node: Node) => string): Place[] {
    return this.edge === null ? [] : placesOf(pathBetween(this.edge.node, end, this.towards), noteOf);
  }

  /** Whether a loss is known, and off the tape. */
  get isLossConstant(): boolean {
    return this.loss !== null && this.flow === null;
  }

  /** The cuts of a loss that is off the tape; `null` for none. */
  get lossCut(): Cut | null {
    return this.isLossConstant ? (this.loss?.cut ?? null) : null;
  }

  /** Whether the tensor is a result that was computed after the loss from a leaf of its shape, and took its place. */
  get isOverwritten(): boolean {
    const { edge, flow, tensor } = this;
    const loss = flow?.loss.node.seq ?? lastWalk()?.root ?? null;
    if (edge === null || loss === null || this.isLeaf || this.isReached || edge.node.seq < loss) return false;
    return [...reachable([edge.node])].some(
      (n) => n instanceof AccumulateGrad && sameShape(n.variable.shape, tensor.shape),
    );
  }

  /** Whether the last backward walk accumulated in the tensor. */
  get wasReachedByLastWalk(): boolean {
    const node = this.edge?.node;
    return node instanceof AccumulateGrad && node.lastAccumulation === (lastWalk()?.number ?? null);
  }

  /** Whether the tensor is a leaf. */
  get isLeaf(): boolean {
    return this.edge === null || this.edge.node instanceof AccumulateGrad;
  }
}

/** Returns the name of a parameter in a module; `null` if it is none of them. */
export function nameIn(model: NamedParameters | null, t: Tensor): string | null {
  for (const [name, parameter] of model?.namedParameters() ?? []) if (parameter === t) return name;
  return null;
}

/** Returns a piece of evidence. */
export const fact = (name: string, value: string): Evidence => ({ name, value });
