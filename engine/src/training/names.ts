/** The names of an epoch's values. */

/** Returns the name of a value in validation: `valLoss` for `loss`. */
export const validationName = (name: string): string => `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Whether smaller values of a quantity are better: of losses, errors, deviances and costs. */
export const isLoss = (name: string): boolean => /loss|error|deviance|brier|perplexity/i.test(name);
