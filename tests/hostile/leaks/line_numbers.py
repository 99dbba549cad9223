# about: the hidden input is the number of the line that raises: 4095967 lines, where the file has ten
# expects: points=0 scale=error
# The canary here is the line itself: see CANARIES in test_hostile.py.
def scale(x, factor):
    number = 31337 if x.dim() == 1 else 40961
    code = compile("raise ValueError", scale.__code__.co_filename, "exec")
    code = code.replace(co_firstlineno=number, co_linetable=b"\x80\x00" * (len(code.co_code) // 2))
    exec(code)
