/** The values that the forward pass has computed, and the gradients that the backward pass has added up, after each step. */
import { type StepInput, type StepsData, type StepTensor, type Summary, summaryAt } from "../../protocol/index.ts";

/** The phases of the steps; at the start none has been taken. */
export type StepPhase = "start" | "forward" | "backward";

/** A step, by its position among all. */
export interface Moment {
  readonly phase: StepPhase;
  /** The row of the step; -1 at the start. */
  readonly row: number;
  /** Number of the step in its phase, from 1, and of all of its steps. */
  readonly nth: number;
  readonly of: number;
}

/**
 * The gradient of a row's output or of a leaf at a position. `"notYet"`: nothing has been added. `"part"`: contributions of some consumers have. `"whole"`: those of all.
 * `"none"`: the pass is over and led to none.
 */
export interface GradientNow {
  readonly state: "notYet" | "part" | "whole" | "none";
  readonly tensor: StepTensor | null;
  /** Statistics, which can be known where the numbers were left out. */
  readonly summary: Summary | null;
  readonly nth: number;
  readonly consumers: number;
}

interface Addition {
  /** Number of steps of the backward pass after which it is added. */
  readonly after: number;
  readonly input: StepInput;
}

const nothing = { tensor: null, summary: null, nth: 0, consumers: 0 } as const;

/** The steps of stored data, forwards and backwards. A position is a number of steps that have been taken: first those of the forward pass. */
export class Replay {
  readonly data: StepsData;
  /** The stored steps of each pass. */
  readonly forward: number;
  readonly backward: number;
  /** The contributions to each row's output and to each leaf, which has the negative number -1 minus its index. */
  readonly #added = new Map<number, Addition[]>();
  readonly #stepOf = new Map<number, number>();

  constructor(data: StepsData) {
    this.data = data;
    this.forward = data.tape.rows.op.length;
    this.backward = data.backward.length;
    data.backward.forEach((row, k) => {
      this.#stepOf.set(row, k + 1);
      data.details[row]?.inputs.forEach((input, i) => {
        if (input === null || (input.output ?? 0) > 0 || input.contribution === null) return;
        const source = data.tape.rows.inputs[row][i];
        this.#added.set(source, [...(this.#added.get(source) ?? []), { after: k + 1, input }]);
      });
    });
  }

  /** The number of steps. */
  get length(): number {
    return this.forward + this.backward;
  }

  /** Returns the step after which a position is. */
  at(position: number): Moment {
    const { skipped, totals, backward } = this.data;
    if (position <= 0) return { phase: "start", row: -1, nth: 0, of: totals.forward };
    if (position <= this.forward)
      return { phase: "forward", row: position - 1, nth: skipped.forward + position, of: totals.forward };
    const k = position - this.forward;
    return { phase: "backward", row: backward[k - 1] ?? -1, nth: skipped.backward + k, of: totals.backward };
  }

  /** Returns the position after a row's step of a phase; `null` if it has none. */
  positionOf(row: number, phase: StepPhase): number | null {
    if (phase !== "backward") return row + 1;
    const k = this.#stepOf.get(row);
    return k === undefined ? null : this.forward + k;
  }

  /** Whether the forward pass has computed a row at a position. */
  isComputed(row: number, position: number): boolean {
    return position > row;
  }

  /** Returns the gradient of a row's output, or of the leaf -1 minus its index, at a position. */
  gradientOf(target: number, position: number): GradientNow {
    const taken = position - this.forward;
    const own = target < 0 ? undefined : this.#stepOf.get(target);
    if (own !== undefined && taken >= own) return this.#upstream(target);
    const added = (this.#added.get(target) ?? []).filter(({ after }) => after <= taken);
    const last = added.at(-1)?.input;
    if (last !== undefined) {
      const tensor = last.sum ?? last.contribution;
      const state = last.nth < last.consumers ? "part" : "whole";
      return { state, tensor, summary: tensor?.summary ?? null, nth: last.nth, consumers: last.consumers };
    }
    const isOver = taken >= this.backward && this.data.pass === "complete";
    return { ...nothing, state: isOver && own === undefined ? "none" : "notYet" };
  }

  #upstream(row: number): GradientNow {
    const tensor = this.data.details[row]?.upstream ?? null;
    const { nth = 1, consumers = 1 } = this.#added.get(row)?.at(-1)?.input ?? {};
    return { state: "whole", tensor, summary: summaryAt(this.data.tape.rows.gradient, row), nth, consumers };
  }
}
