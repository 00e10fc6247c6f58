extension ResultSchema {
    /// The processes that shared a load.
    static let fleet = """
        {
              "type": "object",
              "description": "the processes that shared the load",
              "required": ["segments", "skew_ms", "allowed_skew_ms", "workers"],
              "properties": {
                "segments": {"type": "integer", "minimum": 1},
                "missing": {"type": "array", "items": {"$ref": "#/$defs/count"}, "description": "segments of which nothing is known"},
                "skew_ms": {"type": "number", "minimum": 0, "description": "between the first and the last start"},
                "allowed_skew_ms": {"type": "number", "minimum": 0},
                "notes": {"type": "array", "items": {"type": "string"}},
                "workers": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["segment", "folder", "started_after_ms", "seconds", "exchanges", "bad", "dropped"],
                    "properties": {
                      "segment": {"$ref": "#/$defs/count"},
                      "folder": {"type": "string"},
                      "host": {"type": "string"},
                      "started_after_ms": {"type": "number", "minimum": 0},
                      "clock_offset_ms": {"type": "number", "description": "the shared folder's clock before its machine's"},
                      "clock_error_ms": {"type": "number", "minimum": 0},
                      "ending": {"enum": ["completed", "interrupted", "aborted"], "description": "absent: it did not come to an end"},
                      "seconds": {"$ref": "#/$defs/count", "description": "of its log"},
                      "exchanges": {"$ref": "#/$defs/count"},
                      "bad": {"$ref": "#/$defs/count"},
                      "dropped": {"$ref": "#/$defs/count"},
                      "start_lag_p99_ms": {"type": "number", "minimum": 0},
                      "generator_delay_p99_ms": {"type": "number", "minimum": 0},
                      "saturation": {"type": "number", "minimum": 0, "description": "of its busiest reactor"}
                    }
                  }
                }
              }
            }
        """
}
