/**
 * A TypeDoc plugin: constants that can be called are shown as functions, parameters that are destructured are called `options`, namespaces are described by the
 * first comment of their file, and a class shows only members of its own, since those of its base have a page already.
 */
import { Comment, Context, Converter, ReflectionKind } from "typedoc";

const destructured = "__namedParameters";

/** Returns the first comment of a namespace's file as a sentence, without the name in front of it. */
function fileComment(symbol) {
  const comment = symbol.declarations?.map((d) => /^\/\*\*\s*([^]*?)\s*\*\//.exec(d.text ?? "")?.[1]).find(Boolean);
  if (comment === undefined) return undefined;
  const text = comment.replace(/^\s*\* ?/gm, "").replace(/^(The exports of )?`\w+(\.\w+)*`: /, "");
  return new Comment([{ kind: "text", text: text.charAt(0).toUpperCase() + text.slice(1) }]);
}

/** Completes the comments that TypeDoc finds: namespaces get that of their file, constants with call signatures the tag `@function`. */
function completeComments() {
  const { getComment } = Context.prototype;
  Context.prototype.getComment = function (symbol, kind) {
    const comment = getComment.call(this, symbol, kind);
    if (kind === ReflectionKind.Namespace) return comment ?? fileComment(symbol);
    if (kind !== ReflectionKind.Variable || this.checker.getTypeOfSymbol(symbol).getCallSignatures().length === 0)
      return comment;
    const tagged = comment ?? new Comment();
    tagged.modifierTags.add("@function");
    return tagged;
  };
}

/** Removes from classes what they inherit from a class that has a page. */
function removeInherited({ project }) {
  for (const owner of project.getReflectionsByKind(ReflectionKind.Class))
    for (const member of Array.from(owner.children ?? []))
      if (member.inheritedFrom?.reflection !== undefined) project.removeReflection(member);
}

export function load(app) {
  completeComments();
  app.converter.on(Converter.EVENT_RESOLVE_END, removeInherited);
  app.converter.on(Converter.EVENT_CREATE_PARAMETER, (_context, parameter) => {
    if (parameter.name === destructured) parameter.name = "options";
  });
}
