/** The exports of `metrics`: measures of the quality of predictions. */
export { confusionMatrix } from "./confusion.ts";
export { meanSquaredError } from "./regression.ts";
export { type Average, accuracy, f1, precision, recall, type ScoreOptions } from "./scores.ts";
