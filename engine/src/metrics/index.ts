/** Measures of fit. */
export { type Average, accuracy, confusionMatrix, f1, precision, recall, type ScoreOptions } from "./classification.ts";
export { meanSquaredError } from "./regression.ts";
