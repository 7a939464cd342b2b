/** The alarms of a watched training: causes that were found, and the tapes of the steps that show them. */
import type { CauseFinding, TapeData, WatchAlarm } from "../../protocol/index.ts";
import { edgeOf } from "../../tape/graph/node.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { causeTitle } from "../causes/titles.ts";
import type { Subject } from "../diagnose/run/options.ts";
import type { Curves } from "./curves.ts";
import { encodeRoots, examine, findingsOfBroken } from "./examination.ts";
import type { Measured } from "./measure.ts";
import type { Sample } from "./sampler.ts";

/** Alarms, and tapes, that are kept. */
const maxAlarms = 12;
const maxTapes = 6;

/** Factor by which a loss lies above the least one so far, from which causes are looked for. */
const risen = 4;
/** The share of dead units, and the size of an update over that of the weights, from which they are. */
const [manyDead, largeUpdate] = [0.5, 0.3];

/** The findings in the steps that were examined, each cause once. */
export class Alarms {
  readonly #subject: Subject;
  readonly #list: WatchAlarm[] = [];
  readonly #tapes = new Map<number, TapeData>();
  readonly #seen = new Set<string>();
  /** Kinds of suspicion that have led to an examination: each does so once. */
  readonly #suspicions = new Set<string>();
  #isBroken = false;
  #failure: string | null = null;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** The alarms, in the order of their steps. */
  get list(): readonly WatchAlarm[] {
    return this.#list;
  }

  /** The steps whose tapes are kept. */
  get steps(): readonly number[] {
    return [...this.#tapes.keys()].sort((a, b) => a - b);
  }

  /** The message of an error that ended the search for causes; `null` for none. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Whether a step was not finite, which later ones follow from. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Returns the tape of a step; `null` where none is kept. */
  tape(step: number): TapeData | null {
    return this.#tapes.get(step) ?? null;
  }

  /** Whether the curves show for the first time what a fault may cause. */
  isSuspicious(curves: Curves, measured: readonly Measured[] | null): boolean {
    const { latest, least } = curves.loss;
    // every step comes here, most of them without measures of layers
    let isNew = false;
    if (latest !== null && !Number.isFinite(latest)) isNew = this.#suspect("not finite") || isNew;
    if (latest !== null && curves.steps > 5 && latest > least + (risen - 1) * Math.abs(least))
      isNew = this.#suspect("rising") || isNew;
    for (const { gradient, dead, update } of measured ?? []) {
      if (gradient === 0) isNew = this.#suspect("stopped") || isNew;
      if (gradient !== null && !Number.isFinite(gradient)) isNew = this.#suspect("gradient not finite") || isNew;
      if (dead !== null && dead >= manyDead) isNew = this.#suspect("dead") || isNew;
      if (update !== null && update > largeUpdate) isNew = this.#suspect("jump") || isNew;
    }
    return isNew;
  }

  /** Notes a suspicion; returns whether it is the first of its kind. */
  #suspect(kind: string): boolean {
    const isNew = !this.#suspicions.has(kind);
    this.#suspicions.add(kind);
    return isNew;
  }

  /** Examines steps that followed each other. */
  examine(samples: readonly Sample[]): void {
    this.#guard(() => {
      const { findings, at, isBroken, tape } = examine(this.#subject, samples);
      this.#isBroken ||= isBroken;
      this.#add(samples[at].number, findings, tape);
    });
  }

  /** Keeps the tape of the first loss that is not finite, before its backward releases the values, with the causes that it shows. */
  keepBroken(step: number, losses: readonly Tensor[]): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const loss = losses.find((t) => edgeOf(t) !== null);
    if (loss === undefined) return;
    this.#guard(() => this.#add(step, findingsOfBroken(this.#subject, loss), encodeRoots([loss])));
  }

  /** Looks for causes. An error of that is noted, and does not end the training. */
  #guard(look: () => void): void {
    if (this.#failure !== null) return;
    try {
      look();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }

  #add(step: number, findings: readonly CauseFinding[], tape: TapeData | null): void {
    let isNew = false;
    for (const finding of findings) {
      const key = `${finding.cause} ${finding.path.at(-1)?.scope ?? ""}`;
      if (this.#seen.has(key) || this.#list.length >= maxAlarms) continue;
      this.#seen.add(key);
      this.#list.push({ step, title: causeTitle(finding.cause), finding });
      isNew = true;
    }
    this.#list.sort((a, b) => a.step - b.step);
    if (isNew && tape !== null && this.#tapes.size < maxTapes) this.#tapes.set(step, tape);
  }
}
