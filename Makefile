# Gantry's build. `make demo` and `make test` need nothing but a Debian 12 with Swift 6 and root.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

SWIFT ?= swift
PREFIX ?= /usr/local
OUT := out
# What debootstrap makes for the tests.
DEBIAN := $(CURDIR)/.build/debian-root.tar
BUILD := .build/release

# What building needs, and what the tests drive beside it. Package names are Debian 12's.
BUILD_PACKAGES := pkg-config protobuf-compiler protobuf-c-compiler libprotobuf-dev libprotoc-dev libprotobuf-c-dev \
	libarchive-dev libisal-dev libseccomp-dev libnftables-dev libsqlite3-dev libssl-dev \
	libcurl4-openssl-dev busybox-static
RUN_PACKAGES := procps iproute2
TEST_PACKAGES := nftables python3 strace tmux jq zstd xz-utils bzip2 containerd runc skopeo umoci buildah \
	docker-registry apache2-utils openssl debootstrap
BENCH_PACKAGES := $(TEST_PACKAGES) hyperfine docker.io podman
VM_PACKAGES := qemu-system-x86 cpio kmod e2fsprogs binutils coreutils busybox-static bash dash sed tar gzip zstd xz-utils bzip2 \
	python3 strace nftables iproute2 containerd runc

PROGRAMS := gantry gantryd
HELPERS := gantry-shim gantry-runtime gantry-plugin-check gantry-init
# Links to gantryd, which plays each of them.
ROLES := gantry-worker gantry-registry
PLUGINS := content-local snapshotter-overlay snapshotter-native network-bridge runtime-linux

.PHONY: build install test unit-test e2e test-vm fuzz demo bench lint format proto proto-check order clean deps deps-test

deps:
	@packaging/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES)

deps-test: deps
	@packaging/install-packages $(TEST_PACKAGES)
	@packaging/make-debian-root $(DEBIAN)

# A relocatable tree: out/bin, out/libexec/gantry, out/libexec/gantry/plugins.
build: deps
	$(SWIFT) build -c release
	@packaging/stage $(BUILD) $(OUT) "$(PROGRAMS)" "$(HELPERS)" "$(ROLES)" "$(PLUGINS)"

install: build
	@packaging/install-tree $(OUT) $(DESTDIR)$(PREFIX)

# One build serves the unit tests, the tree in out/ and the end-to-end tests.
test: deps-test
	$(SWIFT) build -c release --build-tests
	@packaging/stage $(BUILD) $(OUT) "$(PROGRAMS)" "$(HELPERS)" "$(ROLES)" "$(PLUGINS)"
	GANTRY_FUZZ_SECONDS=60 packaging/run-tests -c release --skip-build --no-parallel --filter WireFuzz
	GANTRY_FUZZ_SECONDS=5 GANTRY_OUT=$(CURDIR)/$(OUT) packaging/run-tests -c release --skip-build --no-parallel --skip 'EndToEnd|WireFuzz'
	GANTRY_OUT=$(CURDIR)/$(OUT) GANTRY_DEBIAN=$(DEBIAN) packaging/run-tests -c release --skip-build --no-parallel --filter EndToEnd

unit-test: deps
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip EndToEnd

e2e: deps-test build
	$(SWIFT) build -c release --build-tests
	GANTRY_OUT=$(CURDIR)/$(OUT) GANTRY_DEBIAN=$(DEBIAN) $(SWIFT) test -c release --skip-build --no-parallel --filter EndToEnd

# As long as asked: make fuzz SECONDS=3600
SECONDS_ASKED = $(if $(filter command%,$(origin SECONDS)),$(SECONDS),600)
fuzz: deps
	$(SWIFT) build -c release --build-tests
	GANTRY_FUZZ_SECONDS=$(SECONDS_ASKED) $(SWIFT) test -c release --skip-build --filter 'Fuzz|[mM]utat'

demo: build
	@packaging/demo $(OUT)

bench: build
	@packaging/install-packages $(BENCH_PACKAGES)
	@Tests/Benchmarks/run $(OUT)

# Debian's kernel with cgroup v2 alone, in a virtual machine; with KVM where there is one.
test-vm: deps
	@packaging/install-packages $(VM_PACKAGES)
	$(SWIFT) build -c release --build-tests
	@packaging/stage $(BUILD) $(OUT) "$(PROGRAMS)" "$(HELPERS)" "$(ROLES)" "$(PLUGINS)"
	@Tests/VirtualMachine/run $(OUT) $(BUILD)/gantryPackageTests.xctest

lint: deps
	$(SWIFT) format lint --strict -r Package.swift Sources plugins Tests
	@packaging/lint-sources
	@proto/generate --check

format:
	$(SWIFT) format -i -r Package.swift Sources plugins Tests

proto: deps
	@proto/generate

# The order that the linker puts functions in, from what they do under packaging/order/workload. Then build again.
order: deps-test build
	@packaging/order/trace $(BUILD) packaging/order gantry gantryd gantry-shim -- packaging/order/workload $(OUT)
	rm -f $(addprefix $(BUILD)/,gantry gantryd gantry-shim)

clean:
	rm -rf .build $(OUT)
