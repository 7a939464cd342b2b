/**
 * A TypeDoc plugin: constants that can be called are shown as functions, parameters that are destructured are called `options`, and a class shows the
 * members of its own: those of its base have a page already.
 */
import { Comment, Context, Converter, ReflectionKind } from "typedoc";

const destructured = "__namedParameters";

/** Gives constants with call signatures the tag `@function`, by which TypeDoc shows them as functions. */
function showAsFunctions() {
  const { getComment } = Context.prototype;
  Context.prototype.getComment = function (symbol, kind) {
    const comment = getComment.call(this, symbol, kind);
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
  showAsFunctions();
  app.converter.on(Converter.EVENT_RESOLVE_END, removeInherited);
  app.converter.on(Converter.EVENT_CREATE_PARAMETER, (_context, parameter) => {
    if (parameter.name === destructured) parameter.name = "options";
  });
}
