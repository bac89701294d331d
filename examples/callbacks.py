"""Watch a solve: each better schedule and each better bound as they come, and stop when it is good enough."""

from schedsolve import Stop, load, solve

problem = load("la21")
stop = Stop(time_limit=20)


def improved(point, solution):
    print(f"{point.seconds:6.2f} s  {point.who:8} makespan {point.objective}, last start {solution.start.max()}")
    if point.objective <= 1.10 * problem_bound:
        stop.request("target")


def bounded(point):
    print(f"{point.seconds:6.2f} s  {point.who:8} at least {point.bound}")


problem_bound = max(problem.duration[i:j].sum() for i, j in zip(problem.job_ptr, problem.job_ptr[1:], strict=False))
result = solve(problem, stop=stop, on_improvement=improved, on_bound=bounded)
print(result, "- stopped by", result.stopped_by)
