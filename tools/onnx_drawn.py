"""Drawn tensors and models of them, for the tools that compare with ONNX Runtime."""

import numpy
from onnx import helper, numpy_helper

RANDOM = numpy.random.default_rng(5)


def drawn(*shape, scale=1.0):
    return (RANDOM.standard_normal(shape) * scale).astype(numpy.float32)


def model(name, nodes, inputs, outputs, constants, version=17):
    """A model and its inputs; outputs are f32."""
    infos = [helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape) for key, array in inputs.items()]
    results = [helper.make_tensor_value_info(key, 1, None) for key in outputs]
    tensors = [numpy_helper.from_array(array, key) for key, array in constants.items()]
    graph = helper.make_graph(nodes, name, infos, results, tensors)
    sets = [helper.make_opsetid("", version), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=sets, ir_version=8 if version < 20 else 11), inputs
