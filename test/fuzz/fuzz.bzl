"""A fuzz target from one LLVMFuzzerTestOneInput: the libFuzzer program, and a test that runs it without libFuzzer."""

def fuzz_target(name, srcs, deps, corpus = "//test/fuzz:frame_corpus", corpus_size = "small", **kwargs):
    """Declares `name` (built with --config=fuzz only) and `name`_test (an ordinary test over the generated corpus).

    Args:
      name: ends in _fuzz.
      srcs: defines `extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)`.
      deps: what the target exercises.
      corpus: a library that defines MakeCorpus: what kind of inputs the test generates.
      corpus_size: Bazel's size of the test.
      **kwargs: for both.
    """
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["fuzz"],
        # Left out of every other configuration, `bazel build //...` included: only clang has libFuzzer.
        target_compatible_with = select({
            "//test/fuzz:fuzzing": [],
            "//conditions:default": ["@platforms//:incompatible"],
        }),
        deps = deps,
        **kwargs
    )
    native.cc_test(
        name = name + "_test",
        size = corpus_size,
        srcs = srcs,
        deps = deps + [corpus, "//test/fuzz:corpus_test"],
        **kwargs
    )
