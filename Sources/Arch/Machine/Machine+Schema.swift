extension Machine {
    /// JSON Schema of machine files: `schemas/machine-1.schema.json`.
    public static let schemaText = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "accelsim-machine-1",
          "title": "accelsim machine, version 1",
          "type": "object",
          "additionalProperties": false,
          "required": ["schema", "name", "clock_ps", "memory", "front_end", "scratchpads", "vector", "engines"],
          "properties": {
            "schema": { "const": "accelsim-machine-1" },
            "name": { "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" },
            "summary": { "type": "string", "default": "" },
            "clock_ps": { "description": "Picoseconds per core cycle", "type": "integer", "minimum": 1, "maximum": 1000000 },
            "memory": {
              "description": "DRAM interface, a stream of equal bursts",
              "type": "object",
              "additionalProperties": false,
              "required": ["standard", "burst_bytes", "burst_ps", "latency_ps", "capacity_bytes"],
              "properties": {
                "standard": { "description": "Name for reports", "type": "string", "minLength": 1 },
                "burst_bytes": { "description": "A power of two", "type": "integer", "minimum": 1, "maximum": 4096 },
                "burst_ps": { "description": "Between bursts at full rate", "type": "integer", "minimum": 1, "maximum": 1000000000 },
                "efficiency_percent": { "description": "Share of the full rate that requests get", "type": "integer", "minimum": 1, "maximum": 100, "default": 100 },
                "latency_ps": { "description": "From a burst's slot to its data", "type": "integer", "minimum": 1, "maximum": 1000000000 },
                "capacity_bytes": { "description": "A multiple of the burst", "type": "integer", "minimum": 1, "maximum": 1099511627776 }
              }
            },
            "shared_buffer": {
              "description": "On-chip level between DRAM and the scratchpads, for what is made and read on the chip",
              "type": "object",
              "additionalProperties": false,
              "required": ["bytes", "bytes_per_cycle", "latency_cycles"],
              "properties": {
                "bytes": { "type": "integer", "minimum": 64, "maximum": 4294967296, "multipleOf": 64 },
                "bytes_per_cycle": { "description": "A power of two: the width of one word", "type": "integer", "minimum": 1, "maximum": 4096 },
                "latency_cycles": { "description": "From a word's slot to its data", "type": "integer", "minimum": 1, "maximum": 100000 }
              }
            },
            "cores": { "description": "In lockstep, columns of products dealt over them", "type": "integer", "minimum": 1, "maximum": 64, "default": 1 },
            "front_end": {
              "type": "object",
              "additionalProperties": false,
              "required": ["fetch_instructions", "buffer_instructions", "queue_depth"],
              "properties": {
                "fetch_instructions": { "description": "Instructions of one fetch", "type": "integer", "minimum": 1, "maximum": 4096 },
                "buffer_instructions": { "description": "At least one fetch", "type": "integer", "minimum": 1, "maximum": 65536 },
                "queue_depth": { "description": "Entries of each unit's queue", "type": "integer", "minimum": 1, "maximum": 4096 }
              }
            },
            "scratchpads": {
              "description": "Multiples of 64 bytes, at most the 24 bits of a local address; weights and accumulators of all cores together, activations of each",
              "type": "object",
              "additionalProperties": false,
              "required": ["activations_bytes", "weights_bytes", "tables_bytes", "accumulators_bytes"],
              "properties": {
                "activations_bytes": { "type": "integer", "minimum": 64, "maximum": 16777216, "multipleOf": 64 },
                "weights_bytes": { "type": "integer", "minimum": 64, "maximum": 16777216, "multipleOf": 64 },
                "tables_bytes": { "description": "0 without lookup engines", "type": "integer", "minimum": 0, "maximum": 16777216, "multipleOf": 64 },
                "accumulators_bytes": { "type": "integer", "minimum": 64, "maximum": 16777216, "multipleOf": 64 }
              }
            },
            "vector": {
              "type": "object",
              "additionalProperties": false,
              "required": ["lanes", "simple_interval", "divide_interval", "elementary_interval", "tables_per_cycle", "pipeline_stages"],
              "properties": {
                "lanes": { "description": "Of all cores together, a power of two in each", "type": "integer", "minimum": 1, "maximum": 4096 },
                "simple_interval": { "description": "Cycles between lane groups: add, multiply, compare, convert", "type": "integer", "minimum": 1, "maximum": 1024 },
                "divide_interval": { "description": "Division, reciprocal, quantise", "type": "integer", "minimum": 1, "maximum": 1024 },
                "elementary_interval": { "description": "exp, log, rsqrt, erf, sin, cos, tanh, sigmoid", "type": "integer", "minimum": 1, "maximum": 1024 },
                "tables_per_cycle": { "description": "Half tables of four activations per cycle, exact entries", "type": "integer", "minimum": 1, "maximum": 4096 },
                "selections_per_builder": { "description": "Activations that the selectors of a table builder pick per cycle for the tables of N:M weights; 8 when left out", "type": "integer", "minimum": 1, "maximum": 4096 },
                "pipeline_stages": { "description": "Registers from the first read to the first write", "type": "integer", "minimum": 1, "maximum": 1024 }
              }
            },
            "engines": {
              "description": "The first takes the linears that it supports",
              "type": "array",
              "minItems": 1,
              "maxItems": 2,
              "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["kind"],
                "properties": {
                  "kind": { "description": "A name of the catalogue", "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" },
                  "parameters": {
                    "description": "What differs from the engine's defaults",
                    "type": "object",
                    "additionalProperties": { "type": ["integer", "string", "boolean"] }
                  }
                }
              }
            }
          }
        }

        """#
}
