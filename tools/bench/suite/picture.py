def draw(results, path):
    raise SystemExit
