/** A variable that holds another tensor than the one that the loss was computed from. */
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { reachable } from "../../../tape/graph/reachable.ts";
import { sameShape } from "../../../tensor/shape.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords, placeOf } from "../gradient/place.ts";

export const overwritten: Cause<GradientCase> = defineCause({
  id: "overwritten",
  symptoms: ["null"],
  title: "Overwritten since",
  mechanism:
    "w = w.sub(g.mul(lr)) makes a new tensor, which is a result and no leaf. backward, and the optimizer, still know the old one.",
  remedy: "Change the leaf in place, off the tape: noGrad(() => w.sub_(g.mul(lr))); or use an optimizer.",
  find(c) {
    const { edge, tensor, title } = c;
    if (c.state !== "null" || edge === null || !c.isOverwritten) return [];
    const old = [...reachable([edge.node])].find(
      (n): n is AccumulateGrad => n instanceof AccumulateGrad && sameShape(n.variable.shape, tensor.shape),
    );
    return [
      {
        sentence: `${title} is not the tensor that the loss was computed from: it is the result of ${opWords(edge.node)}, which came later.`,
        path: [placeOf(edge.node)],
        evidence: [
          fact("gradFn", edge.node.name),
          ...(old === undefined
            ? []
            : [
                fact(
                  "the leaf before",
                  `[${old.variable.shape.join(", ")}], ${old.variable.grad === null ? "without" : "with"} a gradient`,
                ),
              ]),
        ],
      },
    ];
  },
});
