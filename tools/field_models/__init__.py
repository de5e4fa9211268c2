"""Small networks of the kinds that people export to ONNX, with drawn weights, and what accelsim makes of them beside ONNX Runtime.

A module of the package has a table `MODELS`: name, a function that makes a torch module, and its inputs.
`python3 -m tools.field_models` exports, quantises, runs and compares them.
"""
