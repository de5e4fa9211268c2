"""Compares what `accelsim import` makes of small drawn models with ONNX Runtime on the same files.

    pip install onnx==1.18.0 onnxruntime
    python3 tools/onnx_runtime_models.py --accelsim .build/release/accelsim

Models of onnxruntime.quantization.quantize_dynamic (convolutions and matrices, weights of uint8 and int8, per tensor and per channel), recurrent
layers in all directions, image operators, operators of ONNX Runtime's optimiser, and attention in its forms. Prints the greatest difference of each and the greatest output.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import helper
from onnx_attention_models import attention_models
from onnx_drawn import drawn, model
from onnxruntime.quantization import QuantType, quantize_dynamic

def convolutional():
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "w1", "b1"], ["c1"], pads=[1] * 4), node("Relu", ["c1"], ["r1"]),
        node("Conv", ["r1", "w2"], ["c2"], strides=[2, 2], pads=[1, 0, 0, 1], group=2), node("Tanh", ["c2"], ["t2"]),
        node("Flatten", ["t2"], ["f"]), node("MatMul", ["f", "w3"], ["m"]), node("Add", ["m", "b3"], ["y"]),
    ]
    constants = {"w1": drawn(6, 3, 3, 3, scale=0.3), "b1": drawn(6), "w2": drawn(8, 3, 3, 3, scale=0.3),
                 "w3": drawn(128, 5, scale=0.2), "b3": drawn(5)}
    return model("convolutional", nodes, {"x": drawn(2, 3, 8, 8)}, ["y"], constants)


def recurrent(operation, direction, **attributes):
    parts = {"RNN": 1, "GRU": 3, "LSTM": 4}[operation]
    count, batch, size, hidden = (2 if direction == "bidirectional" else 1), 3, 4, 6
    constants = {"w": drawn(count, parts * hidden, size, scale=0.4), "r": drawn(count, parts * hidden, hidden, scale=0.4),
                 "b": drawn(count, 2 * parts * hidden, scale=0.4)}
    inputs, names, outputs = {"x": drawn(5, batch, size), "h": drawn(count, batch, hidden)}, ["x", "w", "r", "b", "", "h"], ["y", "last"]
    if operation == "LSTM":
        inputs["c"] = drawn(count, batch, hidden)
        constants["p"] = drawn(count, 3 * hidden, scale=0.4)
        names, outputs = names + ["c", "p"], outputs + ["memory"]
    node = helper.make_node(operation, names, outputs, hidden_size=hidden, direction=direction, **attributes)
    return model(f"{operation} {direction} {attributes or ''}".strip(), [node], inputs, outputs, constants, version=14)


def images():
    node = helper.make_node
    nodes = [
        node("ConvTranspose", ["x", "w", "b"], ["a"], strides=[2, 2], pads=[1, 0, 1, 2], output_padding=[1, 0], group=2),
        node("BatchNormalization", ["a", "g", "e", "m", "v"], ["n"]), node("InstanceNormalization", ["n", "g", "e"], ["i"]),
        node("Elu", ["i"], ["u"]), node("Resize", ["u", "", "scales"], ["z"], mode="linear", coordinate_transformation_mode="half_pixel"),
        node("Pad", ["z", "pads"], ["q"], mode="reflect"), node("ReduceSum", ["q", "axes"], ["y"]),
    ]
    constants = {"w": drawn(4, 3, 3, 2, scale=0.4), "v": numpy.abs(drawn(6)) + 0.5, "scales": numpy.float32([1, 1, 1.6, 0.7]),
                 "pads": numpy.int64([0, 0, 2, 1, 0, 0, 1, 3]), "axes": numpy.int64([2, 3])}
    constants |= {key: drawn(6, scale=0.4) for key in "bgem"}
    return model("images", nodes, {"x": drawn(2, 4, 5, 6)}, ["q", "y"], constants)


def fused():
    node = lambda *arguments, **attributes: helper.make_node(*arguments, domain="com.microsoft", **attributes)
    nodes = [
        node("SkipLayerNormalization", ["x", "s", "g", "e", "b"], ["a", "", "", "sum"], epsilon=1e-5), node("FastGelu", ["a", "b"], ["f"]),
        node("BiasGelu", ["f", "b"], ["k"]), node("QuickGelu", ["k"], ["q"], alpha=1.5),
        node("FusedMatMul", ["q", "x"], ["y"], alpha=0.25, transB=1),
        node("SkipSimplifiedLayerNormalization", ["q", "s", "g"], ["z"], epsilon=1e-5),
    ]
    return model("fused", nodes, {"x": drawn(2, 3, 8), "s": drawn(2, 3, 8)}, ["y", "z", "sum"], {key: drawn(8) for key in "geb"})


def compare(tool, name, path, inputs):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Optimised integer kernels saturate sums of pairs on some processors.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Each thread gives states of DynamicQuantizeLSTM a scale for its part of the batch.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    command = [tool, "golden", str(path), "--outputs", str(path.parent)]
    for key, array in inputs.items():
        numpy.save(path.parent / f"{key}.in.npy", array.astype(numpy.int32) if array.dtype.kind in "ib" else array)
        command += ["--input", f"{key}={path.parent}/{key}.in.npy"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    names = [info.name for info in session.get_outputs()]
    pairs = [(numpy.load(path.parent / f"{key}.npy"), array) for key, array in zip(names, session.run(None, inputs))]
    if any(ours.shape != theirs.shape for ours, theirs in pairs):
        raise SystemExit(f"{name}: shapes differ")
    difference = max(numpy.abs(ours - theirs).max() for ours, theirs in pairs)
    print(f"{name:50}{difference:10.2g} of {max(numpy.abs(theirs).max() for _, theirs in pairs):.2f}")


def models(folder):
    float_model, inputs = convolutional()
    onnx.save(float_model, folder / "float.onnx")
    for kind in (QuantType.QUInt8, QuantType.QInt8):
        for per_channel in (False, True):
            path = folder / f"{kind}{per_channel}.onnx"
            # Sums of pairs of uint8 and 8 bits of int8 saturate on processors without VNNI.
            quantize_dynamic(str(folder / "float.onnx"), str(path), op_types_to_quantize=["Conv", "MatMul"], weight_type=kind,
                             per_channel=per_channel, reduce_range=kind == QuantType.QInt8)
            yield f"quantize_dynamic {kind}{' per channel' if per_channel else ''}", path, inputs
    layers = [recurrent(operation, direction, **attributes)
              for direction in ("forward", "reverse", "bidirectional")
              for operation, attributes in [("RNN", {}), ("GRU", {}), ("GRU", {"linear_before_reset": 1}), ("LSTM", {})]]
    for index, (proto, inputs) in enumerate(layers + [images(), fused(), *attention_models()]):
        path = folder / f"{index}.onnx"
        onnx.save(proto, path)
        yield proto.graph.name, path, inputs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, path, inputs in models(pathlib.Path(folder)):
            compare(arguments.accelsim, name, path, inputs)


if __name__ == "__main__":
    sys.exit(main())
