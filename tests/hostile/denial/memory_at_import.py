# about: memory while the file is loaded
# expects: points=0 whole=graded|cpu_limit|memory_limit
kept = [bytearray(1 << 30) for _ in range(100)]
