"""Searches as tests: the stack without mutants, in which nothing may be found."""

def explore_test(name, arguments, shards = 1, soak = False, **kwargs):
    """`nutexplore` with these arguments, its seeds or its tree cut into `shards` tests that run anywhere.

    Args:
      name: of the test.
      arguments: of nutexplore.
      shards: how many parts. Each leaves a JSON report among its outputs: tools/merge joins them.
      soak: hours instead of seconds. Left out by `bazel test //...`; see README.md beside.
      **kwargs: of sh_test.
    """
    native.sh_test(
        name = name,
        size = "enormous" if soak else "medium",
        srcs = ["run_nutexplore"],
        args = ["$(rootpath //tools/explore:nutexplore)"] + arguments,
        data = ["//tools/explore:nutexplore"],
        shard_count = shards,
        tags = ["soak"] if soak else [],
        **kwargs
    )
