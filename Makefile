# Everything a person needs: `make run` and `make test`.
GO ?= go

.PHONY: run test demo play build torture soak bench deps clean

# The whole product on this machine, with a phone to text from.
run: deps
	@$(GO) build -o bin/shortfare ./cmd/shortfare
	@exec ./bin/shortfare local $(ARGS)

# All tests and linters; ends with a list of what was left out.
test: deps
	@.ci/test

# Plays the golden conversations as a story; fails if one differs.
demo: deps
	@$(GO) build -o bin/shortfare ./cmd/shortfare
	@./bin/shortfare demo testdata/scenario/*.txt

# The same conversations, played by smscsim in another process.
play: build
	@./bin/shortfare stage --carrier 127.0.0.1:2785 --control 127.0.0.1:8786 & stage=$$!; trap "kill $$stage" EXIT; \
	./bin/smscsim play --quiet --listen 127.0.0.1:2785 --world http://127.0.0.1:8786/control testdata/scenario

build: deps
	$(GO) build -o bin/ ./cmd/...

# The tortures in their long form; .ci/run has the short one.
torture: build
	SHORTFARE_KILLS=200 $(GO) test -count=1 -timeout 60m -run 'TestKill' ./cmd/shortfare/...
	SHORTFARE_HISTORIES=20000 $(GO) test -count=1 -timeout 60m ./cmd/shortfare/simulation
	SHORTFARE_DIFF=1000000 $(GO) test -count=1 -timeout 20m -run Differential ./smpp/pdu

# Five minutes of 500 texts a second with a carrier that fails; says how many were answered, which on a machine
# that does something else besides is fewer. Half a minute of it runs with all tests.
soak: build
	SHORTFARE_SOAK=5m $(GO) test -count=1 -timeout 30m -v -run TestSoak ./cmd/shortfare/torture

# Benchmarks of every part, the protocol's ceiling (our session against our SMSC in two processes,
# BenchmarkProtocolCeiling), and the whole way with the carrier in a second process.
bench: build
	$(GO) test -run '^$$' -bench . -benchmem ./smpp/... ./cmd/smscsim ./parser/... ./store/... ./booking/...
	@.ci/bench

# A C compiler for SQLite: installed, or named when it can't be.
deps:
	@.ci/deps

clean:
	rm -rf bin
