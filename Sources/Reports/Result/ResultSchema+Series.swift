extension ResultSchema {
    /// What `series` of a result is.
    static let series = """
        {
              "type": "object",
              "required": ["width_seconds", "slices"],
              "properties": {
                "width_seconds": {"type": "integer", "minimum": 1},
                "slices": {
                  "type": "array",
                  "maxItems": 512,
                  "items": {
                    "type": "object",
                    "required": ["start", "seconds", "started", "iterations", "completed", "bad", "dropped", "users",
                      "bytes_received", "bytes_sent", "outcomes"],
                    "properties": {
                      "start": {"$ref": "#/$defs/count"},
                      "seconds": {"type": "integer", "minimum": 1},
                      "started": {"$ref": "#/$defs/count"},
                      "iterations": {"$ref": "#/$defs/count"},
                      "given_up": {"$ref": "#/$defs/count"},
                      "completed": {"$ref": "#/$defs/count"},
                      "bad": {"$ref": "#/$defs/count"},
                      "dropped": {"$ref": "#/$defs/count"},
                      "users": {"$ref": "#/$defs/count"},
                      "bytes_received": {"$ref": "#/$defs/count"},
                      "bytes_sent": {"$ref": "#/$defs/count"},
                      "outcomes": {"$ref": "#/$defs/outcomes"},
                      "p50_ms": {"type": "number", "minimum": 0},
                      "p95_ms": {"type": "number", "minimum": 0},
                      "p99_ms": {"type": "number", "minimum": 0},
                      "max_ms": {"type": "number", "minimum": 0},
                      "latencies_us": {"type": "string", "pattern": "^[0-9]+ [0-9]+( [0-9]+ [0-9]+)*$",
                        "description": "response times to two digits: pairs of microseconds and count"},
                      "changes": {"type": "array", "items": {"type": "string"}, "description": "of loads, by hand"},
                      "loads": {
                        "type": "object",
                        "description": "several loads, by their names",
                        "additionalProperties": {
                          "type": "object",
                          "required": ["started", "completed", "bad", "dropped", "users"],
                          "properties": {
                            "started": {"$ref": "#/$defs/count"},
                            "completed": {"$ref": "#/$defs/count"},
                            "bad": {"$ref": "#/$defs/count"},
                            "dropped": {"$ref": "#/$defs/count"},
                            "users": {"$ref": "#/$defs/count"},
                            "p50_ms": {"type": "number", "minimum": 0},
                            "p95_ms": {"type": "number", "minimum": 0},
                            "p99_ms": {"type": "number", "minimum": 0}
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
        """
}
