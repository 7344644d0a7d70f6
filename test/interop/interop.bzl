"""One macro: a test that starts the real program on a real TAP in a network namespace of its own."""

def interop_test(name, file = None, data = [], arguments = [], size = "medium", timeout = None, tags = [], **kwargs):
    """Runs `name`.py, a Python unittest, as uid 0 of a private user and network namespace.

    Args:
      name: the test's name.
      file: the Python file; the name with .py behind it unless given.
      arguments: of the file.
      data: further files or programs that it needs.
      size: as in every test rule.
      timeout: as in every test rule.
      tags: further tags.
      **kwargs: passed on to sh_test.
    """
    native.sh_test(
        name = name,
        size = size,
        timeout = timeout,
        srcs = ["//test/interop:run_case"],
        args = ["$(location %s)" % (file or name + ".py")] + arguments,
        data = [
            file or name + ".py",
            "//test/interop:harness",
            "//:nutnode",
            "//tools/tracecheck:nuttracecheck",
        ] + data,
        tags = [
            "requires-fakeroot",
            "block-network",
        ] + tags,
        **kwargs
    )
