"""Runs the operator tests of the onnx package on what `accelsim import` makes of them.

    pip install onnx==1.22.0
    python3 tools/onnx_nodes.py --accelsim .build/release/accelsim

Each test is a model of one node (or of a function's nodes) with inputs and outputs. A model that is refused because parameters
are computed at run time is tried again with all inputs but the first, or but the tensors that carry data, as initialisers: a graph
knows shapes, bounds and scales beforehand. Results are compared as onnx does: relative 1e-3, absolute 1e-7 (codes exactly).

--document writes the shares and every test that is not passed, with its reason, as docs/onnx-nodes.md.
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import numpy_helper

# Operators that an import claims to know, with the domain of ONNX.
CLAIMED = """
Add Sub Mul Div Sum Relu Sigmoid Tanh HardSwish Swish Gelu Neg Abs Reciprocal LeakyRelu PRelu HardSigmoid Clip Conv Gemm MatMul
MaxPool AveragePool GlobalMaxPool GlobalAveragePool BatchNormalization Resize Upsample Softmax LayerNormalization
RMSNormalization ReduceMean ReduceMax Identity Dropout Reshape Flatten Squeeze Unsqueeze Transpose Concat Slice Split Gather Pad
Expand Shape Size Constant ConstantOfShape Range Cast QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul MatMulInteger ConvInteger
DynamicQuantizeLinear ConvTranspose RNN GRU LSTM Exp Elu Celu Selu Softsign Mish Pow Max Min Mean Where And Or Xor Not Mod ReduceSum
ReduceSumSquare ReduceL1 ReduceMin CumSum InstanceNormalization GroupNormalization MeanVarianceNormalization Tile Trilu Einsum DepthToSpace
SpaceToDepth GatherND Log Sqrt Erf Floor Ceil Round Sign LogSoftmax Softplus LRN ReduceL2 ReduceLogSum ReduceLogSumExp LpNormalization
Attention RotaryEmbedding Sin Cos ThresholdedRelu ArgMax ArgMin TopK Equal Greater GreaterOrEqual Less LessOrEqual IsNaN IsInf OneHot EyeLike
GatherElements ScatterND ScatterElements
""".split()

# Number types that a graph has no tensors of, and what only training does: no claim is made for them.
OTHER_TYPES = (
    onnx.TensorProto.FLOAT8E4M3FNUZ, onnx.TensorProto.FLOAT8E5M2FNUZ, onnx.TensorProto.FLOAT8E8M0, onnx.TensorProto.UINT32,
    onnx.TensorProto.UINT64, onnx.TensorProto.STRING)

# Why results differ where an import takes a model.
DIFFERENCES = {
    "test_cast_FLOAT_to_BFLOAT16": "the expected values are cut off, the definition rounds",
    "test_castlike_FLOAT_to_BFLOAT16_expanded": "the expected values are cut off, the definition rounds",
    "test_qlinearmatmul_2D_int8_float16": "the expected values wrap, the definition saturates",
    "test_qlinearmatmul_2D_int8_float32": "the expected values wrap, the definition saturates",
    "test_qlinearmatmul_3D_int8_float16": "the expected values wrap, the definition saturates",
    "test_qlinearmatmul_3D_int8_float32": "the expected values wrap, the definition saturates",
    "test_castlike_FLOAT16_to_FLOAT4E2M1_expanded": "the format has no code for no number, here it becomes 0",
    "test_castlike_FLOAT_to_FLOAT4E2M1_expanded": "the format has no code for no number, here it becomes 0",
    "test_cast_FLOAT16_to_FLOAT4E2M1": "the format has no code for no number, here it becomes 0",
    "test_cast_FLOAT_to_FLOAT4E2M1": "the format has no code for no number, here it becomes 0",
    "test_reduce_sum_empty_set_non_reduced_axis_zero": "a graph has no tensors without elements",
}


def is_claimed(model):
    """Whether its numbers are of types that a graph has, and it computes what a trained network does."""
    node = model.graph.node[0]
    for info in [*model.graph.input, *model.graph.output]:
        if not info.type.HasField("tensor_type") or info.type.tensor_type.elem_type in OTHER_TYPES:
            return False
    is_training = any(attribute.name == "training_mode" and attribute.i for attribute in node.attribute)
    return not is_training and not (node.op_type == "Dropout" and len(node.input) > 2)


def tests(folder):
    for path in sorted(folder.iterdir()):
        model = onnx.load(path / "model.onnx")
        operators = {node.op_type for node in model.graph.node}
        if len(model.graph.node) == 1 and operators <= set(CLAIMED):
            yield path, model


def tensors(path, kind, protos):
    found = {}
    for index, info in enumerate(protos):
        file = path / "test_data_set_0" / f"{kind}_{index}.pb"
        if info.type.HasField("tensor_type") and file.exists():
            found[info.name] = onnx.TensorProto.FromString(file.read_bytes())
            found[info.name].name = info.name
    return found


def with_initialisers(model, inputs, kept):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    # Masks, indices, means and deviations are outputs of training.
    if model.graph.node[0].op_type in ("Dropout", "LayerNormalization", "MaxPool", "BatchNormalization"):
        del copy.graph.output[1:]
    del copy.graph.input[:]
    for info in model.graph.input:
        if info.name in kept:
            copy.graph.input.append(info)
        elif info.name in inputs:
            copy.graph.initializer.append(inputs[info.name])
    return copy


def stored(array):
    if array.dtype in (numpy.float16, numpy.uint16):
        return array
    name = str(array.dtype)
    if name.startswith(("int2", "int4")):
        return array.astype(numpy.int8)
    if name.startswith(("uint2", "uint4")):
        return array.astype(numpy.uint8)
    # Codes of narrow floats.
    if name.startswith(("float4", "float8")):
        return array.view(numpy.uint8)
    if name == "bfloat16":
        return array.view(numpy.uint16)
    if array.dtype.kind == "f":
        return array.astype(numpy.float32)
    return array.astype(numpy.int32) if array.dtype in (numpy.int64, numpy.bool_, numpy.int32) else array


def attempt(tool, importer, model, inputs, expected, folder):
    """None when the outputs agree, else why not."""
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    graph = folder / "graph.json"
    made = subprocess.run(importer + [str(folder / "model.onnx"), "-o", str(graph)], capture_output=True, text=True)
    if made.returncode != 0:
        return "refused: " + (made.stdout + made.stderr).strip().splitlines()[0].split("model.onnx: ")[-1]
    command = [tool, "golden", str(graph), "--outputs", str(folder)]
    for info in model.graph.input:
        proto = inputs[info.name]
        numpy.save(folder / f"in{len(command)}.npy", stored(numpy_helper.to_array(proto)))
        command += ["--input", f"{info.name}={folder}/in{len(command)}.npy"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        return "not run: " + (run.stdout + run.stderr).strip().splitlines()[0]
    for name in [info.name for info in model.graph.output]:
        wanted = numpy_helper.to_array(expected[name])
        wanted = wanted.astype(numpy.float32) if str(wanted.dtype) == "bfloat16" else stored(wanted)
        got = numpy.load(folder / ("".join(c if c.isalnum() or c in "._-" else "_" for c in name) + ".npy"))
        if got.shape != wanted.shape and got.size == wanted.size and wanted.ndim == 0:
            got = got.reshape(wanted.shape)
        if got.shape != wanted.shape:
            return f"shape {got.shape} instead of {wanted.shape}"
        # Numbers that are known beforehand are f32.
        if expected[name].data_type == onnx.TensorProto.BFLOAT16 and got.dtype == numpy.uint16:
            got = (got.astype(numpy.uint32) << 16).view(numpy.float32)
        exact = wanted.dtype.kind != "f"
        close = (got == wanted) if exact else numpy.isclose(
            got.astype(numpy.float64), wanted.astype(numpy.float64), rtol=1e-3, atol=1e-7, equal_nan=True)
        if expected[name].data_type == onnx.TensorProto.FLOAT8E5M2:
            # Any code of no number is as good as another.
            close |= (got & 0x7F > 0x7C) & (wanted & 0x7F > 0x7C)
        if not close.all():
            return f"differs in {(~close).sum()} of {close.size}"
    return None


def run(tool, importer, path, model, folder):
    inputs = tensors(path, "input", model.graph.input)
    expected = tensors(path, "output", model.graph.output)
    if len(expected) != len(model.graph.output):
        return "outputs are no tensors"
    names = [info.name for info in model.graph.input]
    reason = "refused: no input"
    kinds = [names, names[:1]]
    if model.graph.node[0].op_type == "QLinearMatMul":
        kinds = [[names[0], names[3]]]
    for kept in kinds + [[]]:
        tried = attempt(tool, importer, with_initialisers(model, inputs, kept), inputs, expected, folder)
        if tried is None:
            return None
        if reason.startswith("refused: no input") or not tried.startswith("refused") or "at run time" in reason:
            reason = tried
        if tried.startswith("differs") or tried.startswith("shape"):
            return reason
    return reason


OTHERS = "Not claimed: other number types (FNUZ and E8M0 floats, uint32, uint64, texts, sequences), and training"


def document(counts, failures, others, version):
    passed, total = (sum(count[i] for count in counts.values()) for i in (0, 1))
    refused = [(name, reason) for name, reason in failures if reason.startswith("refused: ")]
    taken = total - len(refused)
    lines = [
        "# ONNX node tests", "",
        f"Written by `tools/onnx_nodes.py --document docs/onnx-nodes.md` from the tests of single nodes in the package `onnx` {version}.", "",
        f"Of {total} tests of operators that an import knows, with numbers of types that a graph has, {passed} compute what is expected"
        f" ({100 * passed / max(1, total):.1f} %). {len(refused)} are refused, each with its reason; of the {taken} that are taken"
        f" {100 * passed / max(1, taken):.1f} % agree.", "",
        "| operator | agree | tests |", "| --- | ---: | ---: |",
    ]
    lines += [f"| {operator} | {count[0]} | {count[1]} |" for operator, count in sorted(counts.items())]
    different = [one for one in failures if one not in refused]
    for title, rest in [("Refused", refused), ("Taken, and different", different), (OTHERS, others)]:
        lines += ["", f"## {title}", "", "| test | reason |", "| --- | --- |"]
        for name, reason in rest:
            text = DIFFERENCES.get(name, reason.removeprefix("refused: ").removeprefix("not supported: ")).split(" (1 node")[0]
            lines.append(f"| `{name.removeprefix('test_')}` | {text.replace('|', '/')} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    parser.add_argument("--filter", default="")
    parser.add_argument("--document", help="file to write, .md")
    arguments = parser.parse_args()
    importer = [arguments.accelsim, "import"]
    folder = pathlib.Path(onnx.__file__).parent / "backend/test/data/node"
    counts = collections.defaultdict(lambda: [0, 0])
    failures = []
    others = []
    with tempfile.TemporaryDirectory() as scratch:
        for index, (path, model) in enumerate(tests(folder)):
            if arguments.filter not in path.name:
                continue
            place = pathlib.Path(scratch) / str(index)
            place.mkdir()
            try:
                reason = run(arguments.accelsim, importer, path, model, place)
            except (OSError, ValueError, TypeError) as error:
                reason = f"test not understood: {error}"
            operator = model.graph.node[0].op_type
            if not is_claimed(model):
                if reason is not None:
                    others.append((path.name, reason))
                continue
            counts[operator][1] += 1
            if reason is None:
                counts[operator][0] += 1
            else:
                failures.append((path.name, reason))
    for operator, (passed, total) in sorted(counts.items()):
        print(f"{operator:24}{passed:4} of {total}")
    if arguments.document:
        pathlib.Path(arguments.document).write_text(document(counts, failures, others, onnx.__version__))
    passed, total = (sum(count[i] for count in counts.values()) for i in (0, 1))
    refused = sum(reason.startswith("refused: ") for _, reason in failures)
    print(f"{'all':24}{passed:4} of {total}, {100 * passed / max(1, total):.1f} %")
    claimed = total - refused
    print(f"of {claimed} that import takes {passed} agree, {100 * passed / max(1, claimed):.1f} %; it refuses the other {refused} and says why")
    print(f"{len(others)} of types that no claim is made for are not taken\n")
    for name, reason in failures:
        print(f"{name}: {reason[:160]}")


if __name__ == "__main__":
    sys.exit(main())
