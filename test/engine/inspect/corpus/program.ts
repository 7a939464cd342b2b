/** Programs of the corpus: trainings as people write them, each broken in one place, with a repaired twin. */
import { type DiagnoseOptions, type DiagnosisModel, Generator, type Tensor, tensor } from "tapelab";

/** A training that `diagnose` is given. */
export interface Training extends DiagnoseOptions {
  readonly model: DiagnosisModel;
}

/** A broken training and its repaired twin. */
export interface Program {
  readonly name: string;
  /** Causes of which one has to be named first. */
  readonly causes: readonly string[];
  readonly build: (broken: boolean) => Training;
}

/** A training without faults. */
export interface SoundProgram {
  readonly name: string;
  readonly build: () => Training;
}

/** Returns points in `classes` clouds of `features` dimensions, and the labels of the clouds. */
export function clouds(n: number, features: number, classes: number, seed = 1): [x: Tensor, y: Tensor] {
  const g = new Generator(seed);
  const centres = Array.from({ length: classes }, () => Array.from({ length: features }, () => 1.5 * g.normal()));
  const labels = Array.from({ length: n }, (_, i) => i % classes);
  const x = labels.map((c) => centres[c].map((m) => m + 0.6 * g.normal()));
  return [tensor(x), tensor(labels, { dtype: "int64" })];
}

/** Returns inputs and a smooth function of them with a little noise, as [n, features] and [n, 1]. */
export function curve(n: number, features: number, seed = 2): [x: Tensor, y: Tensor] {
  const g = new Generator(seed);
  const x = Array.from({ length: n }, () => Array.from({ length: features }, () => g.normal()));
  const y = x.map((r) => [Math.sin(r[0]) + 0.5 * r[features - 1] + 0.05 * g.normal()]);
  return [tensor(x), tensor(y)];
}

/** Returns images [n, 1, size, size] with a bright bar, and whether it lies across (1) or stands (0). */
export function bars(n: number, size = 8, seed = 3): [x: Tensor, y: Tensor] {
  const g = new Generator(seed);
  const labels = Array.from({ length: n }, (_, i) => i % 2);
  const images = labels.map((label) => {
    const at = g.integer(0, size);
    return [
      Array.from({ length: size }, (_r, r) =>
        Array.from({ length: size }, (_c, c) => 0.15 * g.normal() + ((label === 1 ? r : c) === at ? 1.5 : 0)),
      ),
    ];
  });
  return [tensor(images), tensor(labels, { dtype: "int64" })];
}

/** Returns sequences [n, steps, 1] of noise, and whether their sum is positive. */
export function sequences(n: number, steps: number, seed = 4): [x: Tensor, y: Tensor] {
  const g = new Generator(seed);
  const x = Array.from({ length: n }, (_, i) => {
    const shift = i % 2 === 0 ? -0.7 : 0.7;
    return Array.from({ length: steps }, () => [shift + 0.8 * g.normal()]);
  });
  return [
    tensor(x),
    tensor(
      x.map((_, i) => i % 2),
      { dtype: "int64" },
    ),
  ];
}

/** Returns token sequences [n, steps] in which each token decides the next one, and the next tokens. */
export function tokens(n: number, steps: number, vocabulary: number, seed = 5): [x: Tensor, y: Tensor] {
  const g = new Generator(seed);
  const next = g.permutation(vocabulary);
  const rows = Array.from({ length: n }, () => {
    const row = [g.integer(0, vocabulary)];
    while (row.length <= steps) row.push(g.uniform() < 0.9 ? next[row[row.length - 1]] : g.integer(0, vocabulary));
    return row;
  });
  const int = { dtype: "int64" } as const;
  return [
    tensor(
      rows.map((r) => r.slice(0, steps)),
      int,
    ),
    tensor(
      rows.map((r) => r.slice(1)),
      int,
    ),
  ];
}
