extension ResultSchema {
    /// What other parts refer to.
    static let definitions = """
        {
            "verdict": {"enum": ["pass", "fail", "inconclusive", "no_data", "invalid"]},
            "count": {"type": "integer", "minimum": 0},
            "outcomes": {
              "type": "object",
              "propertyNames": {
                "enum": ["ok", "http_4xx", "http_5xx", "rate_limited", "check_failed", "dns", "refused",
                  "connect_timeout", "tls", "reset", "closed_early", "response_timeout", "protocol",
                  "body_too_large", "ws_closed", "stream_ended", "not_sent", "until_unmet", "unfinished"]
              },
              "additionalProperties": {"$ref": "#/$defs/count"}
            },
            "histogram": {
              "type": "object",
              "required": ["counts", "min_ns", "max_ns", "sum_ns"],
              "properties": {
                "counts": {"type": "string", "pattern": "^([0-9]+ [0-9]+( [0-9]+ [0-9]+)*)?$",
                  "description": "pairs of the smallest latency of a place in microseconds and its count"},
                "min_ns": {"type": "integer", "minimum": 0},
                "max_ns": {"type": "integer", "minimum": 0},
                "sum_ns": {"type": "integer", "minimum": 0}
              }
            },
            "plot": {
              "type": "object",
              "required": ["name", "title", "x", "y", "lines"],
              "properties": {
                "name": {"type": "string"},
                "title": {"type": "string"},
                "x": {"type": "string", "description": "what stands along the axis, with its unit"},
                "y": {"type": "string"},
                "lines": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["name", "kind", "points"],
                    "properties": {
                      "name": {"type": "string"},
                      "kind": {"enum": ["line", "steps", "dots", "crosses"]},
                      "points": {
                        "type": "array",
                        "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
                      }
                    }
                  }
                }
              }
            },
            "comparison": {
              "type": "object",
              "required": ["verdict", "reference", "reference_runs", "candidate_runs", "paired", "alpha", "tolerance",
                "floor_ms", "steps"],
              "properties": {
                "verdict": {"enum": ["pass", "inconclusive", "regression"]},
                "reason": {"type": "string", "description": "why there is no verdict"},
                "notes": {"type": "array", "items": {"type": "string"}},
                "reference": {"type": "string", "description": "a baseline's file or a target"},
                "reference_runs": {"$ref": "#/$defs/count"},
                "candidate_runs": {"$ref": "#/$defs/count"},
                "paired": {"type": "boolean"},
                "alpha": {"type": "number", "minimum": 0},
                "tolerance": {"type": "number", "minimum": 0},
                "floor_ms": {"type": "number", "minimum": 0},
                "section": {"type": "string"},
                "criterion": {"type": "string", "description": "its row of the sign-off table"},
                "steps": {
                  "type": "object",
                  "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/compared"}}
                }
              }
            },
            "compared": {
              "type": "object",
              "required": ["name", "unit", "gates", "verdict", "reference", "candidate", "p"],
              "properties": {
                "name": {"enum": ["p50", "p95", "p99", "throughput", "error_ratio"]},
                "of": {"type": "string", "description": "the latency of a percentile"},
                "unit": {"enum": ["ms", "per_second", "ratio"]},
                "gates": {"type": "boolean"},
                "verdict": {"enum": ["pass", "inconclusive", "regression"]},
                "reason": {"type": "string"},
                "reference": {"type": "number", "minimum": 0},
                "candidate": {"type": "number", "minimum": 0},
                "reference_values": {"type": "array", "items": {"type": "number", "minimum": 0}},
                "candidate_values": {"type": "array", "items": {"type": "number", "minimum": 0}},
                "ratio": {"type": "number", "minimum": 0, "description": "above 1 is worse"},
                "low": {"type": "number", "minimum": 0},
                "high": {"type": "number", "minimum": 0},
                "p": {"type": "number", "minimum": 0},
                "adjusted_p": {"type": "number", "minimum": 0},
                "smallest_detectable": {"type": "number", "minimum": 0}
              }
            },
            "latency": {
              "type": "object",
              "description": "milliseconds with three decimals",
              "required": ["min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"],
              "properties": {
                "min": {"type": "number", "minimum": 0},
                "mean": {"type": "number", "minimum": 0},
                "p50": {"type": "number", "minimum": 0},
                "p90": {"type": "number", "minimum": 0},
                "p95": {"type": "number", "minimum": 0},
                "p99": {"type": "number", "minimum": 0},
                "p99.9": {"type": "number", "minimum": 0},
                "max": {"type": "number", "minimum": 0},
                "at_least": {"type": "array", "description": "figures that unfinished exchanges might have raised",
                  "items": {"enum": ["mean", "p50", "p90", "p95", "p99", "p99.9", "max"]}}
              }
            }
          }
        """
}
