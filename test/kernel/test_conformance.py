"""Jupyter's own kernel tests."""

import jupyter_kernel_test


class TestTapelab(jupyter_kernel_test.KernelTests):
    kernel_name = "tapelab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("oops");'
    code_generate_error = "throw new Error('boom');"
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "'a' + 'b'", "result": "'ab'"}]
    code_display_data = [{"code": 'display({ "text/html": "<b>x</b>", "text/plain": "x" });', "mime": "text/html"}]
    completion_samples = [{"text": "Math.flo", "matches": {"floor"}}]
    complete_code_samples = ["1 + 1", "function f(x: number) {\n  return x;\n}"]
    incomplete_code_samples = ["function f(x: number) {", "const a = ["]
    invalid_code_samples = ["const = 3", "let x: = 1"]
    code_inspect_sample = "parseInt"
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ? 7*"
    code_clear_output = "clearOutput();"
