"""Compares what `accelsim import` makes of the ESPCN models in the package qonnx with that package's own execution.

    pip install onnx==1.18.0 qonnx==1.0.0 onnxruntime
    python3 tools/qonnx_models.py --accelsim .build/release/accelsim

The package ships an input and no output. Its execution sums products of numbers, f32, in the order of ONNX Runtime's kernel; a graph
sums codes exactly. For every pixel that differs this prints the exact sum of codes, the output it stands for (by fractions, in steps of
the output), both outputs, and what the package gives for other places with the same sum; then, how often ONNX Runtime differs
from itself with graph optimisations, which choose another kernel.
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
from fractions import Fraction

import numpy
import onnx
import onnxruntime
import qonnx
from onnx import helper, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes

FOLDER = pathlib.Path(qonnx.__file__).parent / "data/onnx/bsd300x3-espcn"


class LastProduct:
    """The last convolution of a model and the quantiser behind it, as the package computes them."""

    def __init__(self, model, values):
        quantisers = {node.output[0]: node for node in model.graph.node if node.op_type == "Quant"}
        self.node = [node for node in model.graph.node if node.op_type == "Conv"][-1]
        source = self.node.input[0]
        producers = {node.output[0]: node for node in model.graph.node}
        while source not in quantisers:
            source = producers[source].input[0]
        scale = lambda name: values[quantisers[name].input[1]].reshape(-1)
        self.scale_x, self.scale_w = scale(source)[0], scale(self.node.input[1])
        self.scale_y = scale(model.graph.output[0].name)[0]
        self.x, self.w, self.sums = (values[name] for name in (self.node.input[0], self.node.input[1], self.node.output[0]))
        self.bias = values[self.node.input[2]] if len(self.node.input) > 2 else numpy.zeros(len(self.w), numpy.float32)
        self.codes = self.exact_sums()

    def exact_sums(self):
        x = numpy.rint(self.x / self.scale_x).astype(numpy.int64)
        w = numpy.rint(self.w / self.scale_w.reshape(-1, 1, 1, 1)).astype(numpy.int64)
        (height, width), side = x.shape[2:], w.shape[2]
        padded = numpy.pad(x, ((0, 0), (0, 0), (side // 2, side // 2), (side // 2, side // 2)))
        return sum(
            numpy.einsum("bchw,oc->bohw", padded[:, :, u:u + height, v:v + width], w[:, :, u, v])
            for u in range(side) for v in range(side))

    def place(self, pixel, shape):
        """Where the pixel comes from: channels became blocks of places (CRD) when the output is larger."""
        batch, channel, row, column = (int(index) for index in pixel)
        side = shape[2] // self.sums.shape[2]
        return batch, (channel * side + row % side) * side + column % side, row // side, column // side

    def level(self, place):
        scale = self.scale_w[place[1] % len(self.scale_w)]
        number = int(self.codes[place]) * Fraction(float(self.scale_x)) * Fraction(float(scale)) + Fraction(float(self.bias[place[1]]))
        return float(number / Fraction(float(self.scale_y)))

    def levels(self, sums):
        return numpy.clip(numpy.rint(sums / self.scale_y), 0, 255)

    def other_kernel(self):
        """Outputs that differ when ONNX Runtime computes the convolution with its graph optimisations."""
        tensors = [numpy_helper.from_array(self.w, "w"), numpy_helper.from_array(self.bias, "b")]
        node = helper.make_node("Conv", ["x", "w", "b"], ["y"], pads=[self.w.shape[2] // 2] * 4)
        graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("x", 1, self.x.shape)],
                                  [helper.make_tensor_value_info("y", 1, None)], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        sums = session.run(None, {"x": self.x})[0]
        return int((self.levels(numpy.maximum(sums, 0)) != self.levels(numpy.maximum(self.sums, 0))).sum())


def compare(tool, name, image, folder):
    path = FOLDER / name / "quant_model.onnx"
    model = ModelWrapper(str(path)).transform(InferShapes())
    source = next(info.name for info in model.graph.input if model.get_initializer(info.name) is None)
    values = execute_onnx(model, {source: image}, return_full_exec_context=True)
    numpy.save(folder / "image.npy", image)
    subprocess.run([tool, "golden", str(path), "--input", f"{source}={folder}/image.npy", "--outputs", str(folder)],
                   check=True, stdout=subprocess.DEVNULL)
    output = model.graph.output[0].name
    ours, theirs = numpy.load(folder / f"{output}.npy"), values[output]
    last = LastProduct(model, values)
    pixels = numpy.argwhere(ours != theirs)
    print(f"{name}: {len(pixels)} of {theirs.size} outputs differ; ONNX Runtime's two kernels differ in {last.other_kernel()}")
    for pixel in pixels:
        place = last.place(pixel, theirs.shape)
        same = (last.codes[place[0], place[1]] == last.codes[place]).nonzero()
        given = collections.Counter(last.levels(last.sums[place[0], place[1]][same]).astype(int).tolist())
        number = lambda outputs: round(float(outputs[tuple(pixel)] / last.scale_y))
        print(f"  {tuple(pixel.tolist())}: sum {last.codes[place]} is {last.level(place):.6f} steps; graph {number(ours)}, package {number(theirs)};"
              f" package where the channel has this sum: {dict(given)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    arguments = parser.parse_args()
    image = numpy_helper.to_array(onnx.TensorProto.FromString((FOLDER / "test_data/input_0.pb").read_bytes()))
    for name in ("subpixel", "nn_resize"):
        with tempfile.TemporaryDirectory() as folder:
            compare(arguments.accelsim, name, image, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
