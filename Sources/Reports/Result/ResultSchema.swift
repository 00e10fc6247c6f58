/// The JSON Schema of `result.json`, draft 2020-12: what `loadgate schema result` prints.
public enum ResultSchema {
    /// The schema, a line break at its end.
    ///
    /// Keys that it doesn't name are allowed, since later versions add some.
    ///
    /// - Parameter kinds: The names of the kinds of verification that a result may have.
    public static func json(verifications kinds: [String]) -> String {
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
                "saturation": {"type": "array", "items": {"type": "number", "minimum": 0}},
                "scheduling": {
                  "type": "object",
                  "description": "of the reactors' threads",
                  "required": ["asked", "used"],
                  "properties": {
                    "asked": {"enum": ["auto", "realtime", "normal"]},
                    "used": {"enum": ["realtime", "normal"]},
                    "reason": {"type": "string", "description": "why not real-time"},
                    "fell_back_seconds": {"type": "number", "minimum": 0, "description": "busy reactors on normal scheduling"}
                  }
                }
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
                      "kind": {"enum": ["start_lag", "generator_delay", "dropped", "achieved_rate", "exhausted", "service", "stall", "worker"]},
                      "cause": {"type": "string"},
                      "hint": {"type": "string"}
                    }
                  }
                }
              }
            },
            "outcomes": {"$ref": "#/$defs/outcomes"},
            "evidence": {
              "type": "object",
              "description": "exchanges that were kept whole, in the file named",
              "required": ["file", "failed", "left_out", "slow"],
              "properties": {
                "file": {"const": "failures.jsonl"},
                "failed": {"$ref": "#/$defs/count"},
                "left_out": {"$ref": "#/$defs/count", "description": "that failed and were only counted"},
                "slow": {"$ref": "#/$defs/count"},
                "traces": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["kind", "step", "outcome", "at_seconds", "id"],
                    "properties": {
                      "kind": {"enum": ["failed", "slow"]},
                      "step": {"type": "string"},
                      "outcome": {"type": "string"},
                      "at_seconds": {"type": "number"},
                      "id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                      "url": {"type": "string"}
                    }
                  }
                }
              }
            },
            "steps": \(steps),
            "flows": {
              "type": "object",
              "additionalProperties": {
                "type": "object",
                "required": ["number", "iterations", "share"],
                "properties": {
                  "number": {"$ref": "#/$defs/count"},
                  "load": {"type": "string", "description": "of several loads"},
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
            "groups": \(groups),
            "loads": {
              "type": "object",
              "description": "several loads, by their names",
              "additionalProperties": {
                "type": "object",
                "required": ["number", "start", "flows", "seconds", "started", "iterations", "given_up", "dropped",
                  "count", "rate", "outcomes"],
                "properties": {
                  "number": {"$ref": "#/$defs/count"},
                  "start": {"type": "number", "minimum": 0, "description": "of its first stage, from the run's start"},
                  "flows": {"type": "array", "items": {"type": "string"}},
                  "seconds": {"type": "number", "minimum": 0, "description": "length of its measured stages"},
                  "intended_rate": {"type": "number", "minimum": 0},
                  "achieved_rate": {"type": "number", "minimum": 0},
                  "started": {"$ref": "#/$defs/count"},
                  "iterations": {"$ref": "#/$defs/count", "description": "that came to their end"},
                  "given_up": {"$ref": "#/$defs/count"},
                  "dropped": {"$ref": "#/$defs/count"},
                  "count": {"$ref": "#/$defs/count", "description": "exchanges that came to their end"},
                  "rate": {"type": "number", "minimum": 0, "description": "per second of its measured time"},
                  "outcomes": {"$ref": "#/$defs/outcomes"},
                  "response_time_ms": {"$ref": "#/$defs/latency"},
                  "iteration_time_ms": {"$ref": "#/$defs/latency"}
                }
              }
            },
            "changes": {
              "type": "array",
              "description": "of loads, by hand, while they ran: the load was not the planned one",
              "items": {
                "type": "object",
                "required": ["at", "to"],
                "properties": {
                  "at": {"type": "number", "minimum": 0, "description": "seconds from the run's start"},
                  "load": {"type": "string", "description": "of several loads"},
                  "to": {"type": "string", "pattern": "^(pause|plan|[0-9.]+(%|/s))$"}
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
                  "unit": {"enum": ["ms", "s", "ratio", "per_second", "count", "number"]},
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
            "drill": \(drill),
            "capacity": \(capacity),
            "fleet": \(fleet),
            "verifications": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["kind", "name", "verdict", "severity", "seconds", "exchanges", "findings"],
                "properties": {
                  "kind": {"enum": [\(kinds.map { "\"\($0)\"" }.joined(separator: ", "))]},
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
                  "load": {"type": "string", "description": "of several loads"},
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
            "series": \(series),
            "names": {
              "type": "object",
              "description": "hosts that were looked up for the load, by their names",
              "additionalProperties": {
                "type": "object",
                "required": ["source", "lookups", "failures", "refused", "changed", "addresses"],
                "properties": {
                  "source": {"enum": ["dns", "hosts", "system"]},
                  "ttl_seconds": {"$ref": "#/$defs/count"},
                  "lookups": {"$ref": "#/$defs/count"},
                  "failures": {"type": "integer", "minimum": 0, "description": "the addresses from before stayed"},
                  "failure": {"type": "string", "description": "why the last of them failed"},
                  "refused": {"type": "integer", "minimum": 0, "description": "look-ups that led where no load may go"},
                  "left_out": {"type": "integer", "minimum": 0, "description": "addresses beyond those that are told apart"},
                  "changed": {"$ref": "#/$defs/count"},
                  "changes": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["at_seconds", "from", "to"],
                      "properties": {
                        "at_seconds": {"type": "number", "description": "from the beginning of the load"},
                        "from": {"type": "array", "items": {"type": "string"}},
                        "to": {"type": "array", "items": {"type": "string"}},
                        "refused": {"const": true}
                      }
                    }
                  },
                  "addresses": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["address"],
                      "properties": {
                        "address": {"type": "string"},
                        "exchanges": {"$ref": "#/$defs/count"},
                        "failed": {"$ref": "#/$defs/count"}
                      }
                    }
                  }
                }
              }
            },
            "services": {"type": "array", "items": {"type": "string"}},
            "push": {
              "type": "array",
              "description": "what came of pushing the run's figures, for each receiver",
              "items": {
                "type": "object",
                "required": ["to", "run_id", "sent", "dropped", "refused", "complete"],
                "properties": {
                  "to": {"type": "string", "description": "kind and URL, without user, password and query"},
                  "run_id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "as it stands with what was pushed"},
                  "sent": {"$ref": "#/$defs/count", "description": "messages that were taken, one a second"},
                  "dropped": {"$ref": "#/$defs/count", "description": "messages that were not delivered"},
                  "refused": {"$ref": "#/$defs/count", "description": "messages that the receiver refused"},
                  "rejected_points": {"$ref": "#/$defs/count", "description": "of messages that it took"},
                  "complete": {"type": "boolean", "description": "it took the totals and the verdict"},
                  "reason": {"type": "string", "description": "why something was not taken, at the latest time"}
                }
              }
            }
          },
          "$defs": \(definitions)
        }

        """
    }
}
