/** Words of a job that updates the parameters of a table of optimizer steps. */

export const elementsPerChunk = 1;
/** Address of the table, whose rows are laid out as in `optimizer-step`. */
export const table = 2;
