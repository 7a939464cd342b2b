/** `check.exercise` and `check.progress`: the progress of a student, in this session alone. Nothing is stored or sent. */
import type { CheckData, ExerciseProgress, PartResult } from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { wordsOf } from "./plain.ts";

/** An exercise that has begun. */
interface Exercise {
  passed: number;
  failed: number;
  points: number;
  earned: number;
  hint: string | null;
}

const begun = (): Exercise => ({ passed: 0, failed: 0, points: 0, earned: 0, hint: null });

/** The exercises of a session, in the order in which they were begun. */
export class Progress {
  readonly #exercises = new Map<string, Exercise>();
  #current = "checks";

  /** Begins an exercise, anew if its cell runs again. */
  begin(name: unknown): void {
    if (typeof name !== "string" || name === "")
      throw new ArgumentError("check.exercise", `expected the name of an exercise, but got ${wordsOf(name)}`);
    this.#current = name;
    this.#exercises.set(name, begun());
  }

  get #open(): Exercise {
    const known = this.#exercises.get(this.#current);
    if (known !== undefined) return known;
    const made = begun();
    this.#exercises.set(this.#current, made);
    return made;
  }

  /** Notes a check that ran. */
  ran(failure: CheckData | null): void {
    const exercise = this.#open;
    if (failure === null) exercise.passed++;
    else {
      exercise.failed++;
      exercise.hint = failure.hints[0] ?? exercise.hint;
    }
  }

  /** Notes a part that ran. */
  part({ points, earned }: PartResult): void {
    const exercise = this.#open;
    exercise.points += points;
    exercise.earned += earned;
  }

  /** Returns the exercises so far. */
  list(): ExerciseProgress[] {
    return [...this.#exercises].map(([name, exercise]) => ({ name, ...exercise }));
  }
}
