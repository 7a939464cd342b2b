/**
 * Leaves of a submission that both processes have: its parameters, and the judge's copies of them. Each side sends what it has changed with its next message, so that an
 * optimizer of a test trains a module of a submission, and gradients of a submission's backward pass are there in the judge.
 */

type Engine = typeof import("tapelab");
type AnyTensor = import("tapelab").Tensor;

/** A leaf, as it was when both sides agreed. */
interface Agreed {
  readonly tensor: AnyTensor;
  version: number;
  grad: AnyTensor | null;
  gradVersion: number;
}

/** The most leaves that are kept alike; others are copies. */
const maxLeaves = 4000;

/** The leaves of one side, by numbers that the sandbox gives. */
export class Leaves {
  readonly #engine: Engine;
  readonly #known = new Map<number, Agreed>();
  readonly #numbers = new WeakMap<AnyTensor, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Returns the number of a leaf; `undefined` for other tensors. */
  numberOf(t: AnyTensor): number | undefined {
    return this.#numbers.get(t);
  }

  /** Returns a leaf by its number; `undefined` if there is none. */
  at(number: number): AnyTensor | undefined {
    return this.#known.get(number)?.tensor;
  }

  /** Adds a leaf, whose elements the other side is being sent, and returns its number; `undefined` if there are too many. */
  add(tensor: AnyTensor, number: number = this.#known.size + 1): number | undefined {
    if (this.#known.size >= maxLeaves) return undefined;
    this.#numbers.set(tensor, number);
    this.#known.set(number, { tensor, version: -1, grad: null, gradVersion: -1 });
    this.#agree(number);
    return number;
  }

  #agree(number: number): void {
    const known = this.#known.get(number);
    if (known === undefined) return;
    known.version = known.tensor.version;
    known.grad = known.tensor.grad;
    known.gradVersion = known.grad?.version ?? -1;
  }

  /** Takes over elements and gradient that the other side has sent. */
  update(number: number, from: AnyTensor): void {
    const mine = this.at(number);
    if (mine === undefined || mine.shape.join() !== from.shape.join()) return;
    this.#engine.noGrad(() => mine.copy_(from.detach()));
    mine.grad = from.grad;
    this.#agree(number);
  }

  /** Returns the leaves that this side has changed since both agreed. */
  takeChanged(): AnyTensor[] {
    const changed: AnyTensor[] = [];
    for (const [number, { tensor, version, grad, gradVersion }] of this.#known) {
      if (tensor.version === version && tensor.grad === grad && (grad?.version ?? -1) === gradVersion) continue;
      changed.push(tensor);
      this.#agree(number);
    }
    return changed;
  }
}
