extension ResultSchema {
    /// What `drill` of a result is.
    static let drill = """
        {
              "type": "object",
              "description": "times in seconds from the beginning of the load",
              "required": ["outages", "faults", "roles", "good", "bad"],
              "properties": {
                "inconclusive": {"type": "array", "items": {"type": "string"}},
                "notes": {"type": "array", "items": {"type": "string"}},
                "t0_seconds": {"type": "number"},
                "outage_seconds": {"type": "number"},
                "detection_seconds": {"type": "number"},
                "rto_first_seconds": {"type": "number"},
                "rto_seconds": {"type": "number"},
                "failback_seconds": {"type": "number"},
                "resolution_seconds": {"type": "number"},
                "outage_resolution_seconds": {"type": "number", "description": "how far off the figure of that name may be"},
                "detection_resolution_seconds": {"type": "number"},
                "rto_first_resolution_seconds": {"type": "number"},
                "rto_resolution_seconds": {"type": "number"},
                "failback_resolution_seconds": {"type": "number"},
                "hypothesis": {
                  "type": "array",
                  "description": "the steady state: the objectives on the load, phase by phase",
                  "items": {
                    "type": "object",
                    "required": ["phase", "from", "to", "holds", "objectives"],
                    "properties": {
                      "phase": {"enum": ["before", "recovered", "after"]},
                      "from": {"type": "number"}, "to": {"type": "number"},
                      "holds": {"type": "boolean"}, "because": {"type": "string"},
                      "objectives": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "required": ["objective", "verdict"],
                          "properties": {
                            "objective": {"type": "string"}, "verdict": {"$ref": "#/$defs/verdict"},
                            "observed": {"type": "number"},
                            "unit": {"enum": ["ms", "s", "ratio", "per_second", "count", "number"]}
                          }
                        }
                      }
                    }
                  }
                },
                "fresh_outage_seconds": {"type": "number"},
                "pooled_outage_seconds": {"type": "number"},
                "budget": {"type": "number"},
                "rpo_seconds": {"type": "number"},
                "healed_early_seconds": {"type": "number"},
                "writes": {"$ref": "#/$defs/count"},
                "acknowledged": {"$ref": "#/$defs/count"},
                "lost_writes": {"$ref": "#/$defs/count"},
                "split_brain_loss": {"$ref": "#/$defs/count"},
                "recovered": {"$ref": "#/$defs/count"},
                "duplicates": {"$ref": "#/$defs/count"},
                "indeterminate": {"$ref": "#/$defs/count"},
                "stale_reads": {"$ref": "#/$defs/count"},
                "unexpected": {"$ref": "#/$defs/count", "description": "there, though never sent or refused for certain"},
                "refused": {"$ref": "#/$defs/count"},
                "undecided": {"$ref": "#/$defs/count"},
                "healed_because": {"type": "string"},
                "lost": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["id", "sent"],
                    "properties": {
                      "id": {"type": "string"}, "sent": {"type": "number"}, "acknowledged": {"type": "number"}
                    }
                  }
                },
                "unexpected_writes": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string"}, "refused": {"type": "number"}}
                  }
                },
                "outages": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["flow", "start", "failed"],
                    "properties": {
                      "flow": {"type": "string"}, "start": {"type": "number"}, "end": {"type": "number"},
                      "failed": {"$ref": "#/$defs/count"}
                    }
                  }
                },
                "faults": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["fault"],
                    "properties": {
                      "fault": {"type": "string"}, "applied": {"type": "number"}, "effective": {"type": "number"},
                      "evidence": {"type": "string"}, "problem": {"type": "string"}, "undone": {"type": "number"},
                      "undo": {"type": "string"}
                    }
                  }
                },
                "roles": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["probe", "time"],
                    "properties": {
                      "probe": {"type": "string"}, "time": {"type": "number"}, "before": {"type": "number"},
                      "after": {"type": "number"}
                    }
                  }
                },
                "good": {"type": "array", "items": {"$ref": "#/$defs/count"}},
                "bad": {"type": "array", "items": {"$ref": "#/$defs/count"}},
                "answered_by": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["name", "good"],
                    "properties": {
                      "name": {"type": "string"}, "last_after_t0_seconds": {"type": "number"},
                      "good": {"type": "array", "items": {"$ref": "#/$defs/count"}}
                    }
                  }
                },
                "addresses": {
                  "type": "array",
                  "description": "where requests went; absent where there was one address only",
                  "items": {
                    "type": "object",
                    "required": ["address", "sent", "failed"],
                    "properties": {
                      "address": {"type": "string"},
                      "sent": {"type": "array", "items": {"$ref": "#/$defs/count"}},
                      "failed": {"type": "array", "items": {"$ref": "#/$defs/count"}},
                      "last_after_t0_seconds": {"type": "number"},
                      "last_fresh_after_t0_seconds": {"type": "number"},
                      "last_pooled_after_t0_seconds": {"type": "number"}
                    }
                  }
                }
              }
            }
        """
}
