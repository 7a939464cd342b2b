/** Running the function of a loss for an explanation, with every node watched. */
import { callSite, currentSite, withSites } from "../../tape/graph/call-site.ts";
import { listenDuring } from "../../tape/graph/listener.ts";
import { enableGrad } from "../../tape/graph/mode.ts";
import { runUserCode } from "../../tape/graph/user-code.ts";
import { keepsTensors, watchedTensors } from "../../tape/graph/watched.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Runs the function, whose nodes keep their tensors and call sites. @throws ArgumentError if it returns no tensor. */
export function runWatched(loss: () => Tensor): Tensor {
  const result = listenDuring(
    {
      opRecorded(node, inputs, outputs): void {
        if (keepsTensors(node.watched)) return;
        const watched = watchedTensors(currentSite() ?? callSite(), inputs, outputs);
        watched.saved = node.savedTensors();
        node.watched = watched;
      },
    },
    () => runUserCode([], () => enableGrad(() => withSites(loss))),
  );
  if (!(result instanceof Tensor)) throw new ArgumentError("explain", "the function of the loss must return a tensor");
  return result;
}
