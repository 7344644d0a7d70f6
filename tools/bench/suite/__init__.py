"""The parts of tools/bench/bench.py, one noun a file."""
