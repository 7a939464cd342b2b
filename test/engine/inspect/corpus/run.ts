/** Runs programs of the corpus and rates what `diagnose` says about them. */
import { type Diagnosis, diagnose, manualSeed } from "tapelab";
import type { Program, SoundProgram, Training } from "./program.ts";

/** The diagnosis of one program. */
export interface Outcome {
  readonly name: string;
  /** The cause of the first finding; `null` for none. */
  readonly first: string | null;
  /** Whether the first finding names one of the causes. */
  readonly isNamed: boolean;
  /** Faults that name none of the causes. */
  readonly wrong: readonly string[];
  readonly report: string;
}

const seed = 11;

/** Diagnoses a training. An error of the program is a finding that names nothing. */
export function diagnosed(build: () => Training): Diagnosis | Error {
  manualSeed(seed);
  const { model, ...options } = build();
  try {
    return diagnose(model, options);
  } catch (error) {
    return error as Error;
  }
}

/** Diagnoses the broken training of a program. */
export function outcomeOf({ name, causes, build }: Program): Outcome {
  const diagnosis = diagnosed(() => build(true));
  if (diagnosis instanceof Error)
    return { name, first: null, isNamed: false, wrong: [], report: String(diagnosis.stack) };
  const [first] = diagnosis.findings;
  return {
    name,
    first: first?.cause ?? null,
    isNamed: first !== undefined && causes.includes(first.cause),
    wrong: diagnosis.findings.flatMap((f) => (f.kind === "fault" && !causes.includes(f.cause) ? [f.cause] : [])),
    report: diagnosis.toString(),
  };
}

/** Returns the alarms for a training without faults: faults and questions, or its error. */
export function alarmsOf({ build }: Pick<SoundProgram, "build">): string[] {
  const diagnosis = diagnosed(build);
  if (diagnosis instanceof Error) return [String(diagnosis.stack)];
  return diagnosis.findings.flatMap((f) =>
    f.kind === "fact"
      ? []
      : [`${f.kind} ${f.cause}: ${f.sentence} [${f.evidence.map((e) => `${e.name} ${e.value}`).join("; ")}]`],
  );
}
