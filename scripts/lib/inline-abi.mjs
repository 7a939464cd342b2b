/**
 * A transform of the AssemblyScript compiler. Inlines the constants of `engine/src/fast/abi`, as the decorator `@inline` would, which TypeScript refuses on a
 * constant. Otherwise they would be globals, on which the compiler does not specialize inlined functions.
 */
import { DecoratorFlags, ElementKind } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

export default class InlineAbi extends Transform {
  afterInitialize(program) {
    for (const element of program.elementsByName.values())
      if (element.kind === ElementKind.Global && element.internalName.includes("src/fast/abi/"))
        element.decoratorFlags |= DecoratorFlags.Inline;
  }
}
