public import Scenarios

/// The JSON Schema of `result.json`, draft 2020-12: what `loadgate schema result` prints.
public enum ResultSchema {
    /// The schema, a line break at its end.
    ///
    /// Keys that it doesn't name are allowed, since later versions add some.
    public static var json: String { json(.builtIn) }

    /// The schema of results that may have verifications of these kinds.
    public static func json(_ kinds: VerificationKinds) -> String {
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "urn:loadgate:result:1",
          "title": "Result of a Loadgate run, version 1",
          "type": "object",
          "required": ["version", "name", "verdict", "partial", "ending", "started", "seconds", "wall_seconds", "target",
            "loadgate", "generator", "audit", "outcomes", "steps", "objectives", "series"],
          "properties": {
            "version": {"const": 1},
            "name": {"type": "string"},
            "description": {"type": "string"},
            "verdict": {"$ref": "#/$defs/verdict"},
            "partial": {"type": "boolean", "description": "the run ended before its load did"},
            "ending": {"enum": ["completed", "interrupted", "aborted"]},
            "aborted_by": {"type": "string", "description": "the objective that ended the run"},
            "rebuilt": {
              "type": "array",
              "description": "made from progress.jsonl, since the run left no result: what that means for it",
              "items": {"type": "string"}
            },
            "started": {"type": "string", "format": "date-time"},
            "seconds": {"type": "number", "minimum": 0, "description": "length of the measured load"},
            "wall_seconds": {"type": "number", "minimum": 0},
            "target": {"type": "string"},
            "loadgate": {"type": "string", "description": "version of Loadgate"},
            "scenario": {
              "type": "object",
              "properties": {
                "file": {"type": "string"},
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "text": {"type": "string", "description": "the file, secrets replaced"}
              }
            },
            "generator": {
              "type": "object",
              "required": ["reactors", "dropped", "started", "iterations", "unfinished", "warmup", "exhausted",
                "cpu_seconds", "peak_memory_bytes"],
              "properties": {
                "reactors": {"type": "integer", "minimum": 0, "description": "0: no load was sent"},
                "start_lag_ms": {"$ref": "#/$defs/latency"},
                "generator_delay_ms": {"$ref": "#/$defs/latency"},
                "dropped": {"$ref": "#/$defs/count"},
                "started": {"$ref": "#/$defs/count"},
                "iterations": {"$ref": "#/$defs/count", "description": "that came to their end"},
                "given_up": {"$ref": "#/$defs/count"},
                "unfinished": {"$ref": "#/$defs/count"},
                "warmup": {"$ref": "#/$defs/count"},
                "exhausted": {"$ref": "#/$defs/count"},
                "reconnects": {"$ref": "#/$defs/count"},
                "held_up_seconds": {"type": "number", "minimum": 0, "description": "the longest stall of this process"},
                "suspended_seconds": {"type": "number", "minimum": 0, "description": "the machine's longest suspension"},
                "intended_rate": {"type": "number", "minimum": 0},
                "achieved_rate": {"type": "number", "minimum": 0},
                "cpu_seconds": {"type": "number", "minimum": 0},
                "peak_memory_bytes": {"$ref": "#/$defs/count"},
                "saturation": {"type": "array", "items": {"type": "number", "minimum": 0}}
              }
            },
            "audit": {
              "type": "object",
              "required": ["verdict", "lag_limit_ms", "reasons"],
              "properties": {
                "verdict": {"enum": ["pass", "invalid"]},
                "lag_limit_ms": {"type": "number", "minimum": 0},
                "reasons": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["kind", "cause", "hint"],
                    "properties": {
                      "kind": {"enum": ["start_lag", "generator_delay", "dropped", "achieved_rate", "exhausted", "service", "stall"]},
                      "cause": {"type": "string"},
                      "hint": {"type": "string"}
                    }
                  }
                }
              }
            },
            "outcomes": {"$ref": "#/$defs/outcomes"},
            "steps": {
              "type": "object",
              "additionalProperties": {
                "type": "object",
                "required": ["number", "flow", "transport", "count", "rate", "outcomes", "bytes"],
                "properties": {
                  "number": {"$ref": "#/$defs/count"},
                  "flow": {"type": "string"},
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
            },
            "flows": {
              "type": "object",
              "additionalProperties": {
                "type": "object",
                "required": ["number", "iterations", "share"],
                "properties": {
                  "number": {"$ref": "#/$defs/count"},
                  "begun": {"$ref": "#/$defs/count"},
                  "given_up": {"$ref": "#/$defs/count"},
                  "given_up_by": {
                    "type": "object",
                    "propertyNames": {"enum": ["missing_value", "failed_login", "exhausted"]},
                    "additionalProperties": {"$ref": "#/$defs/count"}
                  },
                  "iterations": {"$ref": "#/$defs/count", "description": "that came to their end"},
                  "share": {"type": "number", "minimum": 0, "description": "of all flows' iterations"},
                  "iteration_time_ms": {"$ref": "#/$defs/latency"}
                }
              }
            },
            "objectives": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["objective", "verdict", "samples", "severity"],
                "properties": {
                  "objective": {"type": "string"},
                  "verdict": {"$ref": "#/$defs/verdict"},
                  "observed": {"type": "number"},
                  "at_least": {"type": "boolean", "description": "unfinished exchanges might have raised it"},
                  "bound": {"type": "number"},
                  "samples": {"$ref": "#/$defs/count"},
                  "unit": {"enum": ["ms", "ratio", "per_second", "count", "number"]},
                  "severity": {"enum": ["hard", "advisory"]},
                  "section": {"type": "string"},
                  "criterion": {"type": "string"},
                  "note": {"type": "string"}
                }
              }
            },
            "probes": {
              "type": "object",
              "additionalProperties": {
                "type": "object",
                "required": ["every_seconds", "samples", "failed", "skipped", "series"],
                "properties": {
                  "every_seconds": {"type": "number", "minimum": 0},
                  "samples": {"$ref": "#/$defs/count"},
                  "failed": {"$ref": "#/$defs/count"},
                  "skipped": {"$ref": "#/$defs/count"},
                  "held_up": {"$ref": "#/$defs/count", "description": "left out: this process did not run"},
                  "min": {"type": "number", "description": "of the measured load, as mean, max and rate"},
                  "mean": {"type": "number"},
                  "max": {"type": "number"},
                  "rate_per_second": {"type": "number", "minimum": 0},
                  "failures": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["message", "count"],
                      "properties": {"message": {"type": "string"}, "count": {"$ref": "#/$defs/count"}}
                    }
                  },
                  "series": {
                    "type": "array",
                    "maxItems": 4096,
                    "description": "seconds from the beginning of the load, smallest, mean, largest number",
                    "items": {"type": "array", "maxItems": 4, "items": {"type": "number"}}
                  }
                }
              }
            },
            "verifications": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["kind", "name", "verdict", "severity", "seconds", "exchanges", "findings"],
                "properties": {
                  "kind": {"enum": [\(kinds.names.map { "\"\($0)\"" }.joined(separator: ", "))]},
                  "name": {"type": "string"},
                  "verdict": {"$ref": "#/$defs/verdict"},
                  "severity": {"enum": ["hard", "advisory"]},
                  "section": {"type": "string"},
                  "criterion": {"type": "string"},
                  "seconds": {"type": "number", "minimum": 0},
                  "exchanges": {"$ref": "#/$defs/count"},
                  "figures": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["name", "value"],
                      "properties": {
                        "name": {"type": "string"},
                        "value": {"type": "number"},
                        "unit": {"enum": ["ms", "ratio", "per_second", "count"]}
                      }
                    }
                  },
                  "plots": {"type": "array", "items": {"$ref": "#/$defs/plot"}},
                  "findings": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["check", "verdict", "severity", "expected", "observed", "evidence"],
                      "properties": {
                        "check": {"type": "string"},
                        "verdict": {"$ref": "#/$defs/verdict"},
                        "severity": {"enum": ["hard", "advisory"]},
                        "expected": {"type": "string"},
                        "observed": {"type": "string"},
                        "evidence": {"type": "string"},
                        "exhibits": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["request", "answer", "sent_ms", "received_ms"],
                            "properties": {
                              "request": {"type": "string"},
                              "answer": {"type": "string"},
                              "sent_ms": {"type": "number", "description": "from the verification's beginning"},
                              "received_ms": {"type": "number"}
                            }
                          }
                        }
                      }
                    }
                  }
                }
              }
            },
            "stages": {
              "type": "array",
              "description": "the load as it was meant, from its first second",
              "items": {
                "type": "object",
                "required": ["kind", "start", "warmup"],
                "properties": {
                  "kind": {"enum": ["arrivals", "users", "iterations"]},
                  "start": {"type": "number", "minimum": 0},
                  "end": {"type": "number", "minimum": 0, "description": "absent: with its last iteration"},
                  "from": {"type": "number", "minimum": 0, "description": "arrivals per second, or users"},
                  "to": {"type": "number", "minimum": 0},
                  "warmup": {"type": "boolean"}
                }
              }
            },
            "comparison": {"$ref": "#/$defs/comparison"},
            "environment": {
              "type": "object",
              "required": ["cpu", "cores", "memory_gib", "kernel", "swift", "libcurl", "openssl", "loadgate", "build",
                "load_sha256", "target"],
              "properties": {
                "cpu": {"type": "string"},
                "cores": {"type": "integer", "minimum": 1},
                "memory_gib": {"$ref": "#/$defs/count"},
                "kernel": {"type": "string"},
                "swift": {"type": "string"},
                "libcurl": {"type": "string"},
                "openssl": {"type": "string"},
                "loadgate": {"type": "string"},
                "build": {"enum": ["debug", "release"]},
                "load_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$",
                  "description": "of what shapes the load: flows, stages, rows"},
                "target": {"enum": ["service", "loopback", "remote"]},
                "calibration": {
                  "type": "object",
                  "required": ["requests_per_second", "cpu_us_per_request"],
                  "properties": {
                    "requests_per_second": {"type": "array", "items": {"type": "number", "minimum": 0}},
                    "cpu_us_per_request": {"type": "array", "items": {"type": "number", "minimum": 0}}
                  }
                }
              }
            },
            "runs": {
              "type": "array",
              "description": "all runs of a gate, whose verdict is the worst of theirs and the comparison's",
              "items": {
                "type": "object",
                "required": ["folder", "role", "started", "verdict", "shown"],
                "properties": {
                  "folder": {"type": "string", "description": "beside this file"},
                  "role": {"enum": ["candidate", "reference"]},
                  "started": {"type": "string", "format": "date-time"},
                  "verdict": {"$ref": "#/$defs/verdict"},
                  "shown": {"type": "boolean"}
                }
              }
            },
            "series": {
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
                        "description": "response times to two digits: pairs of microseconds and count"}
                    }
                  }
                }
              }
            },
            "services": {"type": "array", "items": {"type": "string"}}
          },
          "$defs": {
            "verdict": {"enum": ["pass", "fail", "inconclusive", "no_data", "invalid"]},
            "count": {"type": "integer", "minimum": 0},
            "outcomes": {
              "type": "object",
              "propertyNames": {
                "enum": ["ok", "http_4xx", "http_5xx", "rate_limited", "check_failed", "dns", "refused",
                  "connect_timeout", "tls", "reset", "closed_early", "response_timeout", "protocol",
                  "body_too_large", "ws_closed", "not_sent", "unfinished"]
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
        }

        """
    }
}
