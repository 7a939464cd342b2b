/** Writes JSON in pieces, so that a large value never is one string. */

/** Elements of a list in a piece. */
const elementsInPiece = 2000;

/** A list whose elements are made while they are written. */
export class LazyList {
  readonly items: Iterable<unknown>;

  constructor(items: Iterable<unknown>) {
    this.items = items;
  }
}

/** Yields the JSON of a value, the same text as that of `JSON.stringify`. */
export function* jsonChunks(value: unknown): Generator<string> {
  if (value instanceof LazyList) yield* listChunks(value.items);
  else if (Array.isArray(value) && value.length > elementsInPiece) yield* listChunks(value);
  else if (typeof value === "object" && value !== null && !Array.isArray(value)) yield* objectChunks(value);
  else yield JSON.stringify(value) ?? "null";
}

function* objectChunks(value: object): Generator<string> {
  let comma = "{";
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${comma}${JSON.stringify(key)}:`;
    yield* jsonChunks(field);
    comma = ",";
  }
  yield comma === "{" ? "{}" : "}";
}

function* listChunks(items: Iterable<unknown>): Generator<string> {
  let piece: string[] = [];
  let comma = "[";
  for (const item of items) {
    piece.push(JSON.stringify(item) ?? "null");
    if (piece.length < elementsInPiece) continue;
    yield comma + piece.join(",");
    comma = ",";
    piece = [];
  }
  if (piece.length > 0) yield comma + piece.join(",");
  yield comma === "[" && piece.length === 0 ? "[]" : "]";
}
