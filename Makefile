# make            builds the binary build/release/vitrina        make test     proves it: all tests, sanitizers, fuzzing
# make demo       shows it on a real shop's year of orders       make check    format, lint, layers, sizes
# make bench      measures; make bench-quality evaluates         make clean    removes build/
# make format     formats the sources                            make diagrams draws docs/diagrams/*.svg anew
# make test-faults kills and damages at length                   make fuzz     fuzzes for FUZZ_SECONDS a target (60)
# make jvm        builds what runs inside of JVMs, into build/jvm
# make cluster    starts Kafka, HDFS and YARN on this machine    make cluster-down  stops them; make cluster-clean also forgets them
# make bench-uplift lives through simulated shops, arm by arm (SHOPS, VISITORS)
# make test-cluster tries the cluster at length                  make bench-cluster measures it
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
export CTEST_OUTPUT_ON_FAILURE := 1

.PHONY: bench-quality bench-uplift build jvm install install-check install-cluster test check format bench demo test-faults fuzz diagrams clean \
  cluster cluster-down cluster-status cluster-clean cluster-archives test-cluster bench-cluster

install:
	@tools/install_packages.sh build
install-check:
	@tools/install_packages.sh build check cluster

install-cluster:
	@tools/install_packages.sh cluster

build: install
	@tools/build.sh release
	@[ ! -x build/release/vitrina ] || echo "Built build/release/vitrina."

jvm: install install-cluster
	@tools/build_jvm.sh

test: install-check
	@tools/test.sh

test-faults: build
	@VITRINA_FAULTS=full build/release/vitrina_system_test --gtest_filter='*Kill*:*Fault*'

fuzz: install-check
	@VITRINA_FUZZ_SECONDS=$(FUZZ_SECONDS) tools/build.sh asan fuzz_targets
	@ctest --test-dir build/asan --no-tests=error -L fuzz -j $(JOBS)

check: install-check
	@tools/check.sh

format: install-check
	@python3 tools/own_sources.py | xargs -r clang-format-22 -i

bench: build
	@tools/bench.sh

bench-quality: build
	@python3 tools/bench_quality.py

bench-uplift: build
	@tools/bench_uplift.sh

demo: build
	@tools/demo.sh

test-cluster: build install-cluster
	@ctest --test-dir build/release --no-tests=error -L cluster

bench-cluster: build install-cluster
	@ops/bench.sh

cluster: install-cluster
	@ops/cluster.sh up
cluster-down:
	@ops/cluster.sh down
cluster-status:
	@ops/cluster.sh status
cluster-clean:
	@ops/cluster.sh clean
cluster-archives: install-cluster
	@ops/archives.sh

diagrams:
	@tools/install_packages.sh diagrams
	@tools/draw_diagrams.sh

clean:
	@[ ! -d build/cluster ] || CLUSTER_DIR=build/cluster ops/cluster.sh down
	@rm -rf build
