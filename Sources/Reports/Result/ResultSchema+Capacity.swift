extension ResultSchema {
    /// What `capacity` of a result is.
    static let capacity = """
        {
              "type": "object",
              "description": "the highest rate at which every objective holds; rates are arrivals per second",
              "required": ["verdict", "hard_objectives", "limit", "generator_limited", "error", "resolution", "spacing", "seconds", "steps"],
              "properties": {
                "verdict": {"$ref": "#/$defs/verdict"},
                "hard_objectives": {"$ref": "#/$defs/count"},
                "rate": {"type": "number", "minimum": 0, "description": "at least this where there is no high; absent: no rate held"},
                "low": {"type": "number", "minimum": 0},
                "high": {"type": "number", "minimum": 0},
                "limited_by": {"type": "string", "description": "what is broken above it"},
                "limit": {"enum": ["target", "generator", "top", "time", "stopped", "lost", "unknown"]},
                "generator_limited": {"type": "boolean"},
                "generator_reason": {"type": "string"},
                "error": {"type": "number", "description": "the chance that one rate was decided wrongly"},
                "resolution": {"type": "number", "minimum": 0},
                "spacing": {"enum": ["even", "poisson"]},
                "seconds": {"type": "number", "minimum": 0},
                "steps": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["rate", "purpose", "verdict", "counts", "seconds", "throughput", "iterations", "errors",
                      "concurrency", "folder"],
                    "properties": {
                      "rate": {"type": "number", "minimum": 0},
                      "purpose": {"enum": ["bracket", "narrow", "confirm", "recovery", "overload", "descent"]},
                      "verdict": {"$ref": "#/$defs/verdict"},
                      "because": {"type": "string"},
                      "counts": {"type": "boolean", "description": "whether it says something of the capacity"},
                      "seconds": {"type": "number", "minimum": 0},
                      "throughput": {"type": "number", "minimum": 0, "description": "exchanges per second"},
                      "iterations": {"type": "number", "minimum": 0, "description": "per second"},
                      "errors": {"type": "number", "minimum": 0},
                      "concurrency": {"type": "number", "minimum": 0, "description": "exchanges under way, on average"},
                      "mean_ms": {"type": "number", "minimum": 0},
                      "p50_ms": {"type": "number", "minimum": 0},
                      "p95_ms": {"type": "number", "minimum": 0},
                      "p99_ms": {"type": "number", "minimum": 0},
                      "folder": {"type": "string", "description": "beside this file"}
                    }
                  }
                },
                "knee": {"type": "number", "minimum": 0},
                "usl": {
                  "type": "object",
                  "description": "the Universal Scalability Law",
                  "required": ["lambda", "sigma", "kappa", "points", "fits"],
                  "properties": {
                    "lambda": {"type": "number"}, "sigma": {"type": "number", "minimum": 0},
                    "kappa": {"type": "number", "minimum": 0},
                    "peak_concurrency": {"type": "number"}, "peak_throughput": {"type": "number"},
                    "fits": {"type": "boolean"},
                    "points": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "required": ["concurrency", "throughput", "residual"],
                        "properties": {
                          "concurrency": {"type": "number"}, "throughput": {"type": "number"},
                          "residual": {"type": "number"}
                        }
                      }
                    }
                  }
                },
                "hysteresis": {
                  "type": "object",
                  "required": ["overload"],
                  "properties": {
                    "overload": {"type": "number"}, "held_at": {"type": "number"}, "broken_at": {"type": "number"}
                  }
                },
                "comparison": {
                  "type": "object",
                  "description": "with an earlier capacity",
                  "required": ["reference", "tolerance", "verdict", "reason"],
                  "properties": {
                    "reference": {"type": "string"},
                    "rate": {"type": "number"}, "low": {"type": "number"}, "high": {"type": "number"},
                    "tolerance": {"type": "number", "minimum": 0},
                    "verdict": {"enum": ["pass", "inconclusive", "regression"]},
                    "reason": {"type": "string"}
                  }
                },
                "notes": {"type": "array", "items": {"type": "string"}}
              }
            }
        """
}
