"""Speed as ratios to floors of the same run: `python -m bench`; answers after kills: `python -m bench.kill 200`.

An absolute time says nothing about another machine. Every figure stands beside a floor that was measured in turns with
it, on the same cores: a bare Reflex app, bare FastAPI with the same SQL, one commit. CPU is of the server's whole
process tree.
"""
