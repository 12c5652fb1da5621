// The picture that belongs to the failure, then got and want.

const pictures = {
  window: windowPicture, lines: linesPicture, cone: conePicture, training: trainingPicture, kernels: kernelsPicture,
  statistics: statisticsPicture, parameters: parametersPicture, network: networkPicture, validation: validationPicture,
  saving: savingPicture, table: tablePicture, grids: gridsPicture, learning: learningPicture, strips: stripsPicture,
  batches: batchesPicture, counting: countingPicture, exposing: exposingPicture,
};
if (scene.picture) pictures[scene.picture.kind](scene.picture);
if (!scene.picture || !scene.picture.holdsSides) sides();
if (!main.children.length) main.append(make("p", {}, "There was no answer, so there is nothing to lay beside the right one."));
let lastWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== lastWidth) { lastWidth = innerWidth; redraw.forEach(show => show()); } });
