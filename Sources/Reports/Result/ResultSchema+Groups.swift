extension ResultSchema {
    /// What `groups` of a result is.
    static let groups = """
        {
              "type": "object",
              "description": "groups of steps and untils, by their names",
              "additionalProperties": {
                "type": "object",
                "required": ["number", "kind", "flow", "begun", "completed", "failed", "given_up"],
                "properties": {
                  "number": {"$ref": "#/$defs/count"},
                  "kind": {"enum": ["group", "until"]},
                  "flow": {"type": "string"},
                  "load": {"type": "string", "description": "of several loads"},
                  "begun": {"$ref": "#/$defs/count"},
                  "completed": {"$ref": "#/$defs/count", "description": "that came to their end"},
                  "failed": {"$ref": "#/$defs/count", "description": "those of them that failed"},
                  "given_up": {"$ref": "#/$defs/count"},
                  "time_ms": {"$ref": "#/$defs/latency"},
                  "distribution": {"$ref": "#/$defs/histogram"},
                  "rounds": {
                    "type": "object",
                    "description": "that untils needed whose condition came to hold",
                    "required": ["min", "mean", "p50", "p95", "max"],
                    "properties": {
                      "min": {"type": "number", "minimum": 1},
                      "mean": {"type": "number", "minimum": 1},
                      "p50": {"type": "number", "minimum": 1},
                      "p95": {"type": "number", "minimum": 1},
                      "max": {"type": "number", "minimum": 1}
                    }
                  }
                }
              }
            }
        """
}
