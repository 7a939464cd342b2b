/** The time that watching may take: a share of the time that the training takes, cut among its purposes. */

/** The purposes that time is spent on: measuring layers, recording steps, looking for causes in them, and drawing. */
export type Purpose = "measures" | "records" | "causes" | "display";

/** The part of the whole that each purpose may take, and the milliseconds that it may take before any step. */
const parts: Readonly<Record<Purpose, { readonly part: number; readonly grant: number }>> = {
  measures: { part: 0.35, grant: 5 },
  records: { part: 0.2, grant: 10 },
  causes: { part: 0.2, grant: 0 },
  display: { part: 0.25, grant: 10 },
};

/** The number of steps, and of pieces of work, over which their time is averaged. */
const [stepMemory, workMemory] = [30, 6];

/** The number of steps so far over the distance between measured ones, where the share of the time does not allow more. */
const spread = 12;

/** The time with which a piece of work counts at most: a longer one is the first run of code, a collection of garbage, or another process. */
const most = (usual: number): number => 4 * usual + 0.2;

/** The guess of the milliseconds that recording a step takes: each op notes its line, and each element of the parameters is copied twice. */
const recordCost = (elements: number, ops: number): number => 0.2 + 0.01 * ops + 1e-5 * elements;

/** The milliseconds that recording the first steps may take, and the share of such a step's time up to which they are recorded anyway. */
const [mostAtFirst, cheap] = [300, 0.1];

/** A recorded step of which it is not known yet how long it would have taken otherwise. */
interface EarlyStep {
  readonly ms: number;
  /** The milliseconds that were counted as spent. */
  readonly guess: number;
}

/** The average time of work, without outliers. */
class Usual {
  ms: number;

  constructor(guess: number) {
    this.ms = guess;
  }

  /** Adds a piece of work, and returns the time with which it counts. */
  add(ms: number): number {
    const counted = Math.min(ms, most(this.ms));
    this.ms += (counted - this.ms) / workMemory;
    return counted;
  }
}

/** Counts the time of a training, and what was spent on watching it. */
export class Budget {
  readonly #share: number;
  /** Milliseconds of the training, without what was spent. */
  #training = 0;
  /** Milliseconds that were spent. */
  readonly #spent: Record<Purpose, number> = { measures: 0, records: 0, causes: 0, display: 0 };
  /** Milliseconds of a step that is not recorded; `null` before one. */
  #step: number | null = null;
  readonly #elements: number;
  readonly #early: EarlyStep[] = [];
  #lastMeasured = -1;
  readonly #measure: Usual;
  readonly #record: Usual;
  /** The time of what is done in every step, and its sum over the steps. */
  readonly #hooks = new Usual(0);
  #hooksSpent = 0;

  /** Creates a budget of a share of the time, for parameters with so many elements. */
  constructor(share: number, elements: number) {
    this.#share = share;
    this.#elements = elements;
    this.#measure = new Usual(0.02 + 4e-6 * elements);
    this.#record = new Usual(recordCost(elements, 0));
  }

  /** Milliseconds that were spent in all. */
  get spent(): number {
    return Object.values(this.#spent).reduce((a, b) => a + b, this.#hooksSpent);
  }

  /** Milliseconds of the training, without what was spent. */
  get training(): number {
    return this.#training;
  }

  /** Steps a second that are not recorded; `null` before it is known. */
  get rate(): number | null {
    return this.#step === null || this.#step === 0 ? null : 1000 / this.#step;
  }

  /** Whether recording begins with the first step, before the time of a step is known. */
  get recordsAtFirst(): boolean {
    return this.#record.ms <= mostAtFirst;
  }

  /** Whether another one of the first steps may be recorded: within the grant, or as that takes little of the time of such a step. */
  get recordsNext(): boolean {
    const last = this.#early.at(-1);
    return this.affords("records") || (last !== undefined && last.guess <= cheap * last.ms);
  }

  /** Whether work may be done now: of some milliseconds, or else a measurement or record, by what they usually take. */
  affords(purpose: Purpose, ms: number = this.#usual(purpose)): boolean {
    return parts[purpose].grant + this.#left(purpose) >= ms;
  }

  /** Returns the milliseconds that are left for a purpose without its grant; negative where it was used. */
  #left(purpose: Purpose): number {
    const left = Math.max(this.#share * this.#training - this.#hooksSpent, 0);
    return parts[purpose].part * left - this.#spent[purpose];
  }

  /** Decides whether a step is measured. What goes beyond the share of the time is spread: the distance to the step that was measured last is a part of the number of steps so far. */
  measures(step: number): boolean {
    if (!this.affords("measures")) return false;
    const isWithinShare = this.#left("measures") >= this.#usual("measures");
    if (!isWithinShare && step - this.#lastMeasured < step / spread) return false;
    this.#lastMeasured = step;
    return true;
  }

  /** Notes the milliseconds of what is done at the end of every step, which is about half of what is done in every step. */
  noteHooks(ms: number): void {
    this.#hooks.add(2 * ms);
  }

  #usual(purpose: Purpose): number {
    return purpose === "measures" ? this.#measure.ms : purpose === "records" ? this.#record.ms : 0;
  }

  /** Counts work. */
  spend(purpose: Purpose, ms: number): void {
    this.#spent[purpose] += purpose === "measures" ? this.#measure.add(ms) : ms;
  }

  /** Counts a step of some milliseconds. Of a recorded one, whose number of ops is given, the time beyond that of a usual one was spent. */
  endStep(ms: number, recordedOps: number | null): void {
    this.#hooksSpent += this.#hooks.ms;
    if (recordedOps === null) return this.#endUsual(ms);
    if (this.#step === null) return this.#endEarly(ms, recordCost(this.#elements, recordedOps));
    const usual = Math.min(ms, this.#step);
    this.#training += usual;
    this.#spent.records += this.#record.add(ms - usual);
  }

  #endUsual(ms: number): void {
    if (this.#step === null) this.#countEarly(ms);
    // a pause, as between two cells, is no step
    const counted = this.#step === null ? ms : Math.min(ms, 10 * this.#step + 5);
    this.#training += counted;
    this.#step = this.#step === null ? ms : this.#step + (counted - this.#step) / stepMemory;
  }

  #endEarly(ms: number, cost: number): void {
    const guess = Math.min(ms, cost);
    this.#record.ms = cost;
    this.#early.push({ ms, guess });
    this.#spent.records += guess;
    this.#training += ms - guess;
  }

  /** Corrects what was counted of the early steps, now that the time of one that is not recorded is known. */
  #countEarly(usual: number): void {
    for (const { ms, guess } of this.#early.splice(0)) {
      const more = this.#record.add(Math.max(ms - usual, 0)) - guess;
      this.#spent.records += more;
      this.#training -= more;
    }
  }
}
