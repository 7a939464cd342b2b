/** Reads kinds from the notation of the signatures, such as `number | number[] | { dim?: number } | null`. */
import { arrayOf, having, iterableOf, optionsOf, recordOf, union } from "./compound-kinds.ts";
import { type Field, instanceKind, type Kind, kindOf, simpleKinds } from "./kinds.ts";

/** A parser of the notation, which reads one token after another. */
export class KindReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/"[^"]*"|\.\.\.|\[\]|[\w$.]+|\S/g) ?? [];
  }

  /** Whether all tokens have been read. */
  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Reads the next token if it is `token`, and returns whether it was. */
  take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  /** Reads the next token. */
  next(): string {
    return this.#tokens[this.#at++];
  }

  /** Reads a kind, with all alternatives of a union. */
  kind(): Kind {
    const kinds = [this.#alternative()];
    while (this.take("|")) kinds.push(this.#alternative());
    return union(kinds);
  }

  #alternative(): Kind {
    let kind = this.#primary();
    while (this.take("[]")) kind = arrayOf(kind);
    return kind;
  }

  #primary(): Kind {
    if (this.take("(")) {
      const inner = this.kind();
      this.take(")");
      return inner;
    }
    if (this.take("{")) return this.#options();
    const token = this.next();
    if (token.startsWith('"')) return kindOf(token, { literals: [token.slice(1, -1)] });
    if (token === "record" && this.take("<")) {
      const element = this.kind();
      this.take(">");
      return recordOf(element);
    }
    if (token === "iterable" && this.take("<")) {
      const element = this.kind();
      this.take(">");
      return iterableOf(element);
    }
    if (token === "has" && this.take("<")) {
      const names: string[] = [];
      while (!this.take(">")) if (!this.take(",")) names.push(this.next());
      return having(names);
    }
    return simpleKinds.get(token) ?? instanceKind(token);
  }

  #options(): Kind {
    const fields = new Map<string, Field>();
    while (!this.take("}")) {
      const name = this.next();
      const optional = this.take("?");
      this.take(":");
      fields.set(name, { kind: this.kind(), optional });
      this.take(";");
    }
    return optionsOf(fields);
  }
}
