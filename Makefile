SHELL := /bin/bash
.DEFAULT_GOAL := help

# What `make loadtest` runs, and what it passes on: make loadtest SCENARIO=my.yaml ARGS='--target http://127.0.0.1:9000'
SCENARIO ?= scenarios/signoff.yaml
ARGS ?=
# 1: `make loadtest` starts the real parts of scenarios/stack/stack and sends the load there.
STACK ?= 0
# Inputs for each target of `make fuzz`, and the seed that makes the same ones again.
COUNT ?= 1000000
SEED ?=
# `make signoff` takes from its command line: DRILLS, which drills (those that prove a row); LOAD=0, without the load; STACK=0, the
# load to the reference target; LIMIT, seconds of a run.

# How many processes `make fleet` deals the load to.
WORKERS ?= 2

# How many runs `make secrets` makes, each with secrets of its own.
RUNS ?= 20

# Where `make install` puts the program, its manual pages and completions; DESTDIR: a folder in front of it, for packages.
PREFIX ?= /usr/local
DESTDIR ?=

# Where `make dist` leaves its packages.
DIST ?= dist

# What `make baseline` records and `make gate` compares.
GATE ?= scenarios/baseline.yaml

.PHONY: help setup build install dist check test lint format docs sanitize loadtest fleet baseline gate capacity conformance hostile secrets fuzz asan \
	bench bench-curl \
	bench-pacing bench-scheduling bench-memory bench-proxy \
	accuracy instructions bench-transports stack stack-stop drill signoff clean

help: ## help: this list
	@sed -n 's/^[a-z-]*:.*## \([a-z-]*\): \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-17s %s\n", $$1, $$2}'

setup: ## setup: install the Debian packages that building and testing need
	@scripts/setup build
	@scripts/setup test

# Swift's libraries are linked in, so that the programs run where no toolchain is. Dynamic exclusivity checks cost some per
# cent of the CPU time of a request; debug builds, and so all tests and the sanitizers, keep them. (As a flag of the
# manifest it would keep other packages from depending on this one.)
RELEASE := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked

build: ## build: build loadgate and paintbox-target, optimised
	@scripts/setup build
	@swift build $(RELEASE) --product loadgate
	@swift build $(RELEASE) --product paintbox-target

install: build ## install: put programs, manual pages and completions under PREFIX (/usr/local unless told)
	@scripts/install .build/release $(DESTDIR)$(PREFIX)

dist: build ## dist: a tarball and a Debian package that need no Swift where they are installed, in DIST (dist/ unless told)
	@scripts/setup dist
	@scripts/dist .build release $(DIST)

check: ## check: build, lint and the quick tests, three to six minutes on a built tree
	@scripts/setup build
	@scripts/check

test: ## test: lint, validate the scenarios, run all tests, once more under the thread sanitizer where it matters
	@scripts/setup build
	@scripts/setup test
	@scripts/test

lint: ## lint: check the style, changing nothing
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## format: bring all files into style
	@swift format format --in-place --recursive --parallel Package.swift Sources Tests

docs: build ## docs: make docs/command.md from the help of the commands, docs/keys.md from the declarations of keys
	@scripts/command-page .build/release/loadgate > docs/command.md.new && mv docs/command.md.new docs/command.md
	@.build/release/loadgate schema scenario | scripts/key-page > docs/keys.md.new && mv docs/keys.md.new docs/keys.md

sanitize: ## sanitize: run the engine's tests under the thread sanitizer
	@scripts/sanitize

asan: ## asan: run the tests of all that reads a server's bytes under the address sanitizer
	@scripts/setup build
	@scripts/setup test
	@scripts/sanitize address

conformance: ## conformance: run the WebSocket client through the Autobahn test suite
	@scripts/setup build
	@scripts/conformance

hostile: ## hostile: runs against servers that mean harm, their time and memory bounded
	@scripts/setup build
	@swift build --build-tests -q
	@scripts/run-tests .build/hostile.log --skip-build --disable-xctest --no-parallel --filter 'EndToEndTests\.HostileServerTests'

secrets: ## secrets: runs against a server that echoes what it gets, in every coding; no file or output shows a secret (RUNS=, SEED=)
	@scripts/setup build
	@swift build --build-tests -q
	@LOADGATE_SECRETS_RUNS=$(RUNS) LOADGATE_SECRETS_SEED=$(or $(SEED),1) scripts/run-tests .build/secrets.log --skip-build \
		--disable-xctest --no-parallel --filter 'EndToEndTests\.SecretTests|ScenariosTests\.RedactionTests'

fuzz: ## fuzz: mutated inputs for all that reads a server's bytes, under the address sanitizer (COUNT=, SEED=)
	@scripts/setup build
	@scripts/fuzz $(COUNT) $(SEED)

loadtest: build ## loadtest: run the sign-off scenario and print its verdict (SCENARIO=, ARGS=, STACK=1: on real parts)
	@! grep -qs 'scenarios/stack/.*conf' $(SCENARIO) || scripts/setup stack
	@[ "$(STACK)" != 1 ] || scripts/setup parts
	@STACK=$(STACK) scripts/loadtest run $(SCENARIO) $(ARGS)

fleet: build ## fleet: the load of a scenario by several processes on this machine, and one verdict (SCENARIO=, WORKERS=, ARGS=)
	@WORKERS=$(WORKERS) scripts/fleet $(if $(filter scenarios/signoff.yaml,$(SCENARIO)),scenarios/baseline.yaml,$(SCENARIO)) $(ARGS)

baseline: build ## baseline: record ten runs as the baseline that `make gate` compares with (GATE=, ARGS=)
	@scripts/loadtest "baseline record" $(GATE) $(ARGS)

gate: build ## gate: run the scenario of the baseline five times and tell whether it got slower (GATE=, ARGS=)
	@scripts/loadtest gate $(GATE) $(ARGS)

capacity: build ## capacity: the highest rate at which every objective of a scenario holds (SCENARIO=, ARGS=)
	@scripts/loadtest capacity $(if $(filter scenarios/signoff.yaml,$(SCENARIO)),scenarios/capacity.yaml,$(SCENARIO)) $(ARGS)

stack: build ## stack: start PostgreSQL, PgBouncer, Redis, nginx and the Paintbox on loopback, and leave them running
	@scripts/setup parts
	@scenarios/stack/stack start

stack-stop: ## stack-stop: end what `make stack` started
	@scenarios/stack/stack stop

signoff: build ## signoff: the sign-off scenario on real parts, and the drills that prove the rest, in one table (DRILLS=, LOAD=0, STACK=0)
	@scripts/setup parts
	@scripts/setup drills
	@scripts/signoff

drill: build ## drill: break a real system on loopback and tell what it cost (NAME=, ARGS=; without NAME: which there are)
	@scripts/drill "$(NAME)" $(ARGS)

bench: build ## bench: cost, rate and memory beside wrk, ab, h2load, hey and libwebsockets, into docs/performance.md (ARGS=--rounds 8)
	@scripts/setup bench
	@scripts/bench $(ARGS)

accuracy: build ## accuracy: what is reported of servers with known times, beside their own log, into docs/accuracy.md (ARGS=--seconds 8)
	@scripts/setup bench
	@scripts/accuracy $(ARGS)

instructions: build ## instructions: instructions per request by callgrind, against scripts/instructions.json (ARGS=--record)
	@scripts/setup bench
	@scripts/instructions $(ARGS)

bench-curl: build ## bench-curl: CPU time per request of the libcurl transport against libcurl driven by C
	@scripts/setup bench
	@scripts/bench-curl

bench-pacing: build ## bench-pacing: achieved against intended rate, and start lag, from 10/s to 20,000/s
	@scripts/setup bench
	@scripts/bench-pacing

bench-scheduling: build ## bench-scheduling: real-time against normal scheduling of the threads that send
	@scripts/setup bench
	@scripts/bench-scheduling

bench-memory: build ## bench-memory: memory by number of requests and of connections
	@scripts/setup bench
	@scripts/bench-memory

bench-proxy: build ## bench-proxy: the fault proxy's latency and CPU time beside HAProxy's, and how exact its faults are
	@scripts/setup test
	@scripts/bench-proxy

bench-transports: build ## bench-transports: how the latencies of both transports agree, with delays of 0, 20 and 50 ms
	@scripts/setup bench
	@scripts/bench-transports

clean: ## clean: remove what was built and generated, reports/sample aside
	@rm -rf .build .build-sanitize .build-asan .build-fuzz dist
	@find reports -mindepth 1 -maxdepth 1 ! -name .gitkeep ! -name sample -exec rm -rf {} +
