/** Measures of fit. */
export { accuracy, type Average, confusionMatrix, f1, precision, recall, type ScoreOptions } from "./classification.ts";
export { meanSquaredError } from "./regression.ts";
