extension ResultSchema {
    /// What `steps` of a result is.
    static let steps = """
        {
              "type": "object",
              "additionalProperties": {
                "type": "object",
                "required": ["number", "flow", "transport", "count", "rate", "outcomes", "bytes"],
                "properties": {
                  "number": {"$ref": "#/$defs/count"},
                  "flow": {"type": "string"},
                  "load": {"type": "string", "description": "of several loads"},
                  "part_of": {"type": "string", "description": "the step of which it is a named entry; sums leave it out"},
                  "transport": {"type": "string"},
                  "count": {"$ref": "#/$defs/count"},
                  "rate": {"type": "number", "minimum": 0},
                  "outcomes": {"$ref": "#/$defs/outcomes"},
                  "stalled": {"type": "integer", "minimum": 0, "description": "touched by a stall of this process"},
                  "response_time_ms": {"$ref": "#/$defs/latency"},
                  "service_time_ms": {"$ref": "#/$defs/latency"},
                  "start_lag_ms": {"$ref": "#/$defs/latency"},
                  "first_byte_ms": {"$ref": "#/$defs/latency"},
                  "dns_ms": {"$ref": "#/$defs/latency"},
                  "connect_ms": {"$ref": "#/$defs/latency"},
                  "tls_ms": {"$ref": "#/$defs/latency"},
                  "calculation_time_ms": {"$ref": "#/$defs/latency"},
                  "round_trip_ms": {"$ref": "#/$defs/latency"},
                  "ping_ms": {"$ref": "#/$defs/latency"},
                  "fan_out_ms": {"$ref": "#/$defs/latency"},
                  "first_event_ms": {"$ref": "#/$defs/latency"},
                  "event_gap_ms": {"$ref": "#/$defs/latency"},
                  "events": {
                    "type": "object",
                    "required": ["streams", "total"],
                    "properties": {
                      "streams": {"$ref": "#/$defs/count"},
                      "total": {"$ref": "#/$defs/count"},
                      "min": {"$ref": "#/$defs/count"},
                      "mean": {"type": "number", "minimum": 0},
                      "max": {"$ref": "#/$defs/count"},
                      "silent": {"type": "integer", "minimum": 0, "description": "exchanges without an event"},
                      "cut_off": {"type": "integer", "minimum": 0, "description": "streams that the end of the run cut off"},
                      "stalled_gaps": {"type": "integer", "minimum": 0, "description": "touched by a stall of this process"},
                      "stalled_first_events": {"type": "integer", "minimum": 0, "description": "likewise"}
                    }
                  },
                  "distributions": {
                    "type": "object",
                    "description": "whole distributions by their measures' names",
                    "additionalProperties": {"$ref": "#/$defs/histogram"}
                  },
                  "bytes": {
                    "type": "object",
                    "required": ["received", "sent"],
                    "properties": {"received": {"$ref": "#/$defs/count"}, "sent": {"$ref": "#/$defs/count"}}
                  },
                  "never_ran": {"type": "string", "description": "why the measured load never came to it"},
                  "examples": {"type": "array", "items": {"type": "string"}},
                  "excerpts": {"type": "object", "additionalProperties": {"type": "string"}},
                  "wrong_answers": {
                    "type": "array",
                    "maxItems": 20,
                    "items": {
                      "type": "object",
                      "required": ["kind", "at", "input"],
                      "properties": {
                        "kind": {"enum": ["value", "not_deterministic"]},
                        "at": {"type": "number", "description": "seconds from the run's start"},
                        "input": {"type": "string", "description": "the request's body, else its target"},
                        "path": {"type": "string"},
                        "expected": {"type": "string"},
                        "observed": {"type": "string"}
                      }
                    }
                  },
                  "determinism": {
                    "type": "object",
                    "required": ["inputs", "repeated", "differing", "not_compared"],
                    "properties": {
                      "inputs": {"$ref": "#/$defs/count"},
                      "repeated": {"$ref": "#/$defs/count"},
                      "differing": {"$ref": "#/$defs/count"},
                      "not_compared": {"$ref": "#/$defs/count"}
                    }
                  }
                }
              }
            }
        """
}
