"""Programs and tests built with the mutants (stack/base/mutant.h) and AddressSanitizer, whatever the rest is built with."""

def _with_mutants_impl(settings, attr):
    sanitize = ["-fsanitize=address", "-Wno-maybe-uninitialized"]
    return {
        "//stack/base:mutants": True,
        "//command_line_option:copt": settings["//command_line_option:copt"] + sanitize,
        "//command_line_option:linkopt": settings["//command_line_option:linkopt"] + ["-fsanitize=address"],
    }

_with_mutants = transition(
    implementation = _with_mutants_impl,
    inputs = ["//command_line_option:copt", "//command_line_option:linkopt"],
    outputs = [
        "//stack/base:mutants",
        "//command_line_option:copt",
        "//command_line_option:linkopt",
    ],
)

def _mutated_impl(ctx):
    binary = ctx.attr.binary[0][DefaultInfo]
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = binary.files_to_run.executable, is_executable = True)
    return [
        DefaultInfo(executable = program, runfiles = ctx.runfiles([program]).merge(binary.default_runfiles)),
        testing.ExecutionInfo({}),
    ]

_ATTRIBUTES = {
    "binary": attr.label(cfg = _with_mutants, executable = True, mandatory = True),
    "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
}

# A program that exists already, built once more with the mutants in it.
mutated_binary = rule(implementation = _mutated_impl, executable = True, attrs = _ATTRIBUTES)

# The same for a test.
mutated_test = rule(implementation = _mutated_impl, test = True, attrs = _ATTRIBUTES)
